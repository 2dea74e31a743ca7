"""The Python client: experiments from scripts and notebooks."""

from phasescope.client.client import Client

__all__ = ["Client"]

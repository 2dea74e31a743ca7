"""`phasescope version`."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence

from phasescope import __version__


def main(arguments: Sequence[str]) -> int:
    """Print the version."""
    parser = argparse.ArgumentParser(prog="phasescope version", description="Print the version.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    about = {"version": __version__, "python": platform.python_version()}
    given = parser.parse_args(arguments)
    sys.stdout.write(f"{json.dumps(about)}\n" if given.json else f"phasescope {__version__}\n")
    return 0

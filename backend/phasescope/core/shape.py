"""The sizes of a task's inputs and outputs: all that a model has to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Shape:
    """What a model has to know of a task: what comes in and how many numbers go out per example."""

    inputs: Literal["tokens", "vectors"]
    outputs: int
    positions: int = 1  # tokens per example
    vocabulary: int = 0  # number of different tokens
    features: int = 0  # length of an input vector

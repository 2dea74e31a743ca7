"""The sizes of a task's inputs and outputs: all that a model has to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Inputs = Literal["tokens", "vectors", "images", "token_sequences", "sequences"]
"""What an example is: some tokens with one answer; one vector; one square image, its pixels in a row; tokens, or
vectors, in an order that matters."""


@dataclass(frozen=True)
class Shape:
    """What a model has to know of a task: what comes in, how many numbers go out, and where.

    `readout` says whether an example is answered once, after its last position, or at every position.
    """

    inputs: Inputs
    outputs: int
    positions: int = 1  # tokens or vectors per example
    vocabulary: int = 0  # number of different tokens
    features: int = 0  # length of an input vector; pixels of an image
    readout: Literal["last", "every"] = "last"

    @property
    def answer(self) -> tuple[int, ...]:
        """Shape of what a model says about one example."""
        return (self.positions, self.outputs) if self.readout == "every" else (self.outputs,)

"""Handwritten digits whose pixels are permuted: the classic sequence of tasks (Kirkpatrick et al. 2017)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from phasescope.core.dimensions import Expressions
from phasescope.core.record import setting
from phasescope.tasks.parted_digits import Examples, Ints, PartedDigits
from phasescope.tasks.task import PROBE_KEY


class PermutedDigits(PartedDigits):
    """Permutation 0 leaves the pixels in their places, every other number is a random order, the same for all runs.

    One permutation is trained on, and the first ones, as many as `parts`, are tested on. With the intervention
    task_sequence on `permutation` the tasks follow each other.
    """

    name: ClassVar[str] = "permuted_digits"
    label: ClassVar[str] = "Permuted digits"
    source: ClassVar[str] = "Kirkpatrick et al. 2017, arXiv:1612.00796, on the digits of Alpaydin & Kaynak 1998"
    dimensions: ClassVar[Expressions] = {"outputs": "10", "features": "64"}

    permutation: int = setting(0, "The permutation that is trained on.", ge=0, le=10_000, per_run=True, changeable=True)
    tested: int = setting(5, "Permutations that are tested on, from 0 on.", ge=1, le=50)

    def parts(self) -> int:
        return self.tested

    def trained(self) -> int:
        return self.permutation

    def of_part(self, part: int | None, pixels: NDArray[np.float64], digits: Ints) -> Examples:
        return pixels[:, places(part or 0)], digits


def places(permutation: int) -> Ints:
    """(64,) where each pixel of a permuted image comes from."""
    if permutation == 0:
        return np.arange(64)
    return np.random.Generator(np.random.Philox(key=[PROBE_KEY, permutation])).permutation(64)

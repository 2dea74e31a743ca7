"""Prefix sum: each answer is the sum of all numbers so far, modulo a number (Gopalani & Hu 2025)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import Rule, setting
from phasescope.tasks.sequence import SequenceTask


class PrefixSum(SequenceTask):
    """x_1 … x_n, a separator, then y_i = x_1 + … + x_i mod p."""

    name: ClassVar[str] = "prefix_sum"
    label: ClassVar[str] = "Prefix sum"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688"
    offers: ClassVar[tuple[str, ...]] = ("classes", "written_answers", "best_attention")
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("largest < modulus", "largest must be less than modulus: a number is its own remainder."),
    )

    length: int = setting(16, "Numbers n in the prompt.", ge=1, le=256)
    largest: int = setting(16, "Numbers are uniform in 1 … this.", ge=1, le=1023)
    modulus: int = setting(17, "The modulus p, which is also the separator's token.", ge=2, le=1024)

    def sizes(self) -> tuple[int, int, int]:
        return self.length + 1, self.length, self.modulus + 1

    def sequences(self, random: np.random.Generator, count: int) -> NDArray[np.int64]:
        numbers = random.integers(1, self.largest + 1, (count, self.length))
        separator = np.full((count, 1), self.modulus)
        return np.concatenate([numbers, separator, numbers.cumsum(1) % self.modulus], axis=1)

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """The next number, and the sum so far, which is the token that looks."""
        first = self.sizes()[0] - 1  # where the first answer is read off
        return self._looked_at(inputs, [[0], *([place, first + place] for place in range(1, self.length))])

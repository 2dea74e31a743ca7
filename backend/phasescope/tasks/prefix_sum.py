"""Prefix sum: each answer is the sum of all numbers so far, modulo a number (Gopalani & Hu 2025)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from phasescope.tasks.number_sequence import ModularSumTask


class PrefixSum(ModularSumTask):
    """x_1 … x_n, a separator, then y_i = x_1 + … + x_i mod p."""

    name: ClassVar[str] = "prefix_sum"
    label: ClassVar[str] = "Prefix sum"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688"
    offers: ClassVar[tuple[str, ...]] = ("classes", "every_position", "written_answers", "best_attention")

    def answers(self, numbers: Tensor) -> Tensor:
        return numbers.cumsum(-1) % self.modulus

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """The next number, and the sum so far, which is the token that looks."""
        first = self.sizes()[0] - 1  # where the first answer is read off
        return self._looked_at(inputs, [[0], *([place, first + place] for place in range(1, self.length))])

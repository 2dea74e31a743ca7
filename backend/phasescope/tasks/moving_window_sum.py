"""Moving-window sum: each answer is the sum of the last few numbers, modulo a number (Gopalani & Hu 2025)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import Rule, setting
from phasescope.tasks.sequence import SequenceTask


class MovingWindowSum(SequenceTask):
    """x_1 … x_n, a separator, then y_i = x_{i−k+1} + … + x_i mod p; the first k − 1 answers repeat x_i."""

    name: ClassVar[str] = "moving_window_sum"
    label: ClassVar[str] = "Moving-window sum"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688"
    offers: ClassVar[tuple[str, ...]] = ("classes", "written_answers", "best_attention")
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("largest < modulus", "largest must be less than modulus: a number is its own remainder."),
        Rule("window <= length", "window must be at most length."),
    )

    length: int = setting(16, "Numbers n in the prompt.", ge=2, le=256)
    window: int = setting(2, "Numbers k in a sum.", ge=1, le=256)
    largest: int = setting(16, "Numbers are uniform in 1 … this.", ge=1, le=1023)
    modulus: int = setting(17, "The modulus p, which is also the separator's token.", ge=2, le=1024)

    def sizes(self) -> tuple[int, int, int]:
        return self.length + 1, self.length, self.modulus + 1

    def sequences(self, random: np.random.Generator, count: int) -> NDArray[np.int64]:
        numbers = random.integers(1, self.largest + 1, (count, self.length))
        total = np.pad(numbers.cumsum(1), ((0, 0), (1, 0)))
        answers = (total[:, self.window :] - total[:, : -self.window]) % self.modulus
        separator = np.full((count, 1), self.modulus)
        return np.concatenate([numbers, separator, numbers[:, : self.window - 1], answers], axis=1)

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        starts = [max(0, last - self.window + 1) if last >= self.window - 1 else last for last in range(self.length)]
        return self._looked_at(inputs, [range(start, last + 1) for last, start in enumerate(starts)])

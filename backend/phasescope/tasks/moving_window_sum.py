"""Moving-window sum: each answer is the sum of the last few numbers, modulo a number (Gopalani & Hu 2025)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import pad

from phasescope.core.record import Rule, setting
from phasescope.tasks.number_sequence import ModularSumTask


class MovingWindowSum(ModularSumTask):
    """x_1 … x_n, a separator, then y_i = x_{i−k+1} + … + x_i mod p; the first k − 1 answers repeat x_i."""

    name: ClassVar[str] = "moving_window_sum"
    label: ClassVar[str] = "Moving-window sum"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688"
    offers: ClassVar[tuple[str, ...]] = ("classes", "every_position", "written_answers", "best_attention")
    rules: ClassVar[tuple[Rule, ...]] = (
        *ModularSumTask.rules,
        Rule("window <= length", "window must be at most length."),
    )

    length: int = setting(16, "Numbers n in the prompt.", ge=2, le=256)
    window: int = setting(2, "Numbers k in a sum.", ge=1, le=256, changeable=True)

    def answers(self, numbers: Tensor) -> Tensor:
        total = pad(numbers.cumsum(-1), (1, 0))
        sums = (total[..., self.window :] - total[..., : -self.window]) % self.modulus
        return torch.cat([numbers[..., : self.window - 1], sums], dim=-1)

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        starts = [max(0, last - self.window + 1) if last >= self.window - 1 else last for last in range(self.length)]
        return self._looked_at(inputs, [range(start, last + 1) for last, start in enumerate(starts)])

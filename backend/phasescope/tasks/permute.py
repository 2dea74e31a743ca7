"""Permute: put the numbers of the prompt into the order that the prompt gives (Gopalani & Hu 2025)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import setting
from phasescope.tasks.randomness import Draws
from phasescope.tasks.sequence import SequenceTask


class Permute(SequenceTask):
    """x_1 … x_n, a separator, a permutation π of 1 … n, a separator, then y_i = x at place π_i.

    Tokens 1 … n are places, n + 1 … n + `values` are values, 0 is the separator.
    """

    name: ClassVar[str] = "permute"
    label: ClassVar[str] = "Permute"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688"
    offers: ClassVar[tuple[str, ...]] = ("classes", "every_position", "written_answers", "best_attention")
    dimensions: ClassVar[Expressions] = {
        "outputs": "length + values + 1",
        "positions": "3 * length + 1",
        "vocabulary": "length + values + 1",
        "readout": "'every'",
    }

    length: int = setting(16, "Numbers n in the prompt.", ge=1, le=256)
    values: int = setting(16, "Number of different values.", ge=1, le=1023)

    def sizes(self) -> tuple[int, int]:
        return 2 * self.length + 2, self.length

    def sequences(self, draws: Draws, count: int) -> Tensor:
        values = draws.integers("values", self.length + 1, self.length + self.values + 1, count, self.length)
        places = draws.orders("places", count, self.length)
        separator = torch.zeros_like(values[..., :1])
        return torch.cat([values, separator, places + 1, separator, values.gather(-1, places)], dim=-1)

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """The value itself; which place it has is told by another token, for an earlier layer to find."""
        prompt, answer = self.sizes()
        places = inputs[:, self.length + 1 : 2 * self.length + 1] - 1
        looked_at = torch.zeros(*inputs.shape, inputs.shape[1], dtype=torch.bool, device=inputs.device)
        looked_at[:, prompt - 1 : prompt - 1 + answer].scatter_(2, places[..., None], True)
        return looked_at

"""Histogram: how often does each letter occur in the prompt? (Gopalani & Hu 2025)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import setting
from phasescope.tasks.randomness import Draws
from phasescope.tasks.sequence import SequenceTask


class Histogram(SequenceTask):
    """x_1 … x_n from an alphabet, a separator, then y_i = the number of j with x_j = x_i."""

    name: ClassVar[str] = "histogram"
    label: ClassVar[str] = "Histogram"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688"
    dimensions: ClassVar[Expressions] = {
        "outputs": "max(length, alphabet) + 1",
        "positions": "2 * length",
        "vocabulary": "max(length, alphabet) + 1",
        "readout": "'every'",
    }

    length: int = setting(16, "Letters n in the prompt.", ge=1, le=256)
    alphabet: int = setting(12, "Letters are uniform in 1 … this; 0 is the separator.", ge=1, le=1023)

    def sizes(self) -> tuple[int, int]:
        return self.length + 1, self.length

    def sequences(self, draws: Draws, count: int) -> Tensor:
        letters = draws.integers("letters", 1, self.alphabet + 1, count, self.length)
        counts = (letters[..., :, None] == letters[..., None, :]).sum(-1)
        return torch.cat([letters, torch.zeros_like(letters[..., :1]), counts], dim=-1)

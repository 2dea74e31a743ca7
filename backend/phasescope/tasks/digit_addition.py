"""Addition of numbers of several digits, the sum written from its last digit (Gopalani & Hu 2025)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import setting
from phasescope.tasks.randomness import Draws
from phasescope.tasks.sequence import SequenceTask

PLUS, EQUALS = 10, 11  # tokens after the ten digits


class DigitAddition(SequenceTask):
    """a + b = c with n digits each, filled up with zeros; c has n + 1 digits, the last one first."""

    name: ClassVar[str] = "digit_addition"
    label: ClassVar[str] = "Addition, digit by digit"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688; Lee et al. 2023, arXiv:2307.03381"
    offers: ClassVar[tuple[str, ...]] = ("classes", "every_position", "written_answers", "best_attention")
    dimensions: ClassVar[Expressions] = {
        "outputs": "12",
        "positions": "3 * digits + 2",
        "vocabulary": "12",
        "readout": "'every'",
    }

    digits: int = setting(4, "Digits n of each number.", ge=1, le=15)

    def sizes(self) -> tuple[int, int]:
        return 2 * self.digits + 2, self.digits + 1

    def sequences(self, draws: Draws, count: int) -> Tensor:
        first, second = draws.integers("numbers", 0, 10**self.digits, 2, count).unbind(1)
        powers = 10 ** torch.arange(self.digits + 1, device=first.device)
        plus, equals = torch.full_like(first[..., None], PLUS), torch.full_like(first[..., None], EQUALS)
        written = [(number[..., None] // powers[:-1].flip(0)) % 10 for number in (first, second)]
        total = ((first + second)[..., None] // powers) % 10
        return torch.cat([written[0], plus, written[1], equals, total], dim=-1)

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """The two digits of the same power of ten, and those of the power below, which may carry."""
        places = []
        for power in range(self.digits + 1):
            digits = [self.digits - 1 - p for p in (power, power - 1) if 0 <= p < self.digits]
            places.append([*digits, *(self.digits + 1 + digit for digit in digits)])
        return self._looked_at(inputs, places)

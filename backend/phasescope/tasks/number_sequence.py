"""What tasks over rows of numbers share: x_1 … x_n, a separator, and n answers that follow from the numbers."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import Rule, setting
from phasescope.tasks.randomness import Draws
from phasescope.tasks.sequence import SequenceTask


class NumberSequenceTask(SequenceTask):
    """Base of tasks with one answer for each number of the prompt."""

    dimensions: ClassVar[Expressions] = {
        "outputs": "largest + 1",
        "positions": "2 * length",
        "vocabulary": "largest + 1",
        "readout": "'every'",
    }

    length: int = setting(16, "Numbers n in the prompt.", ge=1, le=256)
    largest: int = setting(16, "Numbers are uniform in 1 … this; 0 is the separator.", ge=1, le=1023)

    def separator(self) -> int:
        """The token between numbers and answers."""
        return 0

    def answers(self, numbers: Tensor) -> Tensor:
        """(…, length) answers to numbers (…, length)."""
        raise NotImplementedError

    def sizes(self) -> tuple[int, int]:
        return self.length + 1, self.length

    def sequences(self, draws: Draws, count: int) -> Tensor:
        numbers = draws.integers("numbers", 1, self.largest + 1, count, self.length)
        separator = torch.full_like(numbers[..., :1], self.separator())
        return torch.cat([numbers, separator, self.answers(numbers)], dim=-1)


class ModularSumTask(NumberSequenceTask):
    """Base of tasks whose answers are sums modulo a number."""

    rules: ClassVar[tuple[Rule, ...]] = (
        *NumberSequenceTask.rules,
        Rule("largest < modulus", "largest must be less than modulus: a number is its own remainder."),
    )
    dimensions: ClassVar[Expressions] = {
        "outputs": "modulus + 1",
        "positions": "2 * length",
        "vocabulary": "modulus + 1",
        "readout": "'every'",
    }

    largest: int = setting(16, "Numbers are uniform in 1 … this.", ge=1, le=1023, changeable=True)
    modulus: int = setting(17, "The modulus p, which is also the separator's token.", ge=2, le=1024)

    def separator(self) -> int:
        return self.modulus

"""Reverse: the answer is the prompt, from the last to the first (Gopalani & Hu 2025)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from phasescope.tasks.number_sequence import NumberSequenceTask


class Reverse(NumberSequenceTask):
    """x_1 … x_n, a separator, then the numbers from the last to the first."""

    name: ClassVar[str] = "reverse"
    label: ClassVar[str] = "Reverse"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688"
    offers: ClassVar[tuple[str, ...]] = ("classes", "every_position", "written_answers", "best_attention")

    def answers(self, numbers: Tensor) -> Tensor:
        return numbers.flip(-1)

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        return self._looked_at(inputs, [[place] for place in reversed(range(self.length))])

"""Copy: the answer is the prompt, the same again (Gopalani & Hu 2025)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from phasescope.tasks.number_sequence import NumberSequenceTask


class Copy(NumberSequenceTask):
    """x_1 … x_n, a separator, then the numbers the same again."""

    name: ClassVar[str] = "copy"
    label: ClassVar[str] = "Copy"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688"
    offers: ClassVar[tuple[str, ...]] = ("classes", "every_position", "written_answers", "best_attention")

    def answers(self, numbers: Tensor) -> Tensor:
        return numbers

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        return self._looked_at(inputs, [[place] for place in range(self.length)])

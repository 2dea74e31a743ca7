"""Copy: the answer is the prompt, the same again (Gopalani & Hu 2025)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.tasks.sequence import SequenceTask


class Copy(SequenceTask):
    """x_1 … x_n, a separator, then the numbers the same again."""

    name: ClassVar[str] = "copy"
    label: ClassVar[str] = "Copy"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688"
    offers: ClassVar[tuple[str, ...]] = ("classes", "written_answers", "best_attention")

    length: int = setting(16, "Numbers n in the prompt.", ge=1, le=256)
    largest: int = setting(16, "Numbers are uniform in 1 … this; 0 is the separator.", ge=1, le=1023)

    def sizes(self) -> tuple[int, int, int]:
        return self.length + 1, self.length, self.largest + 1

    def sequences(self, random: np.random.Generator, count: int) -> NDArray[np.int64]:
        numbers = random.integers(1, self.largest + 1, (count, self.length))
        return np.concatenate([numbers, np.zeros((count, 1), np.int64), numbers], axis=1)

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        return self._looked_at(inputs, [[place] for place in range(self.length)])

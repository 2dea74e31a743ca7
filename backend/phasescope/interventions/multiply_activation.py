"""An activation, or attention, is made stronger or weaker for a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor

from phasescope.core.record import setting
from phasescope.interventions.alteration import Alteration


class MultiplyActivation(Alteration):
    """The chosen entries of a named activation times a factor; attention weights are not made to sum to 1 again."""

    name: ClassVar[str] = "multiply_activation"
    label: ClassVar[str] = "Multiply an activation"
    source: ClassVar[str] = "Gopalani & Hu 2025, arXiv:2506.13688 (attention multiplied by c from a step on)"

    factor: float = setting(..., "The factor; 0 removes what is chosen.", per_run=True)

    def altered(self, values: Tensor, numbers: Mapping[str, Tensor]) -> Tensor:
        return values * numbers["factor"]

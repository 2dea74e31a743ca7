"""An activation, or attention, is held at a value for a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor

from phasescope.core.record import setting
from phasescope.interventions.alteration import Alteration


class ClampActivation(Alteration):
    """The chosen entries of a named activation have a given value, and no gradient goes through them.

    A head that looks at the token before it and at nothing else: its map clamped to 0, and then, by a second
    intervention, to 1 at distance 1.
    """

    name: ClassVar[str] = "clamp_activation"
    label: ClassVar[str] = "Clamp an activation"
    source: ClassVar[str] = "Singh et al. 2024, arXiv:2404.07129, section 4 (activations clamped during training)"

    value: float = setting(0.0, "The value.", per_run=True)

    def altered(self, values: Tensor, numbers: Mapping[str, Tensor]) -> Tensor:
        return numbers["value"].to(values.dtype).expand_as(values)

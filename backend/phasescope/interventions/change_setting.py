"""Another value for a setting of the optimizer or of the model, from a step on or for a while."""

from __future__ import annotations

from typing import ClassVar

from phasescope.core.record import setting
from phasescope.interventions.intervention import Lasting


class ChangeSetting(Lasting):
    """Any number of the optimizer that may differ between runs, such as learning_rate; or the model's dropout or noise.

    Early dropout is a model with `dropout` and a change of `model.dropout` to 0 from a step on; late dropout the
    other way round.
    """

    name: ClassVar[str] = "change_setting"
    label: ClassVar[str] = "Change a setting"
    source: ClassVar[str] = "the definition"

    field: str = setting(..., "Name of the optimizer's setting, or model.dropout, model.noise.", refers="setting")
    value: float = setting(..., "Its value from `at` to `until`.", per_run=True)

    def changed(self) -> dict[str, float]:
        return {self.field: self.value}

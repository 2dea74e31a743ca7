"""Another value for a setting of the optimizer or of the model, from a step on or for a while."""

from __future__ import annotations

from typing import ClassVar

from phasescope.core.record import setting
from phasescope.interventions.intervention import Lasting


class ChangeSetting(Lasting):
    """Any setting of the optimizer that may differ between runs, such as learning_rate or schedule; batch_size; of the
    model dropout, noise and output_scale; of the task label_smoothing.

    Early dropout is a model with `dropout` and a change of `model.dropout` to 0 from a step on; late dropout the
    other way round.
    """

    name: ClassVar[str] = "change_setting"
    label: ClassVar[str] = "Change a setting"
    source: ClassVar[str] = "the definition"

    field: str = setting(
        ...,
        "Name of the optimizer's setting; or batch_size, model.dropout, model.noise, model.output_scale or "
        "task.label_smoothing.",
        refers="setting",
    )
    value: float | str = setting(..., "Its value from `at` to `until`.", per_run=True)

    def changed(self) -> dict[str, float | str]:
        return {self.field: self.value}

"""Another value for a setting of the task, from a step on or for a while: other data, or a mixture."""

from __future__ import annotations

from typing import ClassVar

from pydantic import JsonValue

from phasescope.core.record import setting
from phasescope.interventions.data_change import DataChange


class ChangeTask(DataChange):
    """Training examples are those of the task with this setting, such as noise, permutation or train_examples."""

    name: ClassVar[str] = "change_task"
    label: ClassVar[str] = "Change the data"
    source: ClassVar[str] = "the definition"

    field: str = setting(..., "Name of the task's setting.", refers="task")
    value: bool | int | float | str = setting(..., "Its value from `at` to `until`.", per_run=True)

    def task_settings(self, stage: int) -> dict[str, JsonValue]:
        return {self.field: self.value}

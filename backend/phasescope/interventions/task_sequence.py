"""One task after the other: a setting of the task counts up while a run trains (continual learning)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import JsonValue

from phasescope.core.record import Rule, setting
from phasescope.interventions.data_change import DataChange


class TaskSequence(DataChange):
    """A setting that is a whole number goes from `first` to `last`, one more every so many steps, and stays there."""

    name: ClassVar[str] = "task_sequence"
    label: ClassVar[str] = "Task after task"
    source: ClassVar[str] = "the definition"
    rules: ClassVar[tuple[Rule, ...]] = (
        *DataChange.rules,
        Rule("last > first", "last must be more than first: else there is one task only."),
    )

    field: str = setting(..., "Name of the task's setting, such as permutation or part.", refers="task")
    first: int = setting(0, "Its value at the beginning.", per_run=True)
    last: int = setting(..., "Its value at the end.", per_run=True)
    every: int = setting(..., "Steps with each value.", ge=1, unit="steps", per_run=True)

    def stage(self, since: int) -> int:
        return min(self.first + since // self.every, self.last)

    def next_stage(self, since: int) -> int | None:
        passed = since // self.every
        return (passed + 1) * self.every if self.first + passed < self.last else None

    def stages(self) -> tuple[int, ...]:
        return (self.first, self.last)

    def task_settings(self, stage: int) -> dict[str, JsonValue]:
        return {self.field: stage}

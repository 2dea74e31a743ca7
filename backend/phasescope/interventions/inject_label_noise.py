"""Wrong labels from a step on, or for a while."""

from __future__ import annotations

from typing import ClassVar

from pydantic import JsonValue

from phasescope.core.record import setting
from phasescope.interventions.data_change import DataChange


class InjectLabelNoise(DataChange):
    """A share of the training examples has a wrong class from `at` to `until`, always the same examples.

    Where examples are new at every step, so are those with a wrong class.
    """

    name: ClassVar[str] = "inject_label_noise"
    label: ClassVar[str] = "Inject label noise"
    source: ClassVar[str] = "the definition"

    label_noise: float = setting(
        ..., "Share of the training examples with a wrong class.", ge=0, le=1, per_run=True, refers="classes"
    )

    def task_settings(self, stage: int) -> dict[str, JsonValue]:
        return {"label_noise": self.label_noise}

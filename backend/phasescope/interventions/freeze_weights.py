"""Named weights do not learn for a while."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from phasescope.core.record import setting
from phasescope.interventions.intervention import Lasting, Subject


class FreezeWeights(Lasting):
    """Neither the named weights nor their moments change from `at` to `until`; decay and noise leave them alone too."""

    name: ClassVar[str] = "freeze_weights"
    label: ClassVar[str] = "Freeze weights"
    source: ClassVar[str] = "the definition"

    weights: str = setting(..., "A parameter or a layer, such as readout.", refers="weights")

    def weights_named(self) -> str | None:
        return self.weights

    def before(self, subject: Subject) -> tuple[Tensor, ...]:
        return tuple(subject.of(values) for values in (subject.parameters, *subject.moments.values()))

    def after(self, subject: Subject, kept: tuple[Tensor, ...]) -> None:
        for values, before in zip((subject.parameters, *subject.moments.values()), kept, strict=True):
            subject.put(values, before)

"""Forgetting: named weights start again, and their moments are zero again."""

from __future__ import annotations

from typing import ClassVar, Literal

import torch
from torch import Tensor

from phasescope.core.record import setting
from phasescope.interventions.intervention import Intervention, Subject


class ResetWeights(Intervention):
    """Once, or every so many steps: the named weights are drawn anew, or set to what they were at the start.

    An optimizer that corrects its moments for their start at zero does not begin that correction again.
    """

    name: ClassVar[str] = "reset_weights"
    label: ClassVar[str] = "Reset weights"
    source: ClassVar[str] = "Chen et al. 2023, arXiv:2307.01163, algorithm 1 (embeddings, every k steps)"

    weights: str | None = setting(
        None, "A parameter or a layer, such as embedding; nothing means all weights.", refers="weights"
    )
    to: Literal["fresh", "initial"] = setting("fresh", "Weights drawn anew, or the initial ones.")
    every: int | None = setting(None, "Again every so many steps; nothing means once.", ge=1, per_run=True)

    def period(self) -> int | None:
        return self.every

    def weights_named(self) -> str | None:
        return self.weights

    def before(self, subject: Subject) -> tuple[Tensor, ...]:
        start = subject.fresh()[:, subject.columns] if self.to == "fresh" else subject.of(subject.initial)
        subject.put(subject.parameters, start)
        for moment in subject.moments.values():
            subject.put(moment, torch.zeros_like(start))
        return ()

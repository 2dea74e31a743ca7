"""A kick: weights are moved by a given distance in a random direction that belongs to the run."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.record import setting
from phasescope.interventions.intervention import Intervention, Subject


class PerturbWeights(Intervention):
    """w ← w + r ξ/‖ξ‖, ξ standard normal over the named weights; r is `norm`, or `norm` times ‖w‖."""

    name: ClassVar[str] = "perturb_weights"
    label: ClassVar[str] = "Perturb weights"
    source: ClassVar[str] = "the definition"

    norm: float = setting(..., "Length of the kick.", ge=0, per_run=True)
    relative: bool = setting(False, "Is the length in units of the norm that the weights have then?")
    weights: str | None = setting(
        None, "A parameter or a layer, such as hidden_1; nothing means all weights.", refers="weights"
    )
    every: int | None = setting(None, "Again every so many steps; nothing means once.", ge=1, per_run=True)

    def period(self) -> int | None:
        return self.every

    def weights_named(self) -> str | None:
        return self.weights

    def before(self, subject: Subject) -> tuple[Tensor, ...]:
        here = subject.of(subject.parameters)
        direction = subject.normal()[:, subject.columns]
        length = subject.numbers["norm"].to(torch.float64)
        if self.relative:
            length = length * here.to(torch.float64).norm(dim=1, keepdim=True)
        kick = direction * (length / direction.norm(dim=1, keepdim=True))
        subject.put(subject.parameters, here + kick.to(here.dtype))
        return ()

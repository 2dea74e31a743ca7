"""A kick: weights are moved by a given distance, at random, along the gradient or along the way come."""

from __future__ import annotations

from typing import ClassVar, Literal

import torch
from torch import Tensor

from phasescope.core.record import setting
from phasescope.interventions.intervention import Intervention, Subject


class PerturbWeights(Intervention):
    """w ← w + r d/‖d‖ over the named weights; r is `norm`, or `norm` times ‖w‖.

    d is standard normal and the run's own; or ± the gradient of the mean loss over the whole training set; or points
    towards the initial weights or away from them. A kick that is longer than the way to the initial weights goes beyond
    them. Where there is no direction, the gradient zero or the weights the initial ones, nothing moves.
    """

    name: ClassVar[str] = "perturb_weights"
    label: ClassVar[str] = "Perturb weights"
    source: ClassVar[str] = "the definition"

    norm: float = setting(..., "Length of the kick.", ge=0, per_run=True)
    relative: bool = setting(False, "Is the length in units of the norm that the weights have then?")
    direction: Literal["random", "ascend", "descend", "towards_initial", "away_from_initial"] = setting(
        "random",
        "At random; up or down the gradient of the training loss; or towards or away from the initial weights.",
        neutral=True,
    )
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
        direction = self._direction(subject, here)
        length = subject.numbers["norm"].to(torch.float64)
        if self.relative:
            length = length * here.to(torch.float64).norm(dim=1, keepdim=True)
        tiny = torch.finfo(torch.float64).tiny
        kick = direction * (length / direction.norm(dim=1, keepdim=True).clamp_min(tiny))
        subject.put(subject.parameters, here + kick.to(here.dtype))
        return ()

    def _direction(self, subject: Subject, here: Tensor) -> Tensor:
        """(D, C) of any length."""
        match self.direction:
            case "random":
                return subject.normal()[:, subject.columns]
            case "ascend" | "descend":
                up = subject.gradients()[:, subject.columns].to(torch.float64)
                return up if self.direction == "ascend" else -up
            case _:
                away = here.to(torch.float64) - subject.of(subject.initial).to(torch.float64)
                return away if self.direction == "away_from_initial" else -away

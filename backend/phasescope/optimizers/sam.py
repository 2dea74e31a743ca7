"""Sharpness-aware minimisation: descend with the gradient taken uphill (Foret et al. 2021, arXiv:2010.01412)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.record import setting
from phasescope.optimizers.optimizer import Moments, Numbers, Optimizer


class Sam(Optimizer):
    """g is taken at w + ρ ∇L/‖∇L‖ (norm over all weights of the run);  b ← μ b + (g + λ w);  w ← w − η b."""

    name: ClassVar[str] = "sam"
    label: ClassVar[str] = "Sharpness-aware minimisation"
    source: ClassVar[str] = "Foret et al. 2021, arXiv:2010.01412, algorithm 1"
    moments: ClassVar[tuple[str, ...]] = ("velocity",)
    looks_around: ClassVar[bool] = True

    momentum: float = setting(0.0, "Heavy-ball momentum μ.", ge=0, lt=1, per_run=True)
    radius: float = setting(0.05, "How far uphill, ρ.", ge=0, per_run=True)

    def ascend(self, parameters: Tensor, gradients: Tensor, *, numbers: Numbers) -> Tensor:
        length = gradients.norm(dim=1, keepdim=True)
        tiny = torch.finfo(gradients.dtype).tiny  # where the gradient is zero there is no uphill
        return torch.addcmul(parameters, gradients, numbers["radius"] / length.clamp_min(tiny))

    def update(self, parameters: Tensor, gradients: Tensor, moments: Moments, *, numbers: Numbers, step: int) -> None:
        velocity = moments["velocity"]
        velocity.mul_(numbers["momentum"]).add_(gradients).addcmul_(parameters, numbers["weight_decay"])
        parameters.addcmul_(velocity, numbers["learning_rate"], value=-1)

"""Sign descent: each weight moves by the same amount; with momentum it is Signum (Bernstein et al. 2018)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.record import setting
from phasescope.optimizers.optimizer import Moments, Numbers, Optimizer


class SignDescent(Optimizer):
    """m ← μ m + (1 − μ) g;  w ← (1 − η λ) w − η sign(m)."""

    name: ClassVar[str] = "sign_descent"
    label: ClassVar[str] = "Sign descent"
    source: ClassVar[str] = "Bernstein et al. 2018, arXiv:1802.04434, algorithms 1 and 2; decoupled decay"
    moments: ClassVar[tuple[str, ...]] = ("mean",)

    momentum: float = setting(0.0, "Memory μ of the mean gradient whose sign counts.", ge=0, lt=1, per_run=True)

    def update(self, parameters: Tensor, gradients: Tensor, moments: Moments, *, numbers: Numbers, step: int) -> None:
        mean = moments["mean"].lerp_(gradients, 1 - numbers["momentum"])
        parameters.mul_(1 - numbers["learning_rate"] * numbers["weight_decay"])
        sign = torch.where(mean.isnan(), mean, mean.sign())  # torch's sign of NaN is 0, and the run would stand still
        parameters.addcmul_(sign, numbers["learning_rate"], value=-1)

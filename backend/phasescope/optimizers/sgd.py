"""(Stochastic) gradient descent with momentum and coupled weight decay."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from phasescope.core.record import setting
from phasescope.optimizers.optimizer import Moments, Numbers, Optimizer


class Sgd(Optimizer):
    """b ← μ b + (g + λ w);  w ← w − η b, or, with Nesterov momentum, w ← w − η (g + λ w + μ b)."""

    name: ClassVar[str] = "sgd"
    label: ClassVar[str] = "Gradient descent"
    source: ClassVar[str] = "Polyak 1964; decay enters the gradient"
    moments: ClassVar[tuple[str, ...]] = ("velocity",)

    momentum: float = setting(0.0, "Heavy-ball momentum μ.", ge=0, lt=1, per_run=True)
    nesterov: bool = setting(False, "Step along g + λ w + μ b instead of b (Nesterov 1983).", neutral=True)

    def update(self, parameters: Tensor, gradients: Tensor, moments: Moments, *, numbers: Numbers, step: int) -> None:
        velocity = moments["velocity"]
        gradients.addcmul_(parameters, numbers["weight_decay"])
        velocity.mul_(numbers["momentum"]).add_(gradients)
        direction = gradients.addcmul_(velocity, numbers["momentum"]) if self.nesterov else velocity
        parameters.addcmul_(direction, numbers["learning_rate"], value=-1)

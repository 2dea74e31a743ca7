"""RMSprop: the gradient divided by the root of its mean square (Tieleman & Hinton 2012, lecture 6.5)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from phasescope.core.record import setting
from phasescope.optimizers.optimizer import Moments, Numbers, Optimizer


class RmsProp(Optimizer):
    """v ← β v + (1 − β) g²;  b ← μ b + g / (√v + ε);  w ← w − η b, where g holds the decay λ w."""

    name: ClassVar[str] = "rmsprop"
    label: ClassVar[str] = "RMSprop"
    source: ClassVar[str] = "Tieleman & Hinton 2012, Neural Networks for Machine Learning, lecture 6.5"
    moments: ClassVar[tuple[str, ...]] = ("square", "velocity")

    memory: float = setting(0.99, "Memory β of the squared gradient.", ge=0, lt=1, per_run=True)
    momentum: float = setting(0.0, "Momentum μ of the divided gradient.", ge=0, lt=1, per_run=True)
    epsilon: float = setting(1e-8, "Added to the denominator.", gt=0, per_run=True)

    def update(self, parameters: Tensor, gradients: Tensor, moments: Moments, *, numbers: Numbers, step: int) -> None:
        gradients.addcmul_(parameters, numbers["weight_decay"])
        square = moments["square"].lerp_(gradients.square(), 1 - numbers["memory"])
        divided = gradients.div_(square.sqrt().add_(numbers["epsilon"]))
        velocity = moments["velocity"].mul_(numbers["momentum"]).add_(divided)
        parameters.addcmul_(velocity, numbers["learning_rate"], value=-1)

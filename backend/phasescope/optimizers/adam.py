"""Adam: decay, if any, is added to the gradient (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from phasescope.core.record import setting
from phasescope.optimizers.optimizer import Moments, Numbers, Optimizer


class Adam(Optimizer):
    """m, v: moving averages of g and g²;  w ← w − η m̂ / (√v̂ + ε)."""

    name: ClassVar[str] = "adam"
    label: ClassVar[str] = "Adam"
    source: ClassVar[str] = "Kingma & Ba 2015, arXiv:1412.6980, algorithm 1"
    moments: ClassVar[tuple[str, ...]] = ("mean", "square")

    beta1: float = setting(0.9, "Memory of the mean gradient.", ge=0, lt=1, per_run=True)
    beta2: float = setting(0.999, "Memory of the squared gradient.", ge=0, lt=1, per_run=True)
    epsilon: float = setting(1e-8, "Added to the denominator.", gt=0, per_run=True)

    def update(self, parameters: Tensor, gradients: Tensor, moments: Moments, *, numbers: Numbers, step: int) -> None:
        adaptive_step(parameters, gradients.addcmul_(parameters, numbers["weight_decay"]), moments, numbers, step)


def adaptive_step(parameters: Tensor, gradients: Tensor, moments: Moments, numbers: Numbers, step: int) -> None:
    """The bias-corrected Adam step, in place. The arithmetic is ordered to pass over memory as seldom as possible."""
    first, second = numbers["beta1"], numbers["beta2"]
    mean = moments["mean"].lerp_(gradients, 1 - first)
    square = moments["square"].lerp_(gradients.square_(), 1 - second)
    root = 1 - second**step
    # w −= η/(1−β1^t) · m / (√v/√(1−β2^t) + ε), multiplied through by √(1−β2^t)
    rate = numbers["learning_rate"] * root.sqrt() / (1 - first**step)
    denominator = square.sqrt().add_(numbers["epsilon"] * root.sqrt())
    parameters.addcmul_(denominator.reciprocal_().mul_(mean), rate, value=-1)

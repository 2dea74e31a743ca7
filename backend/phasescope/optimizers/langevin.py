"""Langevin dynamics: gradient descent with the noise that makes it sample exp(−energy / temperature)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from phasescope.core.record import setting
from phasescope.optimizers.optimizer import Moments, Numbers, Optimizer


class Langevin(Optimizer):
    """w ← w − η (g + λ w) + √(2 η T) ξ, ξ standard normal: for small η it samples exp(−(L + λ‖w‖²/2) / T)."""

    name: ClassVar[str] = "langevin"
    label: ClassVar[str] = "Langevin dynamics"
    source: ClassVar[str] = "Welling & Teh 2011, Bayesian learning via stochastic gradient Langevin dynamics, eq. 3"
    moments: ClassVar[tuple[str, ...]] = ()
    is_noisy: ClassVar[bool] = True

    temperature: float = setting(1e-4, "Temperature T.", ge=0, per_run=True)

    def update(self, parameters: Tensor, gradients: Tensor, moments: Moments, *, numbers: Numbers, step: int) -> None:
        gradients.addcmul_(parameters, numbers["weight_decay"])
        parameters.addcmul_(gradients, numbers["learning_rate"], value=-1)

    def disturb(self, parameters: Tensor, noise: Tensor, *, numbers: Numbers) -> None:
        parameters.addcmul_(noise, (2 * numbers["learning_rate"] * numbers["temperature"]).sqrt())

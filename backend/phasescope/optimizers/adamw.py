"""AdamW: Adam with decay that acts on the weights directly (Loshchilov & Hutter 2019, arXiv:1711.05101)."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from phasescope.core.record import setting
from phasescope.optimizers.adam import adaptive_step
from phasescope.optimizers.optimizer import Moments, Numbers, Optimizer


class AdamW(Optimizer):
    """w ← (1 − η λ) w, then Adam's step."""

    name: ClassVar[str] = "adamw"
    label: ClassVar[str] = "AdamW"
    source: ClassVar[str] = "Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2"
    moments: ClassVar[tuple[str, ...]] = ("mean", "square")

    beta1: float = setting(0.9, "Memory of the mean gradient.", ge=0, lt=1, per_run=True)
    beta2: float = setting(0.999, "Memory of the squared gradient.", ge=0, lt=1, per_run=True)
    epsilon: float = setting(1e-8, "Added to the denominator.", gt=0, per_run=True)

    def update(self, parameters: Tensor, gradients: Tensor, moments: Moments, *, numbers: Numbers, step: int) -> None:
        parameters.mul_(1 - numbers["learning_rate"] * numbers["weight_decay"])
        adaptive_step(parameters, gradients, moments, numbers, step)

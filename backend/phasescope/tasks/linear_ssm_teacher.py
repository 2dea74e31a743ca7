"""Filter white noise as a one-unit linear state-space model does (Smékal et al. 2024)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import setting
from phasescope.core.shape import Inputs
from phasescope.tasks.fresh import FreshTask, Numbers, Occasion, World, like
from phasescope.tasks.randomness import Draws


class LinearSsmTeacher(FreshTask):
    """x_t ~ N(0, 1),  z_t = a z_{t−1} + x_t,  y_t = s z_t; the loss of a sequence is the mean over t of ½(f_t − y_t)².

    A linear state-space model with the same decay a says f_t = p z_t with p = Σ_n b_n c_n, so that it learns like a
    linear network of two layers: with G the mean of z² over the training set, dp/dt = (|b|² + |c|²) G (s − p).
    """

    name: ClassVar[str] = "linear_ssm_teacher"
    label: ClassVar[str] = "Linear state-space teacher"
    source: ClassVar[str] = "Smékal et al. 2024, arXiv:2407.07279"
    inputs: ClassVar[Inputs] = "sequences"
    offers: ClassVar[tuple[str, ...]] = ("every_position",)
    dimensions: ClassVar[Expressions] = {
        "outputs": "1",
        "positions": "positions",
        "features": "1",
        "readout": "'every'",
    }

    decay: float = setting(0.5, "Decay a of the teacher's unit.", gt=0, lt=1, per_run=True, changeable=True)
    strength: float = setting(1.0, "Gain s of the teacher.", ge=-1e3, le=1e3, per_run=True, changeable=True)
    positions: int = setting(64, "Length of a sequence.", ge=1, le=4096)
    train_examples: int = setting(
        200, "Sequences that are trained on.", ge=1, le=100_000, per_run=True, changeable=True
    )
    test_examples: int = setting(200, "Fresh sequences that are tested on.", ge=1, le=100_000)

    def examples(
        self, draws: Draws, size: int, *, world: World, numbers: Numbers, occasion: Occasion
    ) -> tuple[Tensor, Tensor]:
        inputs = draws.normal("inputs", size, self.positions)
        decay, unit = numbers["decay"][:, None], torch.zeros_like(inputs[..., 0])
        states = []
        for position in inputs.unbind(-1):
            unit = decay * unit + position
            states.append(unit)
        return inputs[..., None], like(numbers["strength"], inputs) * torch.stack(states, dim=-1)

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return 0.5 * (outputs[..., 0] - targets).square().mean(-1)

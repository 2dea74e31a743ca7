"""A linear state-space model: a bank of leaky integrators between two linear maps."""

from __future__ import annotations

from math import log
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import Activations, Model, Parameters, Shapes


class LinearSsm(Model):
    """s_t = a s_{t−1} + B x_t,  y_t = C s_t, with one decay per unit; B and C start Gaussian.

    Computed as a convolution over the past, s_t = Σ_τ a^{t−τ} B x_τ, not position by position.
    """

    name: ClassVar[str] = "linear_ssm"
    label: ClassVar[str] = "Linear state-space model"
    source: ClassVar[str] = "Smékal et al. 2024, arXiv:2407.07279; Gu et al. 2022, arXiv:2111.00396"
    accepts: ClassVar[tuple[str, ...]] = ("sequences",)
    shapes: ClassVar[Shapes] = {"state": ("task.positions", "width")}

    width: int = setting(32, "Units of the state.", ge=1, le=4096)
    decay: float = setting(0.5, "What a unit keeps of its state from one position to the next.", gt=0, lt=1)
    learn_decay: bool = setting(False, "Learn each unit's decay, through its logit; all start at the one given.")

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        name = "readout" if shape.readout == "last" else "readout_every"  # the name says where it is read
        parameters: dict[str, NDArray[Any]] = {
            "input": random.standard_normal((shape.features, self.width)) * shape.features**-0.5,
            name: random.standard_normal((self.width, shape.outputs)),
        }
        if self.learn_decay:
            parameters["decay_logit"] = np.full(self.width, log(self.decay / (1 - self.decay)))
        return self.scaled(parameters, keep=["decay_logit"])

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        driven = inputs @ parameters["input"]  # (examples, positions, width)
        times = torch.arange(driven.shape[1], device=driven.device)
        age = times[:, None] - times
        if self.learn_decay:
            decay = torch.sigmoid(parameters["decay_logit"])
            kernel = torch.where(age[..., None] >= 0, decay ** age.clamp(min=0)[..., None], 0.0)
            states = torch.einsum("tsw,esw->etw", kernel, driven)
        else:
            kernel = torch.where(age >= 0, self.decay ** age.clamp(min=0).to(driven.dtype), 0.0)
            states = kernel @ driven
        states = hooks("state", states)
        name = "readout_every" if "readout_every" in parameters else "readout"
        read = states if name == "readout_every" else states[:, -1]
        return hooks.dropped("state", read) @ parameters[name], {"state": read}

"""A committee of quadratic units with a fixed readout: the network in which lazy becomes rich learning by hand."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import Activations, Model, Parameters, Shapes


class Committee(Model):
    """f(x) = 1/N Σ_i φ(w_i · x / √d) with φ(h) = h + ε h²/2; only the w_i, N(0, 1) at first, are trained.

    Each output has a committee of its own. `output_scale` is the α of the paper, whose loss is divided by α²: let
    the learning rate go with it (`scales: {optimizer.learning_rate: -2}` on the axis).
    """

    name: ClassVar[str] = "committee"
    label: ClassVar[str] = "Quadratic committee"
    source: ClassVar[str] = "Kumar et al. 2024, arXiv:2310.06110, section 4"
    accepts: ClassVar[tuple[str, ...]] = ("vectors", "images")
    offers: ClassVar[tuple[str, ...]] = ("quadratic_committee",)
    shapes: ClassVar[Shapes] = {"hidden": ("width * task.outputs",)}

    width: int = setting(200, "Units N.", ge=1, le=100_000)
    curvature: float = setting(0.25, "Curvature ε of the activation.", ge=0, le=1e3)

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        return self.scaled({"hidden.weight": random.standard_normal((shape.features, self.width * shape.outputs))})

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        overlaps = inputs @ parameters["hidden.weight"] * inputs.shape[-1] ** -0.5
        hidden = hooks("hidden", overlaps + self.curvature / 2 * overlaps.square())
        answers = hooks.dropped("hidden", hidden).reshape(len(hidden), -1, self.width).mean(-1)
        return answers, {"hidden": hidden}

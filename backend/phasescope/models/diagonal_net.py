"""A linear function whose weights are differences of powers: the simplest network with two implicit biases."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import Activations, Model, Parameters, Shapes


class DiagonalNet(Model):
    """f(x) = x · (u^L − v^L), entry by entry; for each output one u and one v, both 1/√(2d) times the initial scale.

    The output starts at 0. At a large initial scale training is at first that of a kernel (small in the L2 norm),
    while weight decay in the end prefers weights that are small in the L^(2/L) norm, and so sparse.
    """

    name: ClassVar[str] = "diagonal_net"
    label: ClassVar[str] = "Diagonal linear network"
    source: ClassVar[str] = "Lyu et al. 2024, arXiv:2311.18817; Woodworth et al. 2020, arXiv:2002.09277"
    accepts: ClassVar[tuple[str, ...]] = ("vectors", "images")
    shapes: ClassVar[Shapes] = {"output": ("task.outputs",)}

    depth: int = setting(2, "The power L.", ge=2, le=8)

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        start = np.full((shape.features, shape.outputs), (2 * shape.features) ** -0.5)
        return self.scaled({"plus": start, "minus": start.copy()})

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        outputs = hooks.dropped("input", inputs) @ (
            parameters["plus"] ** self.depth - parameters["minus"] ** self.depth
        )
        outputs = hooks("output", outputs)
        return outputs, {"output": outputs}

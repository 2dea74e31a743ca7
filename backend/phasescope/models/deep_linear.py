"""A deep linear network: a product of weight matrices, whose learning dynamics can be solved (Saxe et al. 2014)."""

from __future__ import annotations

import itertools
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import Activations, Model, Parameters, Shapes
from phasescope.models.weights import matrix, orthogonal


class DeepLinear(Model):
    """f(x) = W_L … W_1 x without biases.

    Initial weights, with s the initial scale of each matrix: `gaussian` has variance s²/inputs; `orthogonal` is s times
    a random (semi-)orthogonal matrix; `balanced` turns one set of r = min(inputs, width, outputs) directions into the
    next by random rotations, so that W_{l+1}ᵀ W_{l+1} = W_l W_lᵀ with all r singular values s; `identity` is balanced
    without the rotations: with a task whose singular vectors are the coordinate axes every mode is on its own.
    """

    name: ClassVar[str] = "deep_linear"
    label: ClassVar[str] = "Deep linear network"
    source: ClassVar[str] = "Saxe, McClelland & Ganguli 2014, arXiv:1312.6120"
    accepts: ClassVar[tuple[str, ...]] = ("vectors", "images")
    offers: ClassVar[tuple[str, ...]] = ("chain",)
    shapes: ClassVar[Shapes] = {"layer_{depth}": ("width * (number < depth) + task.outputs * (number == depth)",)}

    depth: int = setting(2, "Number of weight matrices L.", ge=1, le=64)
    width: int = setting(32, "Units of each hidden layer.", ge=1, le=8192)
    initial_weights: Literal["gaussian", "orthogonal", "balanced", "identity"] = setting(
        "gaussian", "Kind of initial weights."
    )
    initial_scale: float = setting(
        0.03, "Scale s of each matrix; the product starts at about s^L.", gt=0, le=1e3, per_run=True
    )

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        sizes = (shape.features, *[self.width] * (self.depth - 1), shape.outputs)
        if self.initial_weights in ("balanced", "identity"):
            drawn = self._balanced(sizes, random)
        else:
            kind: Literal["orthogonal", "gaussian"] = (
                "orthogonal" if self.initial_weights == "orthogonal" else "gaussian"
            )
            drawn = [matrix(kind, one, following, random) for one, following in itertools.pairwise(sizes)]
        return {f"layer_{number}.weight": self.initial_scale * one for number, one in enumerate(drawn, start=1)}

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        activations: Activations = {}
        values = inputs
        for number in range(1, self.depth + 1):
            layer = f"layer_{number}"
            values = activations[layer] = hooks(layer, values @ parameters[f"{layer}.weight"])
            if number < self.depth:
                values = hooks.dropped(layer, values)
        return values, activations

    def chain(self) -> tuple[str, ...]:
        return tuple(f"layer_{number}.weight" for number in range(1, self.depth + 1))

    def _balanced(self, sizes: tuple[int, ...], random: np.random.Generator) -> list[NDArray[np.float64]]:
        """Matrices from frame to frame: the frame of a layer is `modes` orthonormal directions of its space."""
        modes = min(sizes)
        if self.initial_weights == "identity":
            frames = [np.eye(size, modes) for size in sizes]
        else:
            frames = [orthogonal(random.standard_normal((size, modes))) for size in sizes]
        return [one @ following.T for one, following in itertools.pairwise(frames)]

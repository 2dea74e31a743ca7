"""A multi-layer perceptron; tokens are embedded (one shared table) and concatenated."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Shape
from phasescope.models.model import Activations, Model, Parameters, apply_hidden_layers, hidden_layers


class Mlp(Model):
    """Dense layers of one width with a pointwise activation."""

    name: ClassVar[str] = "mlp"
    label: ClassVar[str] = "Multi-layer perceptron"
    source: ClassVar[str] = "the definition"
    accepts: ClassVar[tuple[str, ...]] = ("tokens", "vectors")
    offers: ClassVar[tuple[str, ...]] = ("embedding",)

    width: int = setting(128, "Units of each hidden layer.", ge=1, le=8192)
    hidden_layers: int = setting(2, "Number of hidden layers.", ge=1, le=32)
    activation: Literal["relu", "gelu", "tanh", "quadratic", "linear"] = setting("relu", "Pointwise activation.")
    embedding_width: int = setting(64, "Numbers per token, for tasks whose inputs are tokens.", ge=1, le=4096)

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        parameters: dict[str, NDArray[Any]] = {}
        inputs = shape.features
        if shape.inputs == "tokens":
            parameters["embedding.weight"] = random.standard_normal((shape.vocabulary, self.embedding_width))
            parameters["embedding.weight"] *= self.embedding_width**-0.5
            inputs = shape.positions * self.embedding_width
        return parameters | hidden_layers(
            random, inputs=inputs, width=self.width, count=self.hidden_layers, outputs=shape.outputs
        )

    def forward(self, parameters: Parameters, inputs: Tensor) -> tuple[Tensor, Activations]:
        embedded: Activations = {}
        if "embedding.weight" in parameters:
            inputs = parameters["embedding.weight"][inputs].flatten(-2)  # (examples, positions · embedding width)
            embedded["embedding"] = inputs
        outputs, hidden = apply_hidden_layers(parameters, inputs, count=self.hidden_layers, activation=self.activation)
        return outputs, embedded | hidden

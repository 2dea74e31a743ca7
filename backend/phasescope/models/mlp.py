"""A multi-layer perceptron with a choice of activation, parametrisation and initial weights.

An effective weight is W = m w and an effective bias β = m b, each with a fixed multiplier m; w and b are trained. With
n the inputs of a layer and N the width:

                 m of weights                             m of biases                    variance of w at the start
    standard     1                                        1                              as the initial weights say
    ntk          1/√n                                     1                              1
    mean_field   1/√n; readout 1/N                        1; readout 1/√N                1
    mup          first layer √N, readout 1/√N; others 1   √N; readout 1                  1/N

ntk: Jacot et al. 2018, arXiv:1806.07572. mean_field: Mei et al. 2018, arXiv:1804.06561; learning rates grow with N, so
what does not become more with the width, the readout's bias and the table of tokens, has 1/√N. mup: Yang & Hu 2021,
arXiv:2011.14522, table 1, and Yang et al. 2022, arXiv:2203.03466, table 3, where biases are as weights of the first
layer; for gradient descent: one learning rate serves all widths.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import Rule, setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import ACTIVATIONS, Activations, Model, Parameters, Shapes
from phasescope.models.weights import Kind, matrix


class Mlp(Model):
    """Dense layers of one width with a pointwise activation; tokens are embedded (one table) and concatenated."""

    name: ClassVar[str] = "mlp"
    label: ClassVar[str] = "Multi-layer perceptron"
    source: ClassVar[str] = "the definition"
    accepts: ClassVar[tuple[str, ...]] = ("tokens", "vectors", "images")
    offers: ClassVar[tuple[str, ...]] = ("embedding", "chain")
    shapes: ClassVar[Shapes] = {
        "embedding": ("task.positions * embedding_width",),
        "hidden_{hidden_layers}": ("width",),
    }

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "initial_weights != 'lsuv' or parametrisation == 'standard'",
            "initial_weights lsuv needs the standard parametrisation: it decides itself how large weights are.",
        ),
    )

    width: int = setting(128, "Units of each hidden layer.", ge=1, le=8192)
    hidden_layers: int = setting(2, "Number of hidden layers.", ge=1, le=32)
    activation: Literal["relu", "gelu", "tanh", "erf", "quadratic", "linear"] = setting("relu", "Pointwise activation.")
    embedding_width: int = setting(64, "Numbers per token, for tasks whose inputs are tokens.", ge=1, le=4096)
    biases: bool = setting(
        True, "Whether layers have biases; they start at 0 unless the weights of standard layers start uniform."
    )
    parametrisation: Literal["standard", "ntk", "mean_field", "mup"] = setting(
        "standard", "How weights and their learning rates scale with the width."
    )
    initial_weights: Literal[Kind, "lsuv"] = setting(
        "uniform",
        "Uniform within ±1/√inputs (in other parametrisations than standard ±√3/√inputs, of variance 1/inputs), "
        "Gaussian of variance 1/inputs, orthogonal, Gaussian of low rank; or lsuv: "
        "orthogonal, each layer divided so that what it gives on training inputs has variance 1 before the activation "
        "(Mishkin & Matas 2016, arXiv:1511.06422).",
    )
    rank: int = setting(1, "Rank of low-rank initial weights.", ge=1, le=8192, per_run=True)

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        parameters: dict[str, NDArray[Any]] = {}
        size = shape.features
        if shape.inputs == "tokens":
            parameters["embedding.weight"] = random.standard_normal((shape.vocabulary, self.embedding_width))
            parameters["embedding.weight"] *= self.embedding_width**-0.5 / self._bias_multiplier("embedding")
            size = shape.positions * self.embedding_width
        for name in self._layers():
            outputs = shape.outputs if name == "readout" else self.width
            kind: Kind = "orthogonal" if self.initial_weights == "lsuv" else self.initial_weights
            drawn = matrix(kind, size, outputs, random, rank=self.rank)
            usual = self.initial_weights == "uniform" and self.parametrisation == "standard"
            if self.initial_weights == "uniform" and not usual:
                drawn = drawn * 3**0.5  # of variance 1/n, as the parametrisation has it
            parameters[f"{name}.weight"] = drawn / self._multiplier(name, size)
            if self.biases:
                bound = size**-0.5 if usual else 0.0
                parameters[f"{name}.bias"] = random.uniform(-bound, bound, (outputs,))
            if name == "readout" and self.parametrisation in ("mean_field", "mup"):
                parameters[f"{name}.weight"] *= self.width**-0.5  # the outputs start small: features are learned
            size = outputs
        return self.scaled(parameters)

    def settled(self, drawn: dict[str, NDArray[Any]], inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        if self.initial_weights != "lsuv":
            return drawn
        parameters = {name: value / self.initial_scale for name, value in drawn.items()}
        table = parameters.get("embedding.weight")
        values = inputs if table is None else table[inputs].reshape(len(inputs), -1)
        for name in self._layers():
            made = values @ parameters[f"{name}.weight"]
            deviation = float(made.std()) or 1.0  # nothing comes in: as it is
            parameters[f"{name}.weight"] = parameters[f"{name}.weight"] / deviation
            values = ACTIVATIONS[self.activation](torch.from_numpy(made / deviation)).numpy()
        return self.scaled(parameters)

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        activations: Activations = {}
        values = inputs
        if "embedding.weight" in parameters:
            values = parameters["embedding.weight"][inputs].flatten(-2)  # (examples, positions · embedding width)
            values = _times(values, self._bias_multiplier("embedding"))
            values = activations["embedding"] = hooks("embedding", values)
        for name in self._layers():
            weight = parameters[f"{name}.weight"]
            values = values @ _times(weight, self._multiplier(name, weight.shape[-2]))
            if self.biases:
                values = values + _times(parameters[f"{name}.bias"], self._bias_multiplier(name))
            if name != "readout":
                values = activations[name] = hooks(name, ACTIVATIONS[self.activation](values))
                values = hooks.dropped(name, values)
        return values, activations

    def chain(self) -> tuple[str, ...]:
        return tuple(f"{name}.weight" for name in self._layers())

    def _layers(self) -> tuple[str, ...]:
        return (*(f"hidden_{number}" for number in range(1, self.hidden_layers + 1)), "readout")

    def _multiplier(self, layer: str, inputs: int) -> float:
        """m of a layer with so many inputs."""
        match self.parametrisation:
            case "standard":
                return 1.0
            case "ntk":
                return float(inputs**-0.5)
            case "mean_field":
                return float(1 / inputs if layer == "readout" else inputs**-0.5)
            case "mup":
                return float({"hidden_1": self.width**0.5, "readout": self.width**-0.5}.get(layer, 1.0))

    def _bias_multiplier(self, layer: str) -> float:
        """m of a layer's biases; the table of tokens is like the readout's: it does not grow with the width."""
        hidden = layer.startswith("hidden")
        match self.parametrisation:
            case "mean_field":
                return 1.0 if hidden else float(self.width**-0.5)
            case "mup":
                return float(self.width**0.5) if hidden else 1.0
            case _:
                return 1.0


def _times(values: Tensor, multiplier: float) -> Tensor:
    return values if multiplier == 1 else values * multiplier

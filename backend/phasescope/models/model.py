"""What every model is: settings, initial weights, and a forward pass that returns outputs and named activations.

A model is written for one run, as a function of a dictionary of parameters. The engine stacks the parameters of
many runs and maps the function over them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import Record, setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks

Parameters = Mapping[str, Tensor]
Activations = dict[str, Tensor]
Shapes = Mapping[str, tuple[str, ...]]

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "gelu": torch.nn.functional.gelu,
    "gelu_tanh": lambda values: torch.nn.functional.gelu(values, approximate="tanh"),
    "tanh": torch.tanh,
    "erf": torch.erf,
    "quadratic": torch.square,
    "linear": lambda values: values,
}


class Model(Record):
    """Base of all models. Parameters whose name starts with `embedding` form the embedding group of an optimizer."""

    name: ClassVar[str]
    label: ClassVar[str]
    source: ClassVar[str]
    accepts: ClassVar[tuple[str, ...]]
    offers: ClassVar[tuple[str, ...]] = ()
    """What measures may ask of it: `embedding`, a table `embedding.weight` or `embedding.tokens`, one row per token;
    `attention`, `attention_maps`; `chain`, that function."""

    shapes: ClassVar[Shapes] = {}
    """Sizes of each named activation behind the examples, as expressions over its settings and the task's sizes
    (`task.positions`): empty where they are not said, 0 where there is no such axis. `hidden_{hidden_layers}` stands
    for hidden_1 up to that setting, of which each is `number`. The door looks in them; where there are none, the worker
    does."""

    initial_scale: float = setting(
        1.0, "All initial weights are multiplied by this.", gt=0, le=1e4, per_run=True, neutral=True
    )
    output_scale: float = setting(
        1.0,
        "The output is multiplied by this (the α of lazy and rich training); the loss is not divided by its square.",
        gt=0,
        le=1e6,
        per_run=True,
        neutral=True,
        changeable=True,
    )
    centred: bool = setting(
        False, "The output at the initial weights is subtracted, before it is scaled.", per_run=True, neutral=True
    )

    dropout: float = setting(
        0.0,
        "Share of the units of each hidden layer that a training step leaves out, others in every step; the rest are "
        "scaled up. Measures look without it.",
        ge=0,
        lt=1,
        per_run=True,
        neutral=True,
        changeable=True,
    )

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        """Initial parameters of one run, float64, decided by the generator alone, times `initial_scale`."""
        raise NotImplementedError

    def settled(self, drawn: dict[str, NDArray[Any]], inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Initial parameters as they are on the run's first training inputs; drawn is what `initial` gave."""
        return drawn

    def scaled(self, drawn: Mapping[str, NDArray[Any]], keep: Collection[str] = ()) -> dict[str, NDArray[Any]]:
        """What was drawn times `initial_scale`; parameters to `keep` are not weights (a gain of 1, a time constant)."""
        return {name: value if name in keep else value * self.initial_scale for name, value in drawn.items()}

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        """Outputs (examples, outputs) and named activations (examples, ...) of one run, as the hooks let them pass."""
        raise NotImplementedError

    def chain(self) -> tuple[str, ...]:
        """Names of the weight matrices (inputs, outputs) of which each reads what the one before gives. Asked only of
        models that offer `chain`."""
        raise NotImplementedError

    def attention_maps(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> dict[str, Tensor]:
        """Weights and scores of attention of one run, (examples, heads, positions, positions), row = the position that
        looks. Asked only of models that offer `attention`."""
        raise NotImplementedError


def dense(random: np.random.Generator, *, inputs: int, outputs: int, name: str) -> dict[str, NDArray[Any]]:
    """Weight (inputs, outputs) and bias (outputs,), uniform within ±1/√inputs, as is usual for a dense layer."""
    bound = inputs**-0.5
    return {
        f"{name}.weight": random.uniform(-bound, bound, (inputs, outputs)),
        f"{name}.bias": random.uniform(-bound, bound, (outputs,)),
    }


def apply_dense(parameters: Parameters, name: str, inputs: Tensor) -> Tensor:
    """inputs @ weight + bias."""
    return inputs @ parameters[f"{name}.weight"] + parameters[f"{name}.bias"]


def hidden_layers(
    random: np.random.Generator, *, inputs: int, width: int, count: int, outputs: int
) -> dict[str, NDArray[Any]]:
    """Parameters of `count` dense layers of one width and a readout."""
    parameters: dict[str, NDArray[Any]] = {}
    size = inputs
    for number in range(1, count + 1):
        parameters |= dense(random, inputs=size, outputs=width, name=f"hidden_{number}")
        size = width
    return parameters | dense(random, inputs=size, outputs=outputs, name="readout")


def apply_hidden_layers(
    parameters: Parameters, inputs: Tensor, *, count: int, activation: str, hooks: Hooks = PASS
) -> tuple[Tensor, Activations]:
    """Outputs and the activations `hidden_1` … of a stack made by `hidden_layers`."""
    function = ACTIVATIONS[activation]
    activations: Activations = {}
    values = inputs
    for number in range(1, count + 1):
        name = f"hidden_{number}"
        values = activations[name] = hooks(name, function(apply_dense(parameters, name, values)))
        values = hooks.dropped(name, values)
    return apply_dense(parameters, "readout", values), activations

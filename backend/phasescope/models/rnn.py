"""A recurrent network: vanilla, leaky or gated, with recurrent weights of a chosen gain and rank."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import ACTIVATIONS, Activations, Model, Parameters, Shapes
from phasescope.models.weights import matrix, truncated


class Rnn(Model):
    """h ← (1 − a) h + a φ(W_in x + W h) + noise, outputs W_out h; no biases unless asked for.

    `vanilla` has a = 1; `gru` has update and reset gates in place of the leak. Recurrent weights are Gaussian of
    variance gain²/width; with a rank they are cut to that many singular directions and keep their Frobenius norm.
    An image is read row by row. The state starts at 0. With noise it is a diffusion of time constant 1/a (Song, Yang
    & Wang 2016, PLoS Computational Biology 12:e1004792, equation 5).
    """

    name: ClassVar[str] = "rnn"
    label: ClassVar[str] = "Recurrent network"
    source: ClassVar[str] = "Liu et al. 2024, arXiv:2310.08513; Cho et al. 2014, arXiv:1406.1078"
    accepts: ClassVar[tuple[str, ...]] = ("tokens", "token_sequences", "sequences", "images")
    shapes: ClassVar[Shapes] = {"state": ("width",)}  # position by position

    cell: Literal["vanilla", "leaky", "gru"] = setting("vanilla", "What the state becomes at each position.")
    width: int = setting(100, "Units.", ge=1, le=4096)
    activation: Literal["relu", "tanh"] = setting("tanh", "Activation φ.")
    leak: float = setting(0.5, "Share a of the state that is renewed at a position, for the leaky cell.", gt=0, le=1)
    gain: float = setting(1.0, "Scale of the recurrent weights; 1 is the edge of chaos.", ge=0, le=100, per_run=True)
    rank: int | None = setting(None, "Rank of the recurrent weights; nothing means full.", ge=1, le=4096, per_run=True)
    biases: bool = setting(False, "Whether state and readout have biases; they start at 0.")
    noise: float = setting(
        0.0,
        "Scale σ of the noise √(2a) σ ξ added to the state at each position of a training step, ξ standard normal; "
        "measures look without it.",
        ge=0,
        per_run=True,
        neutral=True,
        changeable=True,
    )

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        parameters: dict[str, NDArray[Any]] = {}
        tokens = shape.inputs in ("tokens", "token_sequences")
        features = round(shape.features**0.5) if shape.inputs == "images" else shape.features
        for gate in self._gates():
            if tokens:
                drawn = random.standard_normal((shape.vocabulary, self.width)) * self.width**-0.5
                parameters[f"embedding.{gate}"] = drawn
            else:
                parameters[f"input.{gate}"] = matrix("uniform", features, self.width, random)
            recurrent = self.gain * matrix("gaussian", self.width, self.width, random)
            parameters[f"recurrent.{gate}"] = recurrent if self.rank is None else truncated(recurrent, self.rank)
            if self.biases:
                parameters[f"bias.{gate}"] = np.zeros(self.width)
        name = "readout" if shape.readout == "last" else "readout_every"  # the name says where it is read
        parameters[name] = matrix("uniform", self.width, shape.outputs, random)
        if self.biases:
            parameters[f"{name}_bias"] = np.zeros(shape.outputs)
        return self.scaled(parameters)

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        driven = {gate: self._drive(parameters, gate, inputs) for gate in self._gates()}
        noise = hooks.noise("state", driven["state"])
        if noise is not None:
            noise = noise * (2 * self._renewed()) ** 0.5
        # taken apart at once: the derivative of taking positions one by one fills the whole with zeros for each
        apart = {gate: drive.unbind(1) for gate, drive in driven.items()}
        state = torch.zeros_like(apart["state"][0])
        states: list[Tensor] = []
        for position in range(len(apart["state"])):
            state = self._next(parameters, {gate: drives[position] for gate, drives in apart.items()}, state)
            state = hooks("state", state if noise is None else state + noise[:, position])
            states.append(state)
        name = "readout_every" if "readout_every" in parameters else "readout"
        read = torch.stack(states, dim=1) if name == "readout_every" else state
        outputs = hooks.dropped("state", read) @ parameters[name]
        return outputs + parameters[f"{name}_bias"] if self.biases else outputs, {"state": read}

    def _gates(self) -> tuple[str, ...]:
        return ("state", "update", "reset") if self.cell == "gru" else ("state",)

    def _drive(self, parameters: Parameters, gate: str, inputs: Tensor) -> Tensor:
        """(examples, positions, width) what the inputs, and the bias, add to a gate."""
        if f"embedding.{gate}" in parameters:
            driven = parameters[f"embedding.{gate}"][inputs]
        else:
            weight = parameters[f"input.{gate}"]
            rows = inputs if inputs.dim() == 3 else inputs.reshape(len(inputs), -1, weight.shape[-2])
            driven = rows @ weight
        return driven + parameters[f"bias.{gate}"] if self.biases else driven

    def _next(self, parameters: Parameters, driven: dict[str, Tensor], state: Tensor) -> Tensor:
        function = ACTIVATIONS[self.activation]
        if self.cell == "gru":
            update = torch.sigmoid(driven["update"] + state @ parameters["recurrent.update"])
            reset = torch.sigmoid(driven["reset"] + state @ parameters["recurrent.reset"])
            proposed = function(driven["state"] + (reset * state) @ parameters["recurrent.state"])
            return update * state + (1 - update) * proposed
        renewed = function(driven["state"] + state @ parameters["recurrent.state"])
        return renewed if self.cell == "vanilla" else torch.lerp(state, renewed.to(state.dtype), self.leak)

    def _renewed(self) -> float:
        """The share a of the state that is renewed at a position."""
        return self.leak if self.cell == "leaky" else 1.0

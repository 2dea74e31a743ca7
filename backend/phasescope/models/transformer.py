"""A small causal transformer that reads its answer off an extra token at the end."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import Rule, setting
from phasescope.core.shape import Shape
from phasescope.models.model import Activations, Model, Parameters


class Transformer(Model):
    """Learned positions, causal attention, ReLU perceptrons, no normalisation, no biases in attention."""

    name: ClassVar[str] = "transformer"
    label: ClassVar[str] = "Transformer"
    source: ClassVar[str] = "Nanda et al. 2023, arXiv:2301.05217, section 3"
    accepts: ClassVar[tuple[str, ...]] = ("tokens",)
    offers: ClassVar[tuple[str, ...]] = ("embedding",)
    rules: ClassVar[tuple[Rule, ...]] = (Rule("width % heads == 0", "width must be a multiple of heads."),)

    layers: int = setting(1, "Number of blocks.", ge=1, le=16)
    width: int = setting(128, "Width of the residual stream.", ge=2, le=4096)
    heads: int = setting(4, "Attention heads per block.", ge=1, le=64)
    hidden_factor: int = setting(4, "Hidden units of a perceptron, in widths.", ge=1, le=16)

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        scale = self.width**-0.5
        hidden = self.hidden_factor * self.width
        parameters: dict[str, NDArray[Any]] = {
            "embedding.tokens": random.standard_normal((shape.vocabulary + 1, self.width)) * scale,
            "embedding.positions": random.standard_normal((shape.positions + 1, self.width)) * scale,
        }
        for number in range(1, self.layers + 1):
            block = f"block_{number}"
            for part in ("query", "key", "value", "mixed"):
                parameters[f"{block}.{part}"] = random.standard_normal((self.width, self.width)) * scale
            parameters[f"{block}.hidden"] = random.standard_normal((self.width, hidden)) * scale
            parameters[f"{block}.hidden_bias"] = np.zeros(hidden)
            parameters[f"{block}.out"] = random.standard_normal((hidden, self.width)) * hidden**-0.5
            parameters[f"{block}.out_bias"] = np.zeros(self.width)
        parameters["readout"] = random.standard_normal((self.width, shape.outputs)) * scale
        return parameters

    def forward(self, parameters: Parameters, inputs: Tensor) -> tuple[Tensor, Activations]:
        table = parameters["embedding.tokens"]
        asked = torch.full_like(inputs[..., :1], table.shape[-2] - 1)  # the extra token: "="
        stream = table[torch.cat([inputs, asked], dim=-1)] + parameters["embedding.positions"]
        activations: Activations = {"embedding": stream[..., :-1, :]}  # the extra token is always the same
        for number in range(1, self.layers + 1):
            block = f"block_{number}"
            stream = stream + self._attend(parameters, block, stream)
            activations[f"{block}.attention"] = stream[..., -1, :]
            hidden = torch.relu(stream @ parameters[f"{block}.hidden"] + parameters[f"{block}.hidden_bias"])
            activations[f"{block}.hidden"] = hidden[..., -1, :]
            stream = stream + hidden @ parameters[f"{block}.out"] + parameters[f"{block}.out_bias"]
            activations[block] = stream[..., -1, :]
        return stream[..., -1, :] @ parameters["readout"], activations

    def _attend(self, parameters: Parameters, block: str, stream: Tensor) -> Tensor:
        examples, positions, width = stream.shape
        size = width // self.heads

        def heads(part: str) -> Tensor:  # (examples, heads, positions, size)
            projected: Tensor = stream @ parameters[f"{block}.{part}"]
            return projected.reshape(examples, positions, self.heads, size).transpose(1, 2)

        scores = heads("query") @ heads("key").transpose(-1, -2) * size**-0.5
        future = torch.ones(positions, positions, dtype=torch.bool, device=stream.device).triu(1)
        weights = scores.masked_fill(future, -torch.inf).softmax(-1)
        mixed: Tensor = (weights @ heads("value")).transpose(1, 2).reshape(examples, positions, width)
        returned: Tensor = mixed @ parameters[f"{block}.mixed"]
        return returned

"""A transformer whose residual stream keeps everything apart: what attention reads is put beside, not added."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import Activations, Model, Parameters

MOST_WIDTH = 16_384  # of the stream: it doubles (and more) with every layer


class DisentangledTransformer(Model):
    """h_0 = one-hot token beside one-hot position; h_l = h_{l−1} beside softmax(h A h') h for each head; outputs h W.

    Attention is causal and has one matrix A per head in place of queries, keys and values. All weights start at zero,
    or, with a spread, as Gaussians of that standard deviation. Read at the last position.
    """

    name: ClassVar[str] = "disentangled_transformer"
    label: ClassVar[str] = "Disentangled transformer"
    source: ClassVar[str] = "Nichani, Damian & Lee 2024, arXiv:2402.14735, section 2; Friedman et al. 2023, "\
        "arXiv:2306.01128"  # fmt: skip
    accepts: ClassVar[tuple[str, ...]] = ("tokens",)
    offers: ClassVar[tuple[str, ...]] = ("attention",)

    layers: int = setting(2, "Number of attention layers.", ge=1, le=4)
    heads: int = setting(1, "Heads of each layer but the last, which has one.", ge=1, le=8)
    spread: float = setting(0.0, "Standard deviation of the initial weights.", ge=0, le=10, per_run=True)

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        stream = shape.vocabulary + shape.positions
        parameters: dict[str, NDArray[Any]] = {}
        for number in range(1, self.layers + 1):
            heads = self._heads(number)
            parameters[f"attention_{number}"] = self.spread * random.standard_normal((heads, stream, stream))
            stream *= 1 + heads
        parameters["readout"] = self.spread * random.standard_normal((stream, shape.outputs))
        return self.scaled(parameters)

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        outputs, activations, _ = self._run(parameters, inputs, hooks)
        return outputs, activations

    def attention_maps(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> dict[str, Tensor]:
        """`block_1.attention_weights` …: (examples, heads, positions, positions), row = the position that looks."""
        return self._run(parameters, inputs, hooks)[2]

    def _run(
        self, parameters: Parameters, inputs: Tensor, hooks: Hooks
    ) -> tuple[Tensor, Activations, dict[str, Tensor]]:
        positions = inputs.shape[-1]
        like = parameters["readout"]
        vocabulary = parameters["attention_1"].shape[-1] - positions
        tokens = (inputs[..., None] == torch.arange(vocabulary, device=inputs.device)).to(like.dtype)
        places = torch.eye(positions, dtype=like.dtype, device=like.device).expand(len(inputs), -1, -1)
        stream = torch.cat([tokens, places], dim=-1)
        future = torch.ones(positions, positions, dtype=torch.bool, device=like.device).triu(1)
        activations: Activations = {}
        maps: dict[str, Tensor] = {}
        for number in range(1, self.layers + 1):
            weights = parameters[f"attention_{number}"]
            scores = torch.einsum("npd,hde,nqe->nhpq", stream, weights, stream)
            attention = scores.masked_fill(future, -torch.inf).softmax(-1)
            attention = hooks(f"block_{number}.attention_weights", attention)
            maps[f"block_{number}.attention_weights"] = attention
            maps[f"block_{number}.attention_scores"] = scores.masked_fill(future, 0.0)
            read = hooks(f"block_{number}.heads", attention @ stream[:, None])
            stream = torch.cat([stream, *read.unbind(1)], dim=-1)
            stream = hooks(f"block_{number}", stream)
            activations[f"block_{number}"] = stream[..., -1, :]
        return activations[f"block_{self.layers}"] @ parameters["readout"], activations, maps

    def _heads(self, layer: int) -> int:
        return 1 if layer == self.layers else self.heads

"""The disentangled transformer: attention alone, whose layers write beside each other and not on top of each other."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import one_hot

from phasescope.core.record import Rule, setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import Activations, Model, Parameters, Shapes

STREAM = "(task.positions + task.features * (task.inputs == 'sequences') + task.vocabulary)"
HEADS = "(heads + (last_heads - heads) * (number == layers and last_heads > 0))"
WIDE = "the stream would grow more than 256-fold: use fewer layers or heads."


class DisentangledTransformer(Model):
    """h_0 = (token, position) as one-hot vectors;  h_l = (h_{l−1}, a_1, …, a_H) with a_i = softmax(h A_i hᵀ) h;  W h_L.

    Each head has one matrix A in place of query and key, its value is the whole stream, and what it reads is put
    beside the stream, which grows by the factor 1 + H at every layer. A_i begins with (token, position) blocks in
    which structure can be read. Vectors are taken as they are in place of the one-hot token.
    """

    name: ClassVar[str] = "disentangled_transformer"
    label: ClassVar[str] = "Disentangled transformer"
    source: ClassVar[str] = "Nichani, Damian & Lee 2024, arXiv:2402.14735, section 2; Friedman et al. 2023"
    accepts: ClassVar[tuple[str, ...]] = ("tokens", "token_sequences", "sequences")
    offers: ClassVar[tuple[str, ...]] = ("attention",)
    shapes: ClassVar[Shapes] = {
        "embedding": ("task.positions", STREAM),
        "block_{layers}.attention_weights": (HEADS, "task.positions", "task.positions"),
        "block_{layers}.heads": (HEADS, "task.positions", f"{STREAM} * (1 + heads) ** (number - 1)"),
        "block_{layers}": ("task.positions", f"{STREAM} * (1 + heads) ** (number - 1) * (1 + {HEADS})"),
    }
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("last_heads != None or (1 + heads) ** layers <= 256", WIDE),
        Rule("last_heads == None or (1 + heads) ** (layers - 1) * (1 + last_heads) <= 256", WIDE),
    )

    layers: int = setting(2, "Number of attention layers.", ge=1, le=6)
    heads: int = setting(1, "Heads of each layer.", ge=1, le=16)
    last_heads: int | None = setting(None, "Heads of the last layer; nothing means as many as the others.", ge=1, le=16)
    spread: float = setting(
        0.0, "Standard deviation of the initial weights; the paper starts with none.", ge=0, le=10, per_run=True
    )

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        content = shape.features if shape.inputs == "sequences" else shape.vocabulary
        stream = content + shape.positions
        parameters: dict[str, NDArray[Any]] = {}
        for number, heads in enumerate(self._heads(), start=1):
            parameters[f"block_{number}.attention"] = self.spread * random.standard_normal((heads, stream, stream))
            stream *= 1 + heads
        name = "readout" if shape.readout == "last" else "readout_every"  # the name says where it is read
        parameters[name] = self.spread * random.standard_normal((stream, shape.outputs))
        return self.scaled(parameters)

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        outputs, activations, _ = self._run(parameters, inputs, hooks)
        return outputs, activations

    def attention_maps(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> dict[str, Tensor]:
        """`block_1.attention_weights` … and `block_1.attention_scores`, the products h A hᵀ, 0 for the future."""
        return self._run(parameters, inputs, hooks)[2]

    def _run(
        self, parameters: Parameters, inputs: Tensor, hooks: Hooks
    ) -> tuple[Tensor, Activations, dict[str, Tensor]]:
        every = "readout_every" in parameters
        seen: slice | int = slice(None) if every else -1
        stream = hooks("embedding", self._embed(parameters, inputs))
        activations: Activations = {}  # what comes in is the example itself
        maps: dict[str, Tensor] = {}
        for number in range(1, self.layers + 1):
            block = f"block_{number}"
            rows = stream[:, None]  # (examples, 1, positions, stream)
            scores = rows @ parameters[f"{block}.attention"] @ rows.transpose(-1, -2)
            future = torch.ones_like(scores[0, 0], dtype=torch.bool).triu(1)
            maps[f"{block}.attention_scores"] = scores.masked_fill(future, 0.0)
            weights = scores.masked_fill(future, -torch.inf).softmax(-1)
            maps[f"{block}.attention_weights"] = weights = hooks(f"{block}.attention_weights", weights)
            read = hooks.dropped(f"{block}.heads", hooks(f"{block}.heads", weights @ rows))
            stream = torch.cat([stream, *read.unbind(1)], dim=-1)
            stream = hooks(block, stream)
            activations[block] = stream[:, seen]
        return stream[:, seen] @ parameters["readout_every" if every else "readout"], activations, maps

    def _heads(self) -> tuple[int, ...]:
        """Heads of each layer."""
        last = self.heads if self.last_heads is None else self.last_heads
        return (*[self.heads] * (self.layers - 1), last)

    def _embed(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        """(examples, positions, content + positions)."""
        like = parameters["block_1.attention"]
        positions = inputs.shape[1]
        content = inputs if inputs.dim() == 3 else one_hot(inputs, like.shape[-1] - positions).to(like.dtype)
        numbers = torch.eye(positions, dtype=like.dtype, device=like.device).expand(len(inputs), positions, positions)
        return torch.cat([content, numbers], dim=-1)

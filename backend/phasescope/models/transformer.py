"""A small causal transformer, with or without perceptrons, normalisation and softmax."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import layer_norm, pad

from phasescope.core.errors import InvalidSpec, Problem
from phasescope.core.record import Rule, setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import ACTIVATIONS, Activations, Model, Parameters, Shapes

ROTARY_BASE = 10_000.0
NORM_PARTS = (".gain", ".shift")
POSITIONS = "(task.positions + (task.inputs == 'tokens' and task.readout == 'last'))"  # with the extra token
STREAM = f"width + (positions == 'one_hot') * {POSITIONS}"


class Transformer(Model):
    """Causal attention and perceptrons on a residual stream, no biases in attention.

    Where an example has one answer, tokens are followed by one extra token, off which the answer is read; vectors
    are answered at the last one. The defaults are the network of Nanda et al.
    """

    name: ClassVar[str] = "transformer"
    label: ClassVar[str] = "Transformer"
    source: ClassVar[str] = "Nanda et al. 2023, arXiv:2301.05217, section 3; Vaswani et al. 2017, arXiv:1706.03762"
    accepts: ClassVar[tuple[str, ...]] = ("tokens", "token_sequences", "sequences")
    offers: ClassVar[tuple[str, ...]] = ("embedding", "attention")
    shapes: ClassVar[Shapes] = {
        "embedding": (POSITIONS, STREAM),
        "block_{layers}.attention_weights": ("heads", POSITIONS, POSITIONS),
        "block_{layers}.heads": ("heads", POSITIONS, "width // heads"),
        "block_{layers}.attention": (POSITIONS, STREAM),
        "block_{layers}.hidden": (POSITIONS, "hidden_factor * width"),
        "block_{layers}": (POSITIONS, STREAM),
        "norm": (f"{POSITIONS} * (task.readout == 'every')", STREAM),
    }
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("width % heads == 0", "width must be a multiple of heads."),
        Rule(
            "positions != 'rotary' or (width // heads) % 2 == 0",
            "rotary positions need an even number of units per head: make width / heads even.",
        ),
    )

    layers: int = setting(1, "Number of blocks.", ge=1, le=16)
    width: int = setting(128, "Width of the residual stream.", ge=2, le=4096)
    heads: int = setting(4, "Attention heads per block.", ge=1, le=64)
    hidden_factor: int = setting(4, "Hidden units of a perceptron, in widths.", ge=1, le=16)
    attention_only: bool = setting(False, "Blocks without perceptrons.")
    attention: Literal["softmax", "linear"] = setting(
        "softmax", "Weights of a position's past: softmax of the scores, or the scores themselves."
    )
    positions: Literal["learned", "rotary", "one_hot"] = setting(
        "learned",
        "A learned vector added; queries and keys rotated (Su et al. 2021, arXiv:2104.09864); or the number of the "
        "position as a one-hot vector beside the embedding, which makes the stream that much wider.",
    )
    normalisation: Literal["none", "pre", "post"] = setting(
        "none", "Layer norm nowhere; before each part and before the readout; or after each part is added."
    )
    activation: Literal["relu", "gelu", "gelu_tanh"] = setting(
        "relu", "Activation of the perceptrons; gelu_tanh is the approximation that GPT-2 uses."
    )
    tied: bool = setting(
        False,
        "Read answers with the token embeddings; needs a task that answers every position with one of its tokens.",
        needs=("written_answers",),
    )
    attention_biases: bool = setting(
        False, "Biases of query, key, value and of what attention adds; they start at 0.", neutral=True
    )
    deviation: float | None = setting(
        None,
        "Standard deviation of all initial weights, divided by √(2 · layers) for those that write into the stream, as "
        "in GPT-2 (Radford et al. 2019, section 2.3); nothing: 1/√width, or 1/√inputs of other inputs.",
        gt=0,
        le=10,
        per_run=True,
        neutral=True,
    )

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        if self.tied and not (shape.readout == "every" and shape.outputs == shape.vocabulary):
            sentence = "model.tied: tied embeddings need a task that answers every position with one of its tokens."
            raise InvalidSpec([Problem("model.tied", sentence)])
        asked = int(shape.readout == "last" and shape.inputs == "tokens")  # the extra token
        positions = shape.positions + asked
        stream = self.width + (positions if self.positions == "one_hot" else 0)
        scale = self.width**-0.5
        parameters: dict[str, NDArray[Any]] = {}
        if shape.inputs == "sequences":
            parameters["embedding.inputs"] = _gaussian(random, shape.features, self.width)
        else:
            parameters["embedding.tokens"] = random.standard_normal((shape.vocabulary + asked, self.width)) * scale
        if self.positions == "learned":
            parameters["embedding.positions"] = random.standard_normal((positions, self.width)) * scale
        for number in range(1, self.layers + 1):
            parameters |= self._block(f"block_{number}", stream, random)
        if self.normalisation == "pre":
            parameters |= _norm("norm", stream)
        if not self.tied:
            name = "readout" if shape.readout == "last" else "readout_every"  # the name says where it is read
            parameters[name] = random.standard_normal((stream, shape.outputs)) * scale
        if self.deviation is not None:
            parameters = {name: self._respread(name, value) for name, value in parameters.items()}
        return self.scaled(parameters, keep=[name for name in parameters if name.endswith(NORM_PARTS)])

    def _respread(self, name: str, drawn: NDArray[Any]) -> NDArray[Any]:
        """A weight matrix with the standard deviation asked for; vectors are biases and norms, and stay."""
        if drawn.ndim < 2 or self.deviation is None:
            return drawn
        inputs = len(drawn) if name.endswith((".out", ".inputs")) else self.width
        into_stream = (2 * self.layers) ** -0.5 if name.endswith((".out", ".mixed")) else 1.0
        made: NDArray[Any] = drawn * (inputs**0.5 * self.deviation * into_stream)
        return made

    def _block(self, block: str, stream: int, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        scale = self.width**-0.5
        parameters: dict[str, NDArray[Any]] = {}
        for part in ("query", "key", "value"):
            parameters[f"{block}.{part}"] = random.standard_normal((stream, self.width)) * scale
        parameters[f"{block}.mixed"] = random.standard_normal((self.width, stream)) * scale
        if self.attention_biases:
            parameters |= {f"{block}.{part}_bias": np.zeros(self.width) for part in ("query", "key", "value")}
            parameters[f"{block}.mixed_bias"] = np.zeros(stream)
        if not self.attention_only:
            hidden = self.hidden_factor * self.width
            parameters[f"{block}.hidden"] = random.standard_normal((stream, hidden)) * scale
            parameters[f"{block}.hidden_bias"] = np.zeros(hidden)
            parameters[f"{block}.out"] = _gaussian(random, hidden, stream)
            parameters[f"{block}.out_bias"] = np.zeros(stream)
        if self.normalisation != "none":
            for part in ("attention",) if self.attention_only else ("attention", "hidden"):
                parameters |= _norm(f"{block}.{part}_norm", stream)
        return parameters

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        outputs, activations, _ = self._run(parameters, inputs, hooks)
        return outputs, activations

    def attention_maps(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> dict[str, Tensor]:
        """`block_1.attention_weights` …: (examples, heads, positions, positions), row = the position that looks; and
        `block_1.attention_scores` …, the products q·k/√size they are made from, 0 for the future."""
        return self._run(parameters, inputs, hooks)[2]

    def _run(
        self, parameters: Parameters, inputs: Tensor, hooks: Hooks
    ) -> tuple[Tensor, Activations, dict[str, Tensor]]:
        every = self.tied or "readout_every" in parameters
        stream = self._embed(parameters, inputs, asked=not every and "embedding.tokens" in parameters)
        stream = hooks("embedding", stream)
        seen: slice | int = slice(None) if every else -1
        # where an extra token is asked, its own embedding is always the same
        activations: Activations = {"embedding": stream if every else stream[..., : inputs.shape[1], :]}
        maps: dict[str, Tensor] = {}
        for number in range(1, self.layers + 1):
            block = f"block_{number}"
            added, maps[f"{block}.attention_weights"], maps[f"{block}.attention_scores"] = self._attend(
                parameters, block, stream, hooks
            )
            stream = stream + hooks.dropped(f"{block}.attention", added)
            stream = hooks(f"{block}.attention", self._after(parameters, f"{block}.attention", stream))
            activations[f"{block}.attention"] = stream[..., seen, :]
            if not self.attention_only:
                hidden = hooks(f"{block}.hidden", self._hidden(parameters, block, stream))
                activations[f"{block}.hidden"] = hidden[..., seen, :]
                added = hidden @ parameters[f"{block}.out"] + parameters[f"{block}.out_bias"]
                stream = stream + hooks.dropped(f"{block}.hidden", added)
                stream = self._after(parameters, f"{block}.hidden", stream)
            stream = hooks(block, stream)
            activations[block] = stream[..., seen, :]
        final = stream[..., seen, :]
        if self.normalisation == "pre":
            final = activations["norm"] = hooks("norm", _normalised(parameters, "norm", final))
        if self.tied:
            table = parameters["embedding.tokens"]
            return final[..., : table.shape[-1]] @ table.transpose(-1, -2), activations, maps
        return final @ parameters["readout_every" if every else "readout"], activations, maps

    def _embed(self, parameters: Parameters, inputs: Tensor, *, asked: bool) -> Tensor:
        """(examples, positions, stream)."""
        if "embedding.inputs" in parameters:
            stream = inputs @ parameters["embedding.inputs"]
        else:
            table = parameters["embedding.tokens"]
            stream = table[pad(inputs, (0, 1), value=table.shape[-2] - 1) if asked else inputs]  # the last token: "="
        if self.positions == "learned":
            return stream + parameters["embedding.positions"]
        if self.positions == "one_hot":
            count = stream.shape[-2]
            numbers = torch.eye(count, dtype=stream.dtype, device=stream.device).expand(len(stream), count, count)
            return torch.cat([stream, numbers], dim=-1)
        return stream

    def _hidden(self, parameters: Parameters, block: str, stream: Tensor) -> Tensor:
        """Hidden units of a block's perceptron."""
        values = self._before(parameters, f"{block}.hidden", stream)
        return ACTIVATIONS[self.activation](values @ parameters[f"{block}.hidden"] + parameters[f"{block}.hidden_bias"])

    def _attend(
        self, parameters: Parameters, block: str, stream: Tensor, hooks: Hooks
    ) -> tuple[Tensor, Tensor, Tensor]:
        """What attention adds to the stream, its weights (examples, heads, positions, positions) and their scores."""
        values = self._before(parameters, f"{block}.attention", stream)
        examples, positions, _ = values.shape
        size = self.width // self.heads

        def heads(part: str) -> Tensor:  # (examples, heads, positions, size)
            projected = self._projected(parameters, f"{block}.{part}", values)
            return projected.reshape(examples, positions, self.heads, size).transpose(1, 2)

        query, key = heads("query"), heads("key")
        if self.positions == "rotary":
            query, key = _rotated(query), _rotated(key)
        scores = query @ key.transpose(-1, -2) * size**-0.5
        future = torch.ones(positions, positions, dtype=torch.bool, device=stream.device).triu(1)
        past = scores.masked_fill(future, 0.0)
        weights = scores.masked_fill(future, -torch.inf).softmax(-1) if self.attention == "softmax" else past
        weights = hooks(f"{block}.attention_weights", weights)
        read = hooks(f"{block}.heads", weights @ heads("value"))
        mixed = read.transpose(1, 2).reshape(examples, positions, self.width)
        return self._projected(parameters, f"{block}.mixed", mixed), weights, past

    def _projected(self, parameters: Parameters, name: str, values: Tensor) -> Tensor:
        made = values @ parameters[name]
        return made + parameters[f"{name}_bias"] if self.attention_biases else made

    def _before(self, parameters: Parameters, part: str, stream: Tensor) -> Tensor:
        return _normalised(parameters, f"{part}_norm", stream) if self.normalisation == "pre" else stream

    def _after(self, parameters: Parameters, part: str, stream: Tensor) -> Tensor:
        return _normalised(parameters, f"{part}_norm", stream) if self.normalisation == "post" else stream


def _gaussian(random: np.random.Generator, inputs: int, outputs: int) -> NDArray[np.float64]:
    drawn: NDArray[np.float64] = random.standard_normal((inputs, outputs)) * inputs**-0.5
    return drawn


def _norm(name: str, width: int) -> dict[str, NDArray[Any]]:
    return {f"{name}.gain": np.ones(width), f"{name}.shift": np.zeros(width)}


def _normalised(parameters: Parameters, name: str, values: Tensor) -> Tensor:
    """Each position to mean 0 and variance 1 over the stream, then gain and shift."""
    return layer_norm(values, values.shape[-1:]) * parameters[f"{name}.gain"] + parameters[f"{name}.shift"]


def _rotated(values: Tensor) -> Tensor:
    """Turn each pair (i, i + size/2) of a head's units at position p by the angle p · base^(−2i/size)."""
    positions, size = values.shape[-2:]
    rates = ROTARY_BASE ** (-torch.arange(0, size, 2, dtype=values.dtype, device=values.device) / size)
    angles = torch.arange(positions, dtype=values.dtype, device=values.device)[:, None] * rates
    first, second = values.chunk(2, dim=-1)
    cosine, sine = angles.cos(), angles.sin()
    return torch.cat([first * cosine - second * sine, first * sine + second * cosine], dim=-1)

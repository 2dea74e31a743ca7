"""Learned embeddings that are added, and a decoder: the toy model of the effective theory of grokking."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import Activations, Model, Parameters, Shapes, apply_hidden_layers, hidden_layers


class EmbeddingDecoder(Model):
    """f(E_i + E_j): the sum of the tokens' embeddings goes through a perceptron.

    Embeddings start uniform within ±1/2, the decoder as dense layers usually do.
    """

    name: ClassVar[str] = "embedding_decoder"
    label: ClassVar[str] = "Embedding and decoder"
    source: ClassVar[str] = "Liu et al. 2022, arXiv:2205.10343, section 3"
    accepts: ClassVar[tuple[str, ...]] = ("tokens",)
    offers: ClassVar[tuple[str, ...]] = ("embedding", "chain")
    shapes: ClassVar[Shapes] = {"embedding": ("embedding_width",), "hidden_{hidden_layers}": ("width",)}

    embedding_width: int = setting(1, "Numbers per symbol.", ge=1, le=512)
    width: int = setting(200, "Units of each hidden layer of the decoder.", ge=1, le=8192)
    hidden_layers: int = setting(2, "Number of hidden layers of the decoder.", ge=1, le=16)
    activation: Literal["relu", "gelu", "tanh", "quadratic", "linear"] = setting("tanh", "Pointwise activation.")

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        embedding = random.uniform(-0.5, 0.5, (shape.vocabulary, self.embedding_width))
        decoder = hidden_layers(
            random, inputs=self.embedding_width, width=self.width, count=self.hidden_layers, outputs=shape.outputs
        )
        return self.scaled({"embedding.weight": embedding} | decoder)

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        added = hooks("embedding", parameters["embedding.weight"][inputs].sum(-2))  # (examples, embedding width)
        outputs, hidden = apply_hidden_layers(
            parameters, added, count=self.hidden_layers, activation=self.activation, hooks=hooks
        )
        return outputs, {"embedding": added} | hidden

    def chain(self) -> tuple[str, ...]:
        return (*(f"hidden_{number}.weight" for number in range(1, self.hidden_layers + 1)), "readout.weight")

"""The toy addition table of the effective theory of grokking (Liu et al. 2022, arXiv:2205.10343, section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from phasescope.core.dimensions import Expressions
from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs
from phasescope.tasks.task import Data, Task, probe_of, split


class ToyAddition(Task):
    """Unordered pairs i ≤ j of symbols; the target of a pair is a fixed random vector that belongs to i + j."""

    name: ClassVar[str] = "toy_addition"
    label: ClassVar[str] = "Toy addition"
    source: ClassVar[str] = "Liu et al. 2022, arXiv:2205.10343, section 3"
    inputs: ClassVar[Inputs] = "tokens"
    offers: ClassVar[tuple[str, ...]] = ("classes", "labels", "addition")
    dimensions: ClassVar[Expressions] = {
        "outputs": "2 * symbols - 1 + (target_dimensions - 2 * symbols + 1) * (loss_kind == 'squared_error')",
        "positions": "2",
        "vocabulary": "symbols",
    }
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "train_examples < symbols * (symbols + 1) / 2",
            "train_examples leaves no test example: symbols p make p(p+1)/2 pairs.",
        ),
    )

    symbols: int = setting(10, "Number of symbols p; there are p(p+1)/2 pairs and 2p−1 sums.", ge=3, le=64)
    train_examples: int = setting(45, "Pairs that are trained on.", ge=1, per_run=True, changeable=True)
    loss_kind: Literal["squared_error", "cross_entropy"] = setting(
        "squared_error", "Regress on the target vector of the sum, or classify the sum."
    )
    target_dimensions: int = setting(30, "Length of the target vectors.", ge=1, le=512)

    def draw(self, random: np.random.Generator) -> Data:
        vectors = random.standard_normal((2 * self.symbols - 1, self.target_dimensions))
        first, second = np.triu_indices(self.symbols)
        train, test = split(len(first), self.train_examples, random)
        extras = {"target_vectors": vectors} if self.loss_kind == "squared_error" else {}
        return Data(np.stack([first, second], axis=1), first + second, train, test, probe_of(len(first)), extras)

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        if self.loss_kind == "cross_entropy":
            return cross_entropy(outputs, targets, reduction="none")
        return (outputs - extras["target_vectors"][targets]).square().mean(-1)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """The nearest target vector (squared error) or the largest output (cross-entropy) is that of the sum."""
        if self.loss_kind == "cross_entropy":
            return outputs.argmax(-1) == targets
        vectors = extras["target_vectors"]
        # |o − v|² without |o|², which is the same for all v
        distance = vectors.square().sum(-1) - 2 * torch.matmul(outputs, vectors.transpose(-1, -2))
        return distance.argmin(-1) == targets

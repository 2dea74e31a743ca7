"""Sparse parity: the product of a few of many signs (Barak et al. 2022, arXiv:2207.08799)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from torch import Tensor

from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs, Shape
from phasescope.tasks.losses import SignLoss, relabelled, sign_losses
from phasescope.tasks.task import PROBE_EXAMPLES, Data, Task, in_turn, shared_generator


class SparseParity(Task):
    """x is uniform in {−1, 1}ⁿ and y is the product of its first k coordinates."""

    name: ClassVar[str] = "sparse_parity"
    label: ClassVar[str] = "Sparse parity"
    source: ClassVar[str] = "Barak et al. 2022, arXiv:2207.08799"
    inputs: ClassVar[Inputs] = "vectors"
    offers: ClassVar[tuple[str, ...]] = ("classes",)
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("relevant <= bits", "relevant must be at most bits: there are no more coordinates."),
    )

    bits: int = setting(40, "Number of coordinates n.", ge=2, le=4096)
    relevant: int = setting(2, "Number of coordinates k that decide: the first ones.", ge=1, le=64)
    train_examples: int = setting(200, "Examples that are trained on.", ge=1, le=1_000_000, per_run=True)
    test_examples: int = setting(1000, "Fresh examples that are tested on.", ge=1, le=100_000)
    label_noise: float = setting(0.0, "Share of the training labels that are turned.", ge=0, le=1, per_run=True)
    loss_kind: SignLoss = setting("logistic", "Loss of the one output.")

    def shape(self) -> Shape:
        return Shape(inputs="vectors", outputs=1, features=self.bits)

    def draw(self, random: np.random.Generator) -> Data:
        sizes = {"test": self.test_examples, "train": self.train_examples, "probe": PROBE_EXAMPLES}
        bits = np.concatenate(
            [
                (shared_generator() if name == "probe" else random).integers(0, 2, (size, self.bits))
                for name, size in sizes.items()
            ]
        )
        train, test, probe = in_turn(*sizes.values())
        odd = bits[:, : self.relevant].sum(1) % 2
        odd[train] = relabelled(odd[train], self.label_noise, 2, random)
        return Data(1.0 - 2.0 * bits, 1 - 2 * odd, train, test, probe)

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return sign_losses(self.loss_kind, outputs, targets)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return outputs[..., 0] * targets > 0

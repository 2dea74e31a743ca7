"""Sparse parity: the product of a few of many signs (Barak et al. 2022, arXiv:2207.08799)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs
from phasescope.tasks.fresh import FreshTask, Numbers, Occasion, World, relabelled_at_random
from phasescope.tasks.losses import SignLoss, sign_losses
from phasescope.tasks.randomness import Draws


class SparseParity(FreshTask):
    """x is uniform in {−1, 1}ⁿ and y is the product of its first k coordinates."""

    name: ClassVar[str] = "sparse_parity"
    label: ClassVar[str] = "Sparse parity"
    source: ClassVar[str] = "Barak et al. 2022, arXiv:2207.08799"
    inputs: ClassVar[Inputs] = "vectors"
    offers: ClassVar[tuple[str, ...]] = ("classes",)
    dimensions: ClassVar[Expressions] = {"outputs": "1", "features": "bits"}
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("relevant <= bits", "relevant must be at most bits: there are no more coordinates."),
    )

    bits: int = setting(40, "Number of coordinates n.", ge=2, le=4096)
    relevant: int = setting(2, "Number of coordinates k that decide: the first ones.", ge=1, le=64, changeable=True)
    train_examples: int = setting(
        200, "Examples that are trained on.", ge=1, le=1_000_000, per_run=True, changeable=True
    )
    test_examples: int = setting(1000, "Fresh examples that are tested on.", ge=1, le=100_000)
    label_noise: float = setting(
        0.0, "Share of the training labels that are turned.", ge=0, le=1, per_run=True, changeable=True
    )
    loss_kind: SignLoss = setting("logistic", "Loss of the one output.")

    def examples(
        self, draws: Draws, size: int, *, world: World, numbers: Numbers, occasion: Occasion
    ) -> tuple[Tensor, Tensor]:
        bits = draws.integers("bits", 0, 2, size, self.bits)
        odd = bits[..., : self.relevant].sum(-1) % 2
        if occasion == "train":
            odd = relabelled_at_random(odd, 2, draws=draws, share=numbers["label_noise"])
        return 1.0 - 2.0 * bits.double(), 1 - 2 * odd

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return sign_losses(self.loss_kind, outputs, targets)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return outputs[..., 0] * targets > 0

"""The sign of the sum of a few of very many signs (Lyu et al. 2024, arXiv:2311.18817)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs
from phasescope.tasks.losses import SignLoss, sign_losses
from phasescope.tasks.task import PROBE_EXAMPLES, Data, Task, in_turn, shared_generator


class SparseSign(Task):
    """x is uniform in {−1, 1}^d; y is the sign of ±x_1 ± … ± x_s, with signs that are drawn for each run."""

    name: ClassVar[str] = "sparse_sign"
    label: ClassVar[str] = "Sparse linear classification"
    source: ClassVar[str] = "Lyu et al. 2024, arXiv:2311.18817, section 3"
    inputs: ClassVar[Inputs] = "vectors"
    offers: ClassVar[tuple[str, ...]] = ("classes",)
    dimensions: ClassVar[Expressions] = {"outputs": "1", "features": "features"}
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("relevant % 2 == 1", "relevant must be odd, or a sum could be 0 and have no sign."),
        Rule("relevant <= features", "relevant must be at most features: there are no more coordinates."),
    )

    features: int = setting(2000, "Number of coordinates d.", ge=1, le=1_000_000)
    relevant: int = setting(3, "Number of coordinates s that decide, the first ones; odd.", ge=1, le=1001)
    train_examples: int = setting(
        100, "Examples that are trained on.", ge=1, le=1_000_000, per_run=True, changeable=True
    )
    test_examples: int = setting(1000, "Fresh examples that are tested on.", ge=1, le=100_000)
    loss_kind: SignLoss = setting("logistic", "Loss of the one output.")

    def draw(self, random: np.random.Generator) -> Data:
        signs = 1.0 - 2.0 * random.integers(0, 2, self.relevant)
        own = random.integers(0, 2, (self.test_examples + self.train_examples, self.features))
        shared = shared_generator().integers(0, 2, (PROBE_EXAMPLES, self.features))
        inputs = 1.0 - 2.0 * np.concatenate([own, shared])
        targets = np.sign(inputs[:, : self.relevant] @ signs).astype(np.int64)
        weights = np.pad(signs, (0, self.features - self.relevant))
        split = in_turn(self.test_examples, self.train_examples, PROBE_EXAMPLES)
        return Data(inputs, targets, *split, {"teacher_weights": weights})

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return sign_losses(self.loss_kind, outputs, targets)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return outputs[..., 0] * targets > 0

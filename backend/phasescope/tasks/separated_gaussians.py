"""Two Gaussian clouds, some way apart along one direction (Lyu et al. 2024, arXiv:2311.18817)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import setting
from phasescope.core.shape import Inputs
from phasescope.tasks.losses import SignLoss, sign_losses
from phasescope.tasks.task import PROBE_EXAMPLES, Data, Task, in_turn, shared_generator


class SeparatedGaussians(Task):
    """y = ±1 is drawn, and x ~ N(0, I_d) + y γ/2 · w with a unit vector w that all runs share."""

    name: ClassVar[str] = "separated_gaussians"
    label: ClassVar[str] = "Separated Gaussians"
    source: ClassVar[str] = "Lyu et al. 2024, arXiv:2311.18817, section 3"
    inputs: ClassVar[Inputs] = "vectors"
    offers: ClassVar[tuple[str, ...]] = ("classes",)
    dimensions: ClassVar[Expressions] = {"outputs": "1", "features": "features"}

    features: int = setting(10_000, "Number of coordinates d.", ge=1, le=1_000_000)
    separation: float = setting(8.0, "Distance γ of the two means.", ge=0, le=1e6, per_run=True)
    train_examples: int = setting(
        100, "Examples that are trained on.", ge=1, le=1_000_000, per_run=True, changeable=True
    )
    test_examples: int = setting(1000, "Fresh examples that are tested on.", ge=1, le=100_000)
    loss_kind: SignLoss = setting("logistic", "Loss of the one output.")

    def draw(self, random: np.random.Generator) -> Data:
        shared = shared_generator()
        direction = shared.standard_normal(self.features)
        sizes, sources = (self.test_examples, self.train_examples, PROBE_EXAMPLES), (random, random, shared)
        drawn = [self.examples(source, size, direction) for source, size in zip(sources, sizes, strict=True)]
        inputs, signs = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
        return Data(inputs, signs, *in_turn(*sizes))

    def examples(
        self, random: np.random.Generator, count: int, direction: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Inputs (count, features) and their signs."""
        signs = 1 - 2 * random.integers(0, 2, count)
        unit = direction / np.linalg.norm(direction)
        inputs = random.standard_normal((count, self.features)) + self.separation / 2 * signs[:, None] * unit
        return inputs, signs

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return sign_losses(self.loss_kind, outputs, targets)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return outputs[..., 0] * targets > 0

"""Filter white noise as a one-unit linear state-space model does (Smékal et al. 2024)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Inputs, Shape
from phasescope.tasks.task import PROBE_EXAMPLES, Data, Task, in_turn, shared_generator


class LinearSsmTeacher(Task):
    """x_t ~ N(0, 1),  z_t = a z_{t−1} + x_t,  y_t = s z_t; the loss of a sequence is the mean over t of ½(f_t − y_t)².

    A linear state-space model with the same decay a says f_t = p z_t with p = Σ_n b_n c_n, so that it learns like a
    linear network of two layers: with G the mean of z² over the training set, dp/dt = (|b|² + |c|²) G (s − p).
    """

    name: ClassVar[str] = "linear_ssm_teacher"
    label: ClassVar[str] = "Linear state-space teacher"
    source: ClassVar[str] = "Smékal et al. 2024, arXiv:2407.07279"
    inputs: ClassVar[Inputs] = "sequences"

    decay: float = setting(0.5, "Decay a of the teacher's unit.", gt=0, lt=1, per_run=True)
    strength: float = setting(1.0, "Gain s of the teacher.", ge=-1e3, le=1e3, per_run=True)
    positions: int = setting(64, "Length of a sequence.", ge=1, le=4096)
    train_examples: int = setting(200, "Sequences that are trained on.", ge=1, le=100_000, per_run=True)
    test_examples: int = setting(200, "Fresh sequences that are tested on.", ge=1, le=100_000)

    def shape(self) -> Shape:
        return Shape(inputs="sequences", outputs=1, positions=self.positions, features=1, readout="every")

    def draw(self, random: np.random.Generator) -> Data:
        own = random.standard_normal((self.test_examples + self.train_examples, self.positions))
        inputs = np.concatenate([own, shared_generator().standard_normal((PROBE_EXAMPLES, self.positions))])
        age = np.subtract.outer(np.arange(self.positions), np.arange(self.positions))
        filtered = inputs @ np.where(age >= 0, self.decay ** np.maximum(age, 0), 0.0).T
        indices = in_turn(self.test_examples, self.train_examples, PROBE_EXAMPLES)
        return Data(inputs[..., None], self.strength * filtered, *indices)

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return 0.5 * (outputs[..., 0] - targets).square().mean(-1)

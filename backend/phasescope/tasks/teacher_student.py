"""Teacher and student: regress on what a fixed network says about Gaussian inputs (Saad & Solla 1995)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

import torch
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import setting
from phasescope.core.shape import Inputs
from phasescope.tasks.fresh import FreshTask, Numbers, Occasion, World
from phasescope.tasks.randomness import Draws


class TeacherStudent(FreshTask):
    """x ~ N(0, I_d); the teacher's directions w are random unit vectors, drawn for each run. Squared error.

    linear: y = w·x. hermite: y = Σ_k c_k He_k(w·x), with the probabilists' Hermite polynomials.
    two_layer: y = M^(−1/2) Σ_m φ(w_m·x).
    """

    name: ClassVar[str] = "teacher_student"
    label: ClassVar[str] = "Teacher and student"
    source: ClassVar[str] = "Saad & Solla 1995, Phys. Rev. E 52, 4225; Ben Arous et al. 2021, arXiv:2003.10409"
    inputs: ClassVar[Inputs] = "vectors"
    offers: ClassVar[tuple[str, ...]] = ("numbers", "teacher")
    dimensions: ClassVar[Expressions] = {"outputs": "1", "features": "features"}

    teacher: Literal["linear", "hermite", "two_layer"] = setting("hermite", "What kind of function the teacher is.")
    features: int = setting(20, "Length d of the inputs.", ge=1, le=8192)
    coefficients: tuple[float, ...] = setting((0.0, 0.0, 1.0), "c_0, c_1, … of the Hermite teacher.", min_length=1)
    teacher_units: int = setting(3, "Hidden units M of the two-layer teacher.", ge=1, le=1024)
    activation: Literal["erf", "relu", "tanh"] = setting("erf", "φ of the two-layer teacher; erf is of w·x / √2.")
    train_examples: int = setting(
        200, "Examples that are trained on.", ge=1, le=1_000_000, per_run=True, changeable=True
    )
    test_examples: int = setting(1000, "Fresh examples, without noise, that are tested on.", ge=1, le=100_000)
    noise: float = setting(
        0.0, "Standard deviation of what is added to training targets.", ge=0, per_run=True, changeable=True
    )

    def world(self, draws: Draws, numbers: Numbers) -> dict[str, Tensor]:
        """`teacher_directions` (R, units, features)."""
        units = self.teacher_units if self.teacher == "two_layer" else 1
        directions = draws.normal("teacher", units, self.features)
        return {"teacher_directions": directions / directions.norm(dim=-1, keepdim=True)}

    def examples(
        self, draws: Draws, size: int, *, world: World, numbers: Numbers, occasion: Occasion
    ) -> tuple[Tensor, Tensor]:
        inputs = draws.normal("inputs", size, self.features)
        targets = self.answers(inputs @ world["teacher_directions"].double().transpose(1, 2))
        if occasion == "train":
            targets = targets + numbers["noise"][:, None] * draws.normal("noise", size)
        return inputs, targets

    def answers(self, overlaps: Tensor) -> Tensor:
        """(…,) what the teacher says, given w·x (…, units)."""
        match self.teacher:
            case "linear":
                return overlaps[..., 0]
            case "hermite":
                return hermite_series(self.coefficients, overlaps[..., 0])
            case "two_layer":
                values = {"erf": torch.erf(overlaps * 0.5**0.5), "relu": overlaps.relu(), "tanh": overlaps.tanh()}
                total: Tensor = values[self.activation].sum(-1) * self.teacher_units**-0.5
                return total

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return (outputs[..., 0] - targets).square()


def hermite_series(coefficients: Sequence[float], z: Tensor) -> Tensor:
    """Σ_k c_k He_k(z), by He_{k+1} = z He_k − k He_{k−1}."""
    total, before, here = torch.zeros_like(z), torch.zeros_like(z), torch.ones_like(z)
    for degree, coefficient in enumerate(coefficients):
        total = total + coefficient * here
        before, here = here, z * here - degree * before
    return total

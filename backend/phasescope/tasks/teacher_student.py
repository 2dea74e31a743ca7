"""Teacher and student: regress on what a fixed network says about Gaussian inputs (Saad & Solla 1995)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.polynomial.hermite_e import hermeval
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Inputs, Shape
from phasescope.tasks.task import PROBE_EXAMPLES, Data, Task, in_turn, shared_generator


class TeacherStudent(Task):
    """x ~ N(0, I_d); the teacher's directions w are random unit vectors, drawn for each run. Squared error.

    linear: y = w·x. hermite: y = Σ_k c_k He_k(w·x), with the probabilists' Hermite polynomials.
    two_layer: y = M^(−1/2) Σ_m φ(w_m·x).
    """

    name: ClassVar[str] = "teacher_student"
    label: ClassVar[str] = "Teacher and student"
    source: ClassVar[str] = "Saad & Solla 1995, Phys. Rev. E 52, 4225; Ben Arous et al. 2021, arXiv:2003.10409"
    inputs: ClassVar[Inputs] = "vectors"
    offers: ClassVar[tuple[str, ...]] = ("numbers", "teacher")

    teacher: Literal["linear", "hermite", "two_layer"] = setting("hermite", "What kind of function the teacher is.")
    features: int = setting(20, "Length d of the inputs.", ge=1, le=8192)
    coefficients: tuple[float, ...] = setting((0.0, 0.0, 1.0), "c_0, c_1, … of the Hermite teacher.")
    teacher_units: int = setting(3, "Hidden units M of the two-layer teacher.", ge=1, le=1024)
    activation: Literal["erf", "relu", "tanh"] = setting("erf", "φ of the two-layer teacher; erf is of w·x / √2.")
    train_examples: int = setting(200, "Examples that are trained on.", ge=1, le=1_000_000, per_run=True)
    test_examples: int = setting(1000, "Fresh examples, without noise, that are tested on.", ge=1, le=100_000)
    noise: float = setting(0.0, "Standard deviation of what is added to training targets.", ge=0, per_run=True)

    def shape(self) -> Shape:
        return Shape(inputs="vectors", outputs=1, features=self.features)

    def draw(self, random: np.random.Generator) -> Data:
        units = self.teacher_units if self.teacher == "two_layer" else 1
        directions = random.standard_normal((units, self.features))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        own = random.standard_normal((self.test_examples + self.train_examples, self.features))
        shared = shared_generator().standard_normal((PROBE_EXAMPLES, self.features))
        inputs = np.concatenate([own, shared])
        train, test, probe = in_turn(self.test_examples, self.train_examples, PROBE_EXAMPLES)
        targets = self.answers(inputs @ directions.T)
        targets[train] += self.noise * random.standard_normal(len(train))
        return Data(inputs, targets, train, test, probe, {"teacher_directions": directions})

    def answers(self, overlaps: NDArray[np.float64]) -> NDArray[np.float64]:
        """(examples,) what the teacher says, given w·x (examples, units)."""
        match self.teacher:
            case "linear":
                return overlaps[:, 0].copy()
            case "hermite":
                said: NDArray[np.float64] = np.asarray(hermeval(overlaps[:, 0], np.array(self.coefficients)))
                return said + np.zeros(len(overlaps))
            case "two_layer":
                units = torch.from_numpy(overlaps)
                values = {"erf": torch.erf(units * 0.5**0.5), "relu": units.relu(), "tanh": units.tanh()}
                total: NDArray[np.float64] = values[self.activation].sum(1).numpy() * self.teacher_units**-0.5
                return total

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return (outputs[..., 0] - targets).square()

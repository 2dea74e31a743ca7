"""Arithmetic modulo a number, learned from part of its table (Power et al. 2022, arXiv:2201.02177)."""

from __future__ import annotations

from math import gcd
from typing import ClassVar, Literal

import numpy as np
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs
from phasescope.tasks.class_task import ClassTask
from phasescope.tasks.task import Data, probe_of, split


class ModularArithmetic(ClassTask):
    """Predict x ∘ y mod p for ordered pairs (x, y), having seen a fraction of them."""

    name: ClassVar[str] = "modular_arithmetic"
    label: ClassVar[str] = "Modular arithmetic"
    source: ClassVar[str] = "Power et al. 2022, arXiv:2201.02177, appendix A.1"
    inputs: ClassVar[Inputs] = "tokens"
    offers: ClassVar[tuple[str, ...]] = ("classes", "labels", "cyclic")
    dimensions: ClassVar[Expressions] = {"outputs": "modulus", "positions": "2", "vocabulary": "modulus"}
    rules: ClassVar[tuple[Rule, ...]] = (
        *ClassTask.rules,
        Rule(
            "floor(train_fraction * modulus * modulus) >= 1",
            "train_fraction leaves no training example; give a larger one.",
        ),
        Rule(
            "floor(train_fraction * modulus * modulus) <= modulus * modulus - 1",
            "train_fraction leaves no test example; give a smaller one.",
        ),
    )

    modulus: int = setting(97, "The modulus p; the table has p² entries.", ge=2, le=512)
    operation: Literal["add", "subtract", "multiply", "divide", "quadratic"] = setting(
        "add", "x+y, x−y, x·y, x/y (for y that have an inverse) or x²+xy+y², each modulo p.", changeable=True
    )
    train_fraction: float = setting(
        0.5, "Share of the table that is trained on.", gt=0, lt=1, per_run=True, changeable=True
    )

    def draw(self, random: np.random.Generator) -> Data:
        x, y = (side.ravel() for side in np.meshgrid(*[np.arange(self.modulus)] * 2, indexing="ij"))
        if self.operation == "divide":
            invertible = np.array([gcd(int(v), self.modulus) == 1 for v in range(self.modulus)])
            x, y = x[invertible[y]], y[invertible[y]]
        # division leaves pairs out, so that its table is smaller than the rules above can know
        train, test = split(len(x), min(max(1, int(self.train_fraction * len(x))), len(x) - 1), random)
        return Data(np.stack([x, y], axis=1), self.answers(x, y), train, test, probe_of(len(x)))

    def answers(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """x ∘ y mod p."""
        match self.operation:
            case "add":
                result = x + y
            case "subtract":
                result = x - y
            case "multiply":
                result = x * y
            case "divide":
                inverses = {int(v): pow(int(v), -1, self.modulus) for v in np.unique(y)}
                result = x * np.array([inverses[int(v)] for v in y])
            case "quadratic":
                result = x * x + x * y + y * y
        return np.asarray(result % self.modulus, dtype=np.int64)

    def residues(self, inputs: Tensor) -> Tensor | None:
        if self.operation not in ("add", "subtract"):
            return None
        sign = 1 if self.operation == "add" else -1
        found: Tensor = (inputs[..., 0] + sign * inputs[..., 1]) % self.modulus
        return found

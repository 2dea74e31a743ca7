"""Axes of an experiment: the values that one field of the spec takes, and the order in which a grid is trained."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import JsonValue

from phasescope.core.record import Record, Rule, setting

COARSE_POINTS = 8  # the first picture has at most this many points along each axis


class Axis(Record):
    """One axis: a dotted `path` into the spec and its points, given by exactly one of values, linear and log."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "(values != None) + (linear != None) + (log != None) == 1",
            "An axis has exactly one of values, linear: [low, high, count] and log: [low, high, count].",
        ),
    )

    path: str = setting(..., "Dotted path of a field, such as optimizer.weight_decay.")
    values: tuple[JsonValue, ...] | None = setting(None, "Exactly these values.")
    linear: tuple[float, float, int] | None = setting(None, "Evenly spaced: [low, high, count].")
    log: tuple[float, float, int] | None = setting(None, "Evenly spaced in the logarithm: [low, high, count].")
    scales: dict[str, float] = setting(
        {},
        "Other numbers that go with it, path -> power: each is multiplied by this axis' value to that power, such as "
        "optimizer.learning_rate: -2 for a loss that is divided by the square of an output scale.",
    )

    def points(self) -> tuple[Any, ...]:
        """The values along the axis, in order. Raises ValueError: no points, or a log axis not positive."""
        if self.values is not None:
            return self.values
        low, high, count = self.linear or self.log or (0.0, 0.0, 0)
        if count < 1:
            raise ValueError(f"axis {self.path}: the count must be at least 1, {count} was given.")
        if self.log is not None:
            if low <= 0 or high <= 0:
                raise ValueError(f"axis {self.path}: a log axis needs positive ends, [{low}, {high}] was given.")
            exact = np.geomspace(low, high, count)
        else:
            exact = np.linspace(low, high, count)
        return tuple(float(f"{value:.6g}") for value in exact)  # six digits: readable, and the same on every machine

    def count(self) -> int:
        """How many points there are, without making them."""
        if self.values is not None:
            return len(self.values)
        return (self.linear or self.log or (0.0, 0.0, 0))[2]

    @property
    def scale(self) -> str:
        """`log`, `linear` or `category`: how the axis is drawn."""
        if self.log is not None:
            return "log"
        numbers = self.linear is not None or all(isinstance(v, (int, float)) for v in self.values or ())
        return "linear" if numbers else "category"


def level(index: int, count: int) -> int:
    """Refinement level of a point along an axis: level 0 is every 2^k-th point, at most COARSE_POINTS of them."""
    stride, deepest = 1, 0
    while (count + stride - 1) // stride > COARSE_POINTS:
        stride, deepest = stride * 2, deepest + 1
    here = 0
    while index % stride:
        stride, here = stride // 2, here + 1
    return min(here, deepest)


def training_order(indices: tuple[int, ...], counts: tuple[int, ...], seed_index: int) -> int:
    """The pass in which a grid cell is trained: coarse cells first; a cell's further seeds one pass after its first."""
    refinement = max((level(i, n) for i, n in zip(indices, counts, strict=True)), default=0)
    return refinement + (1 if seed_index else 0)

"""Families of smooth learning curves, as shapes on a grid of their parameters.

Of the families of the learning-curve literature (LCDB, LC-PFN) those without a drop: pow3 and pow4, exponential
(expd3), Weibull (weibull4), Morgan-Mercer-Flodin (mmf4) and the inverse logarithm (ilog2). Each falls from 1 towards 0
over x, the step as a share of the last one that was seen; what is read in the logarithm is ln(floor + shape).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
POWERS = np.geomspace(0.04, 2.5, 26)
DELAYS = (0.02, 0.3)
RATES = np.geomspace(0.3, 60.0, 14)
BENDS = (0.3, 0.5, 0.75, 1.5)
FLOORS = np.concatenate([[0.0], np.geomspace(2e-3, 50.0, 26)])  # over the shape's own height where it was last seen
LEAST = 1e-12


@dataclass(frozen=True)
class Family:
    """A name and its shapes: functions of x, one for each point of the grid."""

    name: str
    shapes: tuple[Callable[[Array], Array], ...]


def _power(exponent: float, delay: float) -> Callable[[Array], Array]:
    return lambda x: (x + delay) ** -exponent


def _weibull(rate: float, bend: float) -> Callable[[Array], Array]:
    return lambda x: np.exp(-rate * x**bend)


def _hill(half: float, bend: float) -> Callable[[Array], Array]:
    return lambda x: half / (half + x**bend)


FAMILIES: tuple[Family, ...] = (
    Family("pow3", tuple(_power(exponent, 0.0) for exponent in POWERS)),
    Family("pow4", tuple(_power(exponent, delay) for exponent, delay in product(POWERS, DELAYS))),
    Family("expd3", tuple(_weibull(rate, 1.0) for rate in RATES)),
    Family("weibull4", tuple(_weibull(rate, bend) for rate, bend in product(RATES, BENDS))),
    Family("mmf4", tuple(_hill(1 / rate, bend) for rate, bend in product(RATES, (0.7, 1.0, 1.5, 2.5)))),
    Family("ilog2", (lambda x: 1 / np.log1p(100 * x),)),
)


@dataclass(frozen=True)
class Shapes:
    """(S, N) every shape of every family at some places, and (S,) the logarithm of its prior weight."""

    values: Array
    prior: Array
    family: NDArray[np.int64]


def shapes_at(x: Array, *, logarithm: bool) -> Shapes:
    """All shapes at places x, which are shares of the last step that was seen; families weigh alike."""
    rows, prior, owner = [], [], []
    floors = FLOORS if logarithm else FLOORS[:1]
    for number, family in enumerate(FAMILIES):
        weight = -np.log(len(family.shapes) * len(floors))
        for shape in family.shapes:
            values, seen_last = shape(x), float(shape(np.ones(1))[0])
            for floor in floors:
                above = values + floor * seen_last
                rows.append(np.log(np.maximum(above, LEAST)) if logarithm else values)
                prior.append(weight)
                owner.append(number)
    return Shapes(np.array(rows), np.array(prior), np.array(owner, dtype=np.int64))

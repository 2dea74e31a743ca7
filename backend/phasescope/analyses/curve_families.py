"""Families of smooth learning curves, as shapes on a grid of their parameters.

Of the families of the learning-curve literature (LCDB, LC-PFN) those without a drop: pow3 and pow4, exponential
(expd3), Weibull (weibull4), Morgan-Mercer-Flodin (mmf4) and the inverse logarithm (ilog2); and last1, which stays
where it is. Each falls from 1 towards 0 over x, the step as a share of the last one that was seen; what is read in the
logarithm is ln(floor + shape). What is neither a loss nor a share may also grow without end, as a power of x.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Shape = Callable[[Array], Array]
DELAYS = (0.02, 0.3)
UNITS = np.geomspace(10.0, 1e6, 16)  # of the step, in an inverse logarithm
FLOORS = np.geomspace(2e-3, 3e3, 24)  # over the shape's own height where it was last seen; or none
FLOORLESS = 0.3  # of a family's prior, where floors are on the grid: a curve without one is no rare exception
GOLDEN = 0.618  # of the way to the next floor: neighbouring shapes have theirs in between each other's
FINER = 3  # times as many rates and powers where floors need no grid
LEAST = 1e-12


@dataclass(frozen=True)
class Family:
    """A name and its shapes: functions of x, one for each point of the grid."""

    name: str
    shapes: tuple[Shape, ...]


def _power(exponent: float, delay: float) -> Shape:
    return lambda x: (x + delay) ** -exponent


def _weibull(rate: float, bend: float) -> Shape:
    return lambda x: np.exp(-rate * x**bend)


def _hill(half: float, bend: float) -> Shape:
    return lambda x: half / (half + x**bend)


def _inverse_logarithm(unit: float) -> Shape:
    return lambda x: 1 / np.log1p(unit * x)


def _families(finer: int) -> tuple[Family, ...]:
    powers, rates = np.geomspace(0.04, 2.5, 26 * finer), np.geomspace(0.3, 60.0, 20 * finer)
    bends, halves = np.geomspace(0.18, 1.5, 12 * finer), np.geomspace(1e-4, 3.0, 20 * finer)
    hills = np.geomspace(0.45, 2.5, 10 * finer)
    return (
        Family("pow3", tuple(_power(exponent, 0.0) for exponent in np.geomspace(0.04, 2.5, 104))),
        Family("pow4", tuple(_power(exponent, delay) for exponent, delay in product(powers, DELAYS))),
        Family("expd3", tuple(_weibull(rate, 1.0) for rate in rates)),
        Family("weibull4", tuple(_weibull(rate, bend) for rate, bend in product(rates, bends))),
        Family("mmf4", tuple(_hill(half, bend) for half, bend in product(halves, hills))),
        Family("ilog2", tuple(_inverse_logarithm(unit) for unit in UNITS)),
        Family("last1", (np.ones_like,)),
    )


COARSE, FINE = _families(1), _families(FINER)
GROWTH = Family("growth", tuple(_power(-exponent, 0.0) for exponent in np.geomspace(0.004, 1.5, 400)))
NAMES = (*(family.name for family in COARSE), GROWTH.name)


@dataclass(frozen=True)
class Shapes:
    """(S, N) every shape of every family at some places, and (S,) the logarithm of its prior weight."""

    values: Array
    prior: Array
    family: NDArray[np.int64]  # (S,) its place among the names


def shapes_at(x: Array, *, logarithm: bool, grows: bool = False) -> Shapes:
    """All shapes at places x, which are shares of the last step that was seen; families weigh alike."""
    rows, prior, owner = [], [], []
    families = COARSE if logarithm else (*FINE, GROWTH) if grows else FINE
    for number, family in enumerate(families):
        floored = logarithm and family.name != "last1"
        share = np.full(len(FLOORS) + 1, (1 - FLOORLESS) / len(FLOORS)) if floored else np.ones(1)
        share[0] = FLOORLESS if floored else 1.0
        for place, shape in enumerate(family.shapes):
            floors = np.append(0.0, FLOORS * (FLOORS[1] / FLOORS[0]) ** (place * GOLDEN % 1))[: len(share)]
            values, seen_last = shape(x), float(shape(np.ones(1))[0])
            above = values + floors[:, None] * seen_last
            rows.append(np.log(np.maximum(above, LEAST)) if logarithm else above)
            prior.append(np.log(share / len(family.shapes)))
            owner.append(np.full(len(floors), number))
    return Shapes(np.concatenate(rows), np.concatenate(prior), np.concatenate(owner).astype(np.int64))

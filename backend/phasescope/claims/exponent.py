"""An exponent: the slope of the logarithm of a reading over the logarithm of an axis, by least squares."""

from __future__ import annotations

from typing import Any

import numpy as np

from phasescope.claims.quantity import Evidence, Quantity
from phasescope.claims.reading import Reading
from phasescope.core.record import Record, setting


class Exponent(Record):
    """Which reading over which axis."""

    reading: Reading
    over: str = setting(..., "Path of the axis.")
    where: dict[str, Any] = setting({}, "Axis path -> value: the cells that count.")
    low: float | None = setting(None, "Points below this do not count.")
    high: float | None = setting(None, "Points above this do not count.")


def names(settings: Exponent) -> tuple[str, ...]:
    """Series that are read."""
    return tuple(sorted(settings.reading.names()))


def measure(settings: Exponent, evidence: Evidence) -> dict[int, float]:
    """Of each seed; undefined where a value is, or with fewer than three different points."""
    found = {}
    for seed, cells in evidence.cells({**settings.where, **settings.reading.where}).items():
        points = np.array([run.point.get(settings.over, np.nan) for run in cells.runs], dtype=np.float64)
        values = settings.reading.values(cells)
        low = -np.inf if settings.low is None else settings.low * (1 - 1e-6)
        high = np.inf if settings.high is None else settings.high * (1 + 1e-6)
        found[seed] = slope(*(each[(points >= low) & (points <= high)] for each in (points, values)))
    return found


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """Of ln y over ln x."""
    fine = bool(np.all(np.isfinite(x) & np.isfinite(y) & (x > 0) & (y > 0)))
    if not fine or len(np.unique(x)) < 3:
        return float("nan")
    away = np.log(x) - np.log(x).mean()
    return float((away * np.log(y)).sum() / (away**2).sum())


EXPONENT = Quantity(
    name="exponent",
    summary="Slope of ln(reading) over ln(axis), over the cells of a seed.",
    settings=Exponent,
    series=names,
    measure=measure,
)

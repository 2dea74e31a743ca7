"""Spikes: a checkpoint or two at which a curve jumps up and comes back; many of them are an instability.

A spike stands out from the running median of five checkpoints by more than 6 robust standard deviations of the run's
own noise, and by more than 0.1 (nats of a loss, else shares of the range). A steep fall is no spike: the running
median follows a monotone curve exactly. The first and the last two checkpoints of a run have too few neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter
from scipy.special import ndtr

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.timelines import FEWEST, WINDOW, Reading, read, spread
from phasescope.core.curves import Floats

Array = NDArray[np.float64]
HEIGHT = 6.0  # robust standard deviations
LEAST = 0.1
MANY = 5  # spikes from which a run is called unstable

SPIKES = Analysis(
    name="spikes",
    title="Spikes",
    description=f"One or two checkpoints at which a series jumps up by more than {HEIGHT:g} robust standard deviations "
    f"and {LEAST:g} and comes back; from {MANY} on the run is called unstable.",
)


@dataclass(frozen=True)
class Spikes:
    """(E,) each, in the order of the rows and of time."""

    row: NDArray[np.int64]
    step: NDArray[np.int64]
    height: Array  # nats of a loss, else shares of the range
    confidence: Array  # that normal noise would not have done this at any checkpoint of the run

    def of(self, kept: NDArray[np.bool_] | NDArray[np.int64]) -> Spikes:
        """Some of them."""
        return Spikes(*(getattr(self, field.name)[kept] for field in fields(self)))

    def unstable(self, rows: int) -> NDArray[np.bool_]:
        """(R,) whether a run has many spikes."""
        return np.bincount(self.row, minlength=rows) >= MANY


def no_spikes() -> Spikes:
    """Nothing found."""
    nothing = np.zeros(0)
    return Spikes(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), nothing, nothing)


def find_spikes(values: Floats, steps: NDArray[np.int64], reading: Reading) -> Spikes:
    """All spikes of all curves."""
    y = read(values, reading)
    finite = np.isfinite(y)
    if y.shape[1] < FEWEST or not y.shape[0]:
        return no_spikes()
    away = np.zeros(y.shape)
    whole = finite.all(axis=1)
    away[whole] = y[whole] - median_filter(y[whole], size=(1, WINDOW), mode="mirror")
    for gappy in np.flatnonzero(~whole & (finite.sum(axis=1) >= FEWEST)).tolist():
        own = y[gappy, finite[gappy]]
        away[gappy, finite[gappy]] = own - median_filter(own, size=WINDOW, mode="mirror")
    noise = np.maximum(spread(away, finite), 1e-9)[:, None]
    seen = np.minimum(np.cumsum(finite, axis=1), np.cumsum(finite[:, ::-1], axis=1)[:, ::-1])
    row, column = np.nonzero((away > HEIGHT * noise) & (away > LEAST) & (seen > WINDOW // 2))
    first = np.ones(len(row), dtype=np.bool_)  # two checkpoints in a row are one spike
    first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1] + 1)
    height = np.maximum.reduceat(away[row, column], np.flatnonzero(first)) if len(row) else np.zeros(0)
    row, column = row[first], column[first]
    confidence = np.maximum(1 - finite[row].sum(axis=1) * ndtr(-height / noise[row, 0]), 0.0)
    return Spikes(row, steps[column].astype(np.int64), height, confidence)

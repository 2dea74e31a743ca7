"""Time to a threshold: the first checkpoint from which a series, or a condition over several, holds.

Not reached is infinity: later than was looked, which is not the same as never. A time is late by at most the distance
between two checkpoints. A condition may be asked to hold for several checkpoints in a row; the time is then that of
the first of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.core.curves import Floats

Array = NDArray[np.float64]
TOLERANCE = 1e-6  # 9 of 10 right is 0.89999998 in float32, and has reached 0.9

TIME_TO_THRESHOLD = Analysis(
    name="time_to_threshold",
    title="Time to a threshold",
    description="The first checkpoint from which a run has fitted, has generalised, or fulfils any condition over its "
    "series; not reached is later than was looked.",
)


def reached(values: Floats, threshold: float) -> NDArray[np.bool_]:
    """(R, C) whether a value is at least the threshold, up to rounding; an undefined value is not."""
    return np.asarray(values >= threshold - TOLERANCE)


def time_to(values: Floats, steps: NDArray[np.int64], threshold: float, held_for: int = 1) -> Array:
    """(R,) first step from which each row is at the threshold for some checkpoints; infinity where it never is."""
    return in_the_end(since(reached(values, threshold), np.isfinite(values), steps, held_for))


def since(holds: NDArray[np.bool_], measured: NDArray[np.bool_], steps: NDArray[np.int64], held_for: int = 1) -> Array:
    """(R, C) the step from which a condition first held for so many checkpoints, as known at each column.

    Infinity while it has not. Columns that are no checkpoint of a row (not `measured`) neither count nor break.
    """
    if held_for == 1:
        return np.minimum.accumulate(np.where(holds, steps.astype(np.float64), np.inf), axis=1)
    count = np.zeros(len(holds), dtype=np.int64)
    begun, found = np.full(len(holds), np.inf), np.full(len(holds), np.inf)
    known = np.full(holds.shape, np.inf)
    for column, step in enumerate(steps.tolist()):
        here, own = holds[:, column], measured[:, column]
        begun = np.where(here & (count == 0), step, begun)
        count = np.where(here, count + 1, np.where(own, 0, count))
        found = np.where((count >= held_for) & np.isinf(found), begun, found)
        known[:, column] = found
    return known


def in_the_end(known: Array) -> Array:
    """(R,) what is known at the last column; infinity where there is none."""
    return known[:, -1] if known.shape[1] else np.full(len(known), np.inf)

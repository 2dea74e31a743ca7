"""The run in the middle of a group: the one whose whole curve lies deepest among the curves of the others.

The depth of a run at a checkpoint is the share of pairs of runs of the group between which its value lies, itself and
those equal to it counted on both sides; its depth is the sum over checkpoints. It is the modified band depth of
Lopez-Pintado and Romo 2009 (doi:10.1198/jasa.2009.0108) with bands of two curves, up to a constant. Only the order of
the values counts, so it is the same for a loss and for its logarithm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.core.curves import Floats

MEDIAN_RUN = Analysis(
    name="median_run",
    title="Middle run",
    description="The run of a group whose curve lies, summed over checkpoints, between the most pairs of the others.",
    source="López-Pintado and Romo 2009, modified band depth",
)


def depths(values: Floats) -> NDArray[np.float64]:
    """(R,) depth of each row of (R, C) values; where a run has no value it has no depth."""
    finite = np.isfinite(values)
    ordered = np.sort(np.where(finite, values, np.inf), axis=0)
    total = np.zeros(len(values))
    for column in range(values.shape[1]):
        count = int(finite[:, column].sum())
        if count == 0:
            continue
        own, others = values[:, column], ordered[:count, column]
        at_most = np.searchsorted(others, own, side="right")
        at_least = count - np.searchsorted(others, own, side="left")
        total += np.where(finite[:, column], at_most * at_least / count**2, 0.0)
    return total


def middle_row(values: Floats) -> int | None:
    """The deepest row, among equals the first; None where no row has a value."""
    found = depths(values)
    return int(found.argmax()) if found.any() else None

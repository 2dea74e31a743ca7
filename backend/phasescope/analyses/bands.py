"""What several seeds do together: the median curve and the band around it; and long curves made short enough to draw.

Runs may have different checkpoints (one that diverged has one more). Between its checkpoints a run is taken to be
where a straight line over log(step + 1) would be, so that the band does not jump where only some seeds were measured.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.core.curves import Floats

FEW_SEEDS = 8  # below this, quantiles say little and the band is from the least to the greatest
QUANTILES = (0.1, 0.9)

BANDS = Analysis(
    name="bands",
    title="Bands over seeds",
    description="Median over seeds at every checkpoint, with a band from the least to the greatest (fewer than "
    f"{FEW_SEEDS} seeds) or from the 10th to the 90th percentile.",
)


@dataclass(frozen=True)
class Band:
    """(C,) each: median, lower and upper edge over the runs, and how many runs have a value; NaN where none has."""

    median: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    count: NDArray[np.int64]
    edges: str  # what low and high are, in words


def band(values: Floats) -> Band:
    """Median and band over the rows of (R, C) values; undefined values do not count."""
    count = np.isfinite(values).sum(axis=0)
    few = values.shape[0] < FEW_SEEDS
    low, median, high = quantiles(values, (0.0, 0.5, 1.0) if few else (QUANTILES[0], 0.5, QUANTILES[1]))
    return Band(median, low, high, count, "least to greatest" if few else "10th to 90th percentile")


def quantiles(values: Floats, shares: tuple[float, ...]) -> list[NDArray[np.float64]]:
    """(C,) for each share: the quantile over the finite rows, by linear interpolation between the nearest two."""
    rows, columns = values.shape
    exact = values.astype(np.float64)
    finite = np.isfinite(exact)
    ordered = np.sort(np.where(finite, exact, np.inf), axis=0)
    count = finite.sum(axis=0)
    found = []
    for share in shares:
        place = share * np.maximum(count - 1, 0)
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        if rows == 0:
            found.append(np.full(columns, np.nan))
            continue
        lower = np.where(count > 0, np.take_along_axis(ordered, below[None], axis=0)[0], np.nan)
        upper = np.where(count > 0, np.take_along_axis(ordered, above[None], axis=0)[0], np.nan)
        found.append(lower + (place - below) * (upper - lower))
    return found


def filled(values: Floats, steps: NDArray[np.int64]) -> Floats:
    """(R, C) values, those between a run's own checkpoints filled in; NaN before its first and after its last."""
    result = values.copy()
    time = np.log1p(steps.astype(np.float64))
    for gappy in np.flatnonzero(~np.isfinite(values).all(axis=1)).tolist():
        row = result[gappy]
        finite = np.flatnonzero(np.isfinite(row))
        if 0 < len(finite) < finite[-1] - finite[0] + 1:
            inside = slice(finite[0], finite[-1] + 1)
            row[inside] = np.interp(time[inside], time[finite], row[finite])
    return result


def thin(values: Floats, most: int) -> NDArray[np.int64]:
    """Columns to keep, in order, at most about `most`, so that every peak and trough of every row of (K, C) stays.

    The columns are cut into equal pieces (log-spaced checkpoints into pieces equal in the logarithm); of each piece
    every row keeps its least and its greatest value. First and last column are always kept.
    """
    rows, columns = values.shape
    if columns <= max(most, 2):
        return np.arange(columns)
    pieces = max(1, (most - 2) // (2 * max(rows, 1)))
    edges = np.linspace(0, columns, pieces + 1).astype(np.int64)
    kept = {0, columns - 1}
    for start, end in itertools.pairwise(edges.tolist()):
        part = values[:, start:end]
        finite = np.isfinite(part)
        low = np.where(finite, part, np.inf).argmin(axis=1)
        high = np.where(finite, part, -np.inf).argmax(axis=1)
        kept.update((start + np.concatenate([low, high])).tolist())
    return np.array(sorted(kept), dtype=np.int64)


def thin_each(values: Floats, most: int) -> NDArray[np.int64]:
    """(R, K) columns to keep of each row of (R, C) on its own, K at most about `most`, so that its extremes stay.

    Columns may be given twice, which a line does not show.
    """
    rows, columns = values.shape
    if columns <= max(most, 4):
        return np.broadcast_to(np.arange(columns), (rows, columns))
    pieces = max(1, (most - 2) // 2)
    kept = [np.zeros(rows, dtype=np.int64), np.full(rows, columns - 1)]
    for start, end in itertools.pairwise(np.linspace(0, columns, pieces + 1).astype(np.int64).tolist()):
        part = values[:, start:end]
        finite = np.isfinite(part)
        kept.append(start + np.where(finite, part, np.inf).argmin(axis=1))
        kept.append(start + np.where(finite, part, -np.inf).argmax(axis=1))
    return np.sort(np.stack(kept, axis=1), axis=1)

"""The power law that a boundary of a diagram follows, y ∝ x^b, with an interval, or why none is to be quoted.

In each column of the diagram the boundary lies where the mean over seeds of the order parameter crosses the level,
straight between cells in the coordinates of the axis; a column that is crossed never, or more than once, does not
count. The law is fitted to these places in logarithms. The interval is the 95 % of fits to columns drawn anew, with the
seeds of every cell drawn anew where there are several. As with event times there is no exponent over less than 1.5
decades of x, with an interval wider than a factor of 2, or where an exponential in x tells the places as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.boundary import coordinates
from phasescope.analyses.cells import Grid, GridAxis
from phasescope.analyses.scaling import DECADES, WIDEST, Check, common_checks, line, refusal
from phasescope.core.curves import Floats

Array = NDArray[np.float64]
FEWEST = 5  # columns that the boundary crosses once
DRAWS = 200
LEAST = 1e-12  # squared residuals below are rounding

BOUNDARY_LAW = Analysis(
    name="boundary_law",
    title="Exponents of boundaries",
    description="Fits where a boundary crosses each column of a diagram by a power of the horizontal axis, with a "
    f"bootstrap over columns and seeds; no exponent below {DECADES:g} decades or with an interval wider than a factor "
    f"of {WIDEST:g}.",
)


@dataclass(frozen=True)
class BoundaryLaw:
    """y = amplitude · x^exponent, with its 95 % interval. `refused` says why it is not to be quoted; empty: it is."""

    exponent: float
    low: float
    high: float
    amplitude: float
    columns: int
    decades: float
    better_than_exponential: float  # by how much n ln RSS is lower
    last_missed_by: float  # ratio at which the outermost column is missed by a law through the others
    refused: str


def boundary_law(values: Floats, grid: Grid, level: float, *, seed: int = 0) -> BoundaryLaw | None:
    """The law of the boundary of (R,) values at a level; None where an axis is missing or has no logarithm."""
    if grid.x is None or grid.y is None or "category" in (grid.x.scale, grid.y.scale):
        return None
    x, y = np.asarray(grid.x.values, dtype=np.float64), coordinates(grid.y)
    place = _positions(np.stack([_means(values, grid, None)]), y, grid.y, level, grid)[0]
    known = np.isfinite(place) & (place > 0) & (x > 0)
    count = int(known.sum())
    if count < FEWEST or len(np.unique(x[known])) < 3:
        no = float("nan")
        return BoundaryLaw(no, no, no, no, count, 0.0, no, no, f"it crosses fewer than {FEWEST} columns once")
    across, up = np.log(x[known]), np.log(place[known])
    slope, offset, rss = line(across, up)
    decades = float((across.max() - across.min()) / np.log(10))
    slopes = np.array(list(_drawn(values, grid, level, x, y, seed)))
    low, high = np.quantile(slopes, [0.025, 0.975]).tolist() if len(slopes) else (float("nan"),) * 2
    other = line(x[known], up)[2]
    better = count * float(np.log(max(other, LEAST)) - np.log(max(rss, LEAST)))
    missed = _last_missed(across, up)
    refused = refusal((low, high), decades, better, spanned="the columns span {}", told="places")
    return BoundaryLaw(slope, low, high, float(np.exp(offset)), count, decades, better, missed, refused)


def checks(law: BoundaryLaw, *, columns: int, unfinished: int) -> tuple[Check, ...]:
    """What a fit of a scaling law has to state, as far as numbers can say, of a diagram of so many columns."""
    missed = law.last_missed_by
    return (
        Check("Do enough columns cross it?", law.columns >= FEWEST, f"{law.columns:,} of {columns:,}"),
        *common_checks(
            unfinished=unfinished, decades=law.decades, interval=(law.low, law.high),
            better=law.better_than_exponential, criterion="n ln(RSS)",
        ),
        Check("Do the others tell the last column?", missed <= 1.5, f"missed by a factor {missed:.3g}"),
    )  # fmt: skip


def _means(values: Floats, grid: Grid, drawn: NDArray[np.int64] | None) -> Array:
    """(cells,) means over the finite values of the runs of each cell; `drawn` are runs drawn anew within cells."""
    counted = np.flatnonzero(np.isfinite(values)) if drawn is None else drawn
    where, numbers = grid.cell_of[counted], values[counted].astype(np.float64)
    size = np.bincount(where, minlength=grid.cells)
    total = np.bincount(where, weights=numbers, minlength=grid.cells)
    return np.where(size > 0, total / np.maximum(size, 1), np.nan)


def _positions(means: Array, y: Array, axis: GridAxis, level: float, grid: Grid) -> Array:
    """(D, columns) where each column of (D, cells) means crosses the level; NaN where not exactly once."""
    table = means.reshape(len(means), grid.rows, grid.columns)
    if grid.rows < 2:
        return np.full((len(means), grid.columns), np.nan)
    low, high = table[:, :-1], table[:, 1:]
    crossed = ((low > level) != (high > level)) & np.isfinite(low) & np.isfinite(high)
    first = crossed.argmax(axis=1)[:, None]
    below, above = (np.take_along_axis(side, first, axis=1)[:, 0] for side in (low, high))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (level - below) / (above - below)
    place = y[first[:, 0]] + share * (y[first[:, 0] + 1] - y[first[:, 0]])
    with np.errstate(over="ignore"):
        value = np.power(10.0, place) if axis.scale == "log" else place
    return np.where(crossed.sum(axis=1) == 1, value, np.nan)


def _drawn(values: Floats, grid: Grid, level: float, x: Array, y: Array, seed: int) -> Iterator[float]:
    """Slopes of laws through columns drawn anew, the seeds of each cell drawn anew where there are several."""
    assert grid.y is not None  # checked by boundary_law
    generator = np.random.default_rng(seed)
    counted = np.flatnonzero(np.isfinite(values))
    counted = counted[np.argsort(grid.cell_of[counted], kind="stable")]
    where = grid.cell_of[counted]
    size = np.bincount(where, minlength=grid.cells)
    first = np.cumsum(size) - size
    several = bool((size > 1).any())
    place = _positions(np.stack([_means(values, grid, None)]), y, grid.y, level, grid)[0]
    for _ in range(DRAWS):
        if several:
            drawn = first[where] + np.floor(generator.random(len(where)) * size[where]).astype(np.int64)
            place = _positions(np.stack([_means(values, grid, counted[drawn])]), y, grid.y, level, grid)[0]
        known = np.flatnonzero(np.isfinite(place) & (place > 0) & (x > 0))
        some = known[generator.integers(0, len(known), len(known))] if len(known) else known
        if len(np.unique(x[some])) >= 3:
            yield line(np.log(x[some]), np.log(place[some]))[0]


def _last_missed(x: Array, y: Array) -> float:
    """The ratio by which the greatest x is missed by a line through the others; both in logarithms."""
    last = int(x.argmax())
    slope, offset, _ = line(np.delete(x, last), np.delete(y, last))
    return float(np.exp(abs(y[last] - offset - slope * x[last])))

"""Where to train next: points near a boundary of which it is least certain on which side they lie.

With a continuous order parameter a Gaussian process is fitted to the means over seeds, and points are proposed where
the straddle 1.96 s - |m - level| is greatest (Bryan et al. 2005): near the level and uncertain. After each point the
uncertainty around it is taken as gone, so that a batch spreads along the boundary. A process that piles points on a
boundary is of no use where an outcome only succeeds or fails: there the middles of neighbours on different sides are
proposed, the farthest apart first. What has a run already is never proposed, nor the same point twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses import cells
from phasescope.analyses.analysis import Analysis
from phasescope.analyses.cells import Grid
from phasescope.analyses.open_places import OpenPlaces, cell_places, open_places, places_of
from phasescope.core.curves import Floats

Array = NDArray[np.float64]
FEWEST = 6  # points with a value
MOST = 256  # that are fitted: those nearest to the level
LENGTHS = np.geomspace(0.06, 1.5, 8)  # of the process, in shares of each axis
NOISES = (1e-4, 1e-3, 1e-2, 0.1, 0.3)  # variances, as shares of the whole
CANDIDATES = 500
APART = 0.4  # middles of one batch, in shares of half the least distance between neighbours on different sides

REFINEMENT = Analysis(
    name="refinement",
    title="Where to train next",
    description="Points near a level of which it is least certain on which side they lie: by the straddle of a "
    "Gaussian process, or between neighbours on different sides where outcomes only succeed or fail.",
    source="Bryan et al. 2005, NIPS 18, Active learning for identifying function threshold boundaries",
)


@dataclass(frozen=True)
class Process:
    """A fitted Gaussian process: points (N, D), weights (N,) of the mean, and what the variance is made from."""

    points: Array
    lengths: Array
    weights: Array
    vectors: Array
    roots: Array
    middle: float
    scale: float

    def predict(self, places: Array) -> tuple[Array, Array]:
        """(M,) mean, and (M, M) covariance."""
        across = _kernel(places, self.points, self.lengths)
        half = (across @ self.vectors) / self.roots
        covariance = self.scale * (_kernel(places, places, self.lengths) - half @ half.T)
        return self.middle + across @ self.weights, covariance


def proposed(
    values: Floats,
    grid: Grid,
    level: float,
    count: int,
    *,
    whole: Collection[str] = (),
    measured: NDArray[np.bool_] | None = None,
    trained: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, float]]:
    """Up to `count` new points (path -> value), for (R,) values of the runs of a grid. None where it cannot be told.

    Both axes have to be numbers; other axes of the experiment are not looked at. `whole` are the paths of settings that
    are whole numbers, `measured` (R,) the runs of which something is known (else all), `trained` points that are
    trained and not in the grid. Nothing that has a run is proposed, whether it has a value or not.
    """
    axes = tuple(a for a in (grid.x, grid.y) if a is not None and a.scale != "category" and len(a.values) > 1)
    if not axes or (grid.x is not None and grid.y is not None and len(axes) < 2):
        return []
    heights = _heights(values, grid, level)
    here = np.isfinite(heights)
    if here.sum() < FEWEST or not ((heights[here] > 0).any() and (heights[here] <= 0).any()):
        return []
    counted = np.ones(len(values), dtype=np.bool_) if measured is None else measured
    unreached = (np.bincount(grid.cell_of[counted], minlength=grid.cells) > 0) & ~here
    places = cell_places(grid, axes)
    still = open_places(axes, whole, places[~grid.between], unreached[~grid.between], places_of(trained, axes))
    binary = len(np.unique(values[np.isfinite(values)])) <= 2
    if binary:
        found = between_sides(places[here], heights[here] > 0, count, still)
    else:
        found = straddle(places[here], heights[here], count, still)
    return [still.values(place) for place in found]


def _heights(values: Floats, grid: Grid, level: float) -> Array:
    """(cells,) mean over seeds, from the level; NaN without a number.

    A cell that for most seeds is infinite, because they never got there, lies on that side as far as any other cell.
    """
    mean = cells.mean(np.where(np.isfinite(values), values, np.nan), grid) - level
    far = float(np.max(np.abs(mean), initial=0.0, where=np.isfinite(mean))) or 1.0
    middle = cells.median(values, grid)
    infinite = np.isinf(middle)
    return np.where(infinite, np.copysign(far, np.where(infinite, middle, 0.0)), mean)


def straddle(points: Array, heights: Array, count: int, still: OpenPlaces) -> Array:
    """(K, D) open places where heights over the level are near 0 and uncertain."""
    nearest = np.argsort(np.abs(heights), kind="stable")[:MOST]
    process = fitted(points[nearest], heights[nearest])
    places = still.lattice()
    if not len(places):
        return places
    rough = []
    for start in range(0, len(places), CANDIDATES):
        mean, covariance = process.predict(places[start : start + CANDIDATES])
        rough.append(1.96 * np.sqrt(np.maximum(np.diag(covariance), 0)) - np.abs(mean))
    places = places[np.argsort(-np.concatenate(rough), kind="stable")[:CANDIDATES]]
    mean, covariance = process.predict(places)
    chosen: list[int] = []
    close = np.zeros(len(places), dtype=np.bool_)
    while len(chosen) < count and not close.all():
        variance = np.maximum(np.diag(covariance), 0)
        best = int(np.where(close, -np.inf, 1.96 * np.sqrt(variance) - np.abs(mean)).argmax())
        chosen.append(best)
        close |= np.linalg.norm(places - places[best], axis=1) <= still.gap
        covariance = covariance - np.outer(covariance[best], covariance[best]) / max(float(variance[best]), 1e-12)
    return places[chosen]


def between_sides(points: Array, above: NDArray[np.bool_], count: int, still: OpenPlaces) -> Array:
    """(K, D) open places in the middle of neighbours on different sides, the farthest apart first.

    Two points are neighbours when no third lies in the ball whose diameter they are (Gabriel's graph).
    """
    one, other = np.nonzero(above[:, None] & ~above[None, :])
    middle = (points[one] + points[other]) / 2
    half = np.linalg.norm(points[one] - points[other], axis=1) / 2
    free = still.tree.query(middle)[0] >= half * (1 - 1e-9)
    middle, half = middle[free], half[free]
    places = still.snapped(middle)
    open_ones = still.is_free(places)
    places, half = places[open_ones], half[open_ones].round(6)
    chosen: list[int] = []
    away = np.full(len(places), np.inf)  # from those chosen
    while len(chosen) < count and (away > APART * half.min(initial=np.inf)).any():
        longest = np.where(away > APART * half.min(), half, -np.inf)
        chosen.append(int(np.lexsort((away, longest))[-1]))  # of those equally far apart, the loneliest
        away = np.minimum(away, np.linalg.norm(places - places[chosen[-1]], axis=1))
    return np.asarray(places[chosen])


def fitted(points: Array, heights: Array) -> Process:
    """The process of greatest likelihood over a grid of lengths and noises; its scale is integrated by its best."""
    middle = float(heights.mean())
    rest = heights - middle
    best: tuple[float, Process] | None = None
    for lengths in np.stack(np.meshgrid(*[LENGTHS] * points.shape[1]), axis=-1).reshape(-1, points.shape[1]):
        values, vectors = np.linalg.eigh(_kernel(points, points, lengths))
        turned = vectors.T @ rest
        for noise in NOISES:
            spread = np.maximum(values, 0) + noise
            scale = float((turned**2 / spread).mean())
            score = -0.5 * (len(rest) * np.log(max(scale, 1e-300)) + float(np.log(spread).sum()))
            if best is None or score > best[0]:
                weights = vectors @ (turned / spread)
                best = score, Process(points, lengths, weights, vectors, np.sqrt(spread), middle, scale)
    assert best is not None
    return best[1]


def _kernel(one: Array, other: Array, lengths: Array) -> Array:
    a, b = one / lengths, other / lengths
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2 * a @ b.T
    return np.asarray(np.exp(-0.5 * np.maximum(squares, 0)))

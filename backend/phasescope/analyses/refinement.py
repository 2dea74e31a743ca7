"""Where to train next: points near a boundary of which it is least certain on which side they lie.

With a continuous order parameter a Gaussian process is fitted to the means over seeds, and points are proposed where
the straddle 1.96 s - |m - level| is greatest (Bryan et al. 2005): near the level and uncertain. After each point the
uncertainty around it is taken as gone, so that a batch spreads along the boundary. A process that piles points on a
boundary is of no use where an outcome only succeeds or fails: there the middles of neighbours on different sides are
proposed, the farthest apart first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses import cells
from phasescope.analyses.analysis import Analysis
from phasescope.analyses.boundary import coordinates
from phasescope.analyses.cells import Grid, GridAxis
from phasescope.core.curves import Floats

Array = NDArray[np.float64]
FEWEST = 6  # points with a value
MOST = 256  # that are fitted: those nearest to the level
LENGTHS = np.geomspace(0.06, 1.5, 8)  # of the process, in shares of each axis
NOISES = (1e-4, 1e-3, 1e-2, 0.1, 0.3)  # variances, as shares of the whole
LATTICE = 48  # places along each axis among which points are proposed
CANDIDATES = 500
APART = 0.4  # points of one batch, in shares of the distance between the places that are there
DIGITS = 4

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


def proposed(values: Floats, grid: Grid, level: float, count: int) -> list[dict[str, float]]:
    """Up to `count` new points (path -> value), for (R,) values of the runs of a grid. None where it cannot be told.

    Both axes have to be numbers; other axes of the experiment are not looked at.
    """
    axes = [axis for axis in (grid.x, grid.y) if axis is not None and axis.scale != "category" and len(axis.values) > 1]
    if not axes or (grid.x is not None and grid.y is not None and len(axes) < 2):
        return []
    mean = cells.mean(np.where(np.isfinite(values), values, np.nan), grid)
    here = np.isfinite(mean)
    points = np.stack([place.ravel()[here] for place in _unit_places(grid, axes)], axis=1)
    heights = mean[here] - level
    if here.sum() < FEWEST or not ((heights > 0).any() and (heights <= 0).any()):
        return []
    finite = values[np.isfinite(values)]
    binary = len(np.unique(finite)) <= 2
    found = between_sides(points, heights > 0, count) if binary else straddle(points, heights, count)
    return [_values(place, axes) for place in found]


def straddle(points: Array, heights: Array, count: int) -> Array:
    """(K, D) points of the unit cube where heights over the level are near 0 and uncertain."""
    nearest = np.argsort(np.abs(heights), kind="stable")[:MOST]
    process = fitted(points[nearest], heights[nearest])
    places = _lattice(points.shape[1])
    distance = _distance(places, points)
    places = places[distance > APART * _spacing(points)]
    if not len(places):
        return places
    rough = []
    for start in range(0, len(places), CANDIDATES):
        mean, covariance = process.predict(places[start : start + CANDIDATES])
        rough.append(1.96 * np.sqrt(np.maximum(np.diag(covariance), 0)) - np.abs(mean))
    places = places[np.argsort(-np.concatenate(rough), kind="stable")[:CANDIDATES]]
    mean, covariance = process.predict(places)
    chosen: list[int] = []
    for _ in range(min(count, len(places))):
        variance = np.maximum(np.diag(covariance), 0)
        score = 1.96 * np.sqrt(variance) - np.abs(mean)
        score[chosen] = -np.inf
        best = int(score.argmax())
        chosen.append(best)
        covariance = covariance - np.outer(covariance[best], covariance[best]) / max(float(variance[best]), 1e-12)
    return places[chosen]


def between_sides(points: Array, above: NDArray[np.bool_], count: int) -> Array:
    """(K, D) middles of neighbours on different sides, the farthest apart first.

    Two points are neighbours when no third lies in the ball whose diameter they are (Gabriel's graph).
    """
    one, other = np.nonzero(above[:, None] & ~above[None, :])
    middle = (points[one] + points[other]) / 2
    half = np.linalg.norm(points[one] - points[other], axis=1) / 2
    free = np.array([
        bool((np.linalg.norm(points - place, axis=1) >= reach * (1 - 1e-9)).all())
        for place, reach in zip(middle, half, strict=True)
    ])  # fmt: skip
    middle, half = middle[free], half[free]
    chosen: list[Array] = []
    for place in middle[np.argsort(-half, kind="stable")]:
        if all(np.linalg.norm(place - other) > APART * float(half.min()) for other in chosen):
            chosen.append(place)
        if len(chosen) == count:
            break
    return np.array(chosen).reshape(-1, points.shape[1])


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


def _lattice(width: int) -> Array:
    even = np.linspace(0, 1, LATTICE)
    return np.stack(np.meshgrid(*[even] * width), axis=-1).reshape(-1, width)


def _distance(places: Array, points: Array) -> Array:
    """(M,) to the nearest point."""
    squares = sum((places[:, None, axis] - points[None, :, axis]) ** 2 for axis in range(points.shape[1]))
    return np.asarray(np.sqrt(squares).min(axis=1))


def _spacing(points: Array) -> float:
    """The least distance between two points that are there, but not less than the lattice can tell."""
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return max(float(apart.min()), 1 / LATTICE)


def _unit_places(grid: Grid, axes: list[GridAxis]) -> list[Array]:
    """(rows, columns) places of the cells along each axis, from 0 to 1."""
    shape = (grid.rows, grid.columns)
    found = []
    for axis in axes:
        unit = _unit(coordinates(axis))
        found.append(np.broadcast_to(unit[None, :] if axis is grid.x else unit[:, None], shape))
    return found


def _unit(places: Array) -> Array:
    return np.asarray((places - places[0]) / (places[-1] - places[0]))


def _values(place: Array, axes: list[GridAxis]) -> dict[str, float]:
    """A place of the unit cube as values of the axes; whole numbers stay whole where all values are."""
    found: dict[str, float] = {}
    for share, axis in zip(place.tolist(), axes, strict=True):
        ends = coordinates(axis)
        at = float(ends[0] + share * (ends[-1] - ends[0]))
        value = float(f"{10**at if axis.scale == 'log' else at:.{DIGITS}g}")
        found[axis.path] = round(value) if all(isinstance(one, int) for one in axis.values) else value
    return found

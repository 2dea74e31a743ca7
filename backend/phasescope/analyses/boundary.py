"""Where a boundary lies: the line on which a continuous order parameter of a diagram crosses a level, with its band.

The order parameter of a cell is the mean over its seeds. Lines are found by marching squares, between the centres of
the cells, in the coordinates of the axes (logarithms where they are log); class labels are never interpolated. The
band is made by drawing the seeds of every cell anew: cells that change sides in more than 5 % of the draws belong to
it. Susceptibility is the unbiased variance of the order parameter between the seeds of a cell; it peaks at a boundary.
With seeds of which some succeed and some do not, mean and variance hide two modes: look at all seeds there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.cells import Grid, GridAxis
from phasescope.core.curves import Floats

Array = NDArray[np.float64]
DRAWS = 200
CHANGES = 0.05  # share of draws

BOUNDARY = Analysis(
    name="boundary",
    title="Boundaries",
    description="The line on which the mean over seeds of a series crosses a level, by marching squares, and the cells "
    f"that change sides in more than {CHANGES:.0%} of bootstraps of the seeds.",
)

# The corners of a square are numbered 0 (low x, low y), 1 (high x, low y), 2 (high x, high y), 3 (low x, high y), its
# edges 0 (bottom), 1 (right), 2 (top), 3 (left). For every set of corners above the level: which edges are joined.
JOINED: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 6: ((0, 2),), 7: ((3, 2),), 8: ((2, 3),), 9: ((2, 0),),
    11: ((2, 1),), 12: ((1, 3),), 13: ((1, 0),), 14: ((0, 3),),
}  # fmt: skip
SADDLES: dict[tuple[int, bool], tuple[tuple[int, int], ...]] = {  # by whether the middle is above the level
    (5, True): ((3, 2), (1, 0)), (5, False): ((3, 0), (1, 2)),
    (10, True): ((0, 3), (2, 1)), (10, False): ((0, 1), (2, 3)),
}  # fmt: skip
Key = tuple[int, int, int]  # an edge of the grid: 0 across or 1 up, row, column


@dataclass(frozen=True)
class Boundary:
    """Lines (each (P, 2): x, y in coordinates of the axes), and (cells,) share of draws in which each changes sides."""

    level: float
    lines: tuple[Array, ...]
    changes: Array

    @property
    def band(self) -> NDArray[np.bool_]:
        """(cells,) whether it is uncertain on which side a cell lies."""
        return np.asarray(self.changes > CHANGES)


def coordinates(axis: GridAxis | None) -> Array:
    """(N,) where the cells lie along an axis: the value, its logarithm to base 10, or the number of its place."""
    if axis is None:
        return np.zeros(1)
    if axis.scale == "category":
        return np.arange(len(axis.values), dtype=np.float64)
    values = np.asarray(axis.values, dtype=np.float64)
    return np.asarray(np.log10(values)) if axis.scale == "log" else values


def find_boundary(values: Floats, grid: Grid, level: float, *, draws: int = DRAWS, seed: int = 0) -> Boundary:
    """The boundary of (R,) values of the runs of a grid at a level."""
    size, total, _ = _moments(values, grid)
    mean = np.where(size > 0, total / np.maximum(size, 1), np.nan)
    x, y = coordinates(grid.x), coordinates(grid.y)
    lines = level_lines(mean.reshape(grid.rows, grid.columns), x, y, level)
    return Boundary(level, tuple(lines), _changes(values, grid, mean > level, level, draws, seed))


def susceptibility(values: Floats, grid: Grid) -> Array:
    """(cells,) unbiased variance between the runs of each cell; NaN where there are fewer than two."""
    size, total, squares = _moments(values - np.nanmean(values) if np.isfinite(values).any() else values, grid)
    spread = squares - total**2 / np.maximum(size, 1)
    return np.where(size > 1, np.maximum(spread, 0) / np.maximum(size - 1, 1), np.nan)


def level_lines(values: Array, x: Array, y: Array, level: float) -> list[Array]:
    """Lines on which (rows, columns) values cross a level, straight between the places x and y.

    Squares with an undefined corner have no line. A line that comes back to where it began has its first point twice.
    """
    if min(values.shape) < 2:
        return []
    above = values > level
    corners = np.stack([above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]])
    four = np.stack([values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]])
    code = np.where(np.isfinite(four).all(axis=0), (corners * np.array([1, 2, 4, 8])[:, None, None]).sum(axis=0), 0)
    middle = four.mean(axis=0) > level
    pairs: list[tuple[Key, Key]] = []
    for row, column in np.argwhere((code > 0) & (code < 15)).tolist():
        number = int(code[row, column])
        joined = JOINED.get(number) or SADDLES[number, bool(middle[row, column])]
        edges: list[Key] = [(0, row, column), (1, row, column + 1), (0, row + 1, column), (1, row, column)]
        pairs += [(edges[start], edges[end]) for start, end in joined]
    return [np.array([_point(key, values, x, y, level) for key in chain]) for chain in _chains(pairs)]


def _point(key: Key, values: Array, x: Array, y: Array, level: float) -> tuple[float, float]:
    """Where the level is crossed on an edge."""
    up, row, column = key
    first = values[row, column]
    second = values[row + 1, column] if up else values[row, column + 1]
    share = (level - first) / (second - first)
    if up:
        return float(x[column]), float(y[row] + share * (y[row + 1] - y[row]))
    return float(x[column] + share * (x[column + 1] - x[column])), float(y[row])


def _chains(pairs: list[tuple[Key, Key]]) -> list[list[Key]]:
    """Pieces joined end to end. Every edge belongs to at most two pieces, so open lines are walked from their ends."""
    beside: dict[Key, list[Key]] = {}
    for one, other in pairs:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    found = []
    for start in [*(key for key, others in beside.items() if len(others) == 1), *beside]:
        chain = [start]
        while beside[chain[-1]]:
            following = beside[chain[-1]].pop()
            beside[following].remove(chain[-1])
            chain.append(following)
        if len(chain) > 1:
            found.append(chain)
    return found


def _moments(values: Floats, grid: Grid) -> tuple[Array, Array, Array]:
    """(cells,) number, sum and sum of squares of the finite values."""
    counted = np.isfinite(values)
    where, numbers = grid.cell_of[counted], values[counted].astype(np.float64)
    weights = (None, numbers, numbers**2)
    size, total, squares = (np.bincount(where, weights=w, minlength=grid.cells).astype(np.float64) for w in weights)
    return size, total, squares


def _changes(values: Floats, grid: Grid, above: NDArray[np.bool_], level: float, draws: int, seed: int) -> Array:
    """(cells,) share of the draws of seeds in which the mean of a cell is on the other side; NaN without two seeds."""
    counted = np.flatnonzero(np.isfinite(values))
    counted = counted[np.argsort(grid.cell_of[counted], kind="stable")]
    where, numbers = grid.cell_of[counted], values[counted].astype(np.float64)
    size = np.bincount(where, minlength=grid.cells)
    first = np.cumsum(size) - size
    generator = np.random.default_rng(seed)
    other = np.zeros(grid.cells)
    for _ in range(draws):
        drawn = first[where] + np.floor(generator.random(len(where)) * size[where]).astype(np.int64)
        mean = np.bincount(where, weights=numbers[drawn], minlength=grid.cells) / np.maximum(size, 1)
        other += (mean > level) != above
    return np.where(size > 1, other / max(draws, 1), np.nan)

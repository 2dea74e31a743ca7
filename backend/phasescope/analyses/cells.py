"""Runs as the cells of a diagram: grouped by two axes, seeds and further axes taken together.

While a grid trains coarse-to-fine, a cell without values yet takes the value of the nearest cell of a coarser pass
that has one, and is marked provisional. No cell reaches further than the spacing of the coarsest pass, so one trained
cell does not speak for the whole diagram.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from phasescope.analyses.analysis import Analysis
from phasescope.core.axes import level
from phasescope.core.curves import Floats
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec

Scale = Literal["log", "linear", "category"]
SEED = "seed"
WIDE = 20.0  # values given one by one whose spacing differs by more than this are not drawn on a linear axis

CELLS = Analysis(
    name="cells",
    title="Cells of a diagram",
    description="Groups runs by two axes; a cell has the majority phase of its runs and the share that agrees, or the "
    "median of a series; cells not trained yet borrow from the nearest coarser one and are marked provisional.",
)


@dataclass(frozen=True)
class GridAxis:
    """One axis of a diagram: the path that varies, its values in order, and how they are spaced."""

    path: str
    values: tuple[Any, ...]
    scale: Scale
    levels: tuple[int, ...] = ()  # the pass in which each value is trained; values grown later come last


@dataclass(frozen=True)
class Grid:
    """Cells in rows (y) and columns (x). `cell_of[r]` is the cell of run r, `row * columns + column`."""

    x: GridAxis | None
    y: GridAxis | None
    columns: int
    rows: int
    cell_of: NDArray[np.int64]  # (R,)
    members: tuple[tuple[int, ...], ...]  # (cells,) ids of the runs of each cell

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    @property
    def between(self) -> NDArray[np.bool_]:
        """(cells,) cells without runs: where an experiment has grown, its finer rows cross its coarser columns."""
        return np.array([not ids for ids in self.members], dtype=np.bool_)


def axes_of(experiment: ExperimentSpec, x: str | None, y: str | None) -> tuple[str | None, str | None]:
    """The paths to draw: those asked for where they vary, else the first that do. `seed` may be asked for by name."""
    varying = [axis.path for axis in experiment.axes]
    allowed = [*varying, SEED]
    across = x if x in allowed else next((path for path in varying if path != y), None)
    up = y if y in allowed and y != across else next((path for path in varying if path != across), None)
    return across, up


def grid(experiment: ExperimentSpec, runs: Sequence[Run], x: str | None, y: str | None) -> Grid:
    """The runs as cells over the paths x and y; runs that differ in anything else share a cell."""
    across, up = axes_of(experiment, x, y)
    x_axis, columns = _axis(experiment, runs, across)
    y_axis, rows = _axis(experiment, runs, up)
    width = len(x_axis.values) if x_axis else 1
    height = len(y_axis.values) if y_axis else 1
    cell_of = rows * width + columns
    members: list[list[int]] = [[] for _ in range(width * height)]
    for run, cell in zip(runs, cell_of.tolist(), strict=True):
        members[cell].append(run.id)
    return Grid(x_axis, y_axis, width, height, cell_of, tuple(tuple(sorted(ids)) for ids in members))


def majority(codes: NDArray[np.int64], grid: Grid, kinds: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(cells,) the commonest code of each cell and the share of its runs that have it; negative codes do not count.

    Among codes equally common the smaller wins, and the share (at most a half) says that it was a tie.
    A cell without any code is -1 with share NaN.
    """
    counted = codes >= 0
    tally = np.bincount(grid.cell_of[counted] * kinds + codes[counted], minlength=grid.cells * kinds)
    tally = tally.reshape(grid.cells, kinds)
    total = tally.sum(axis=1)
    winner = np.where(total > 0, tally.argmax(axis=1), -1)
    share = np.where(total > 0, tally.max(axis=1) / np.maximum(total, 1), np.nan)
    return winner, share


def median(values: Floats, grid: Grid) -> NDArray[np.float64]:
    """(cells,) median over the runs of each cell that have a number; infinity counts as late, NaN not at all."""
    counted = ~np.isnan(values)
    cells, numbers = grid.cell_of[counted], values[counted].astype(np.float64)
    order = np.lexsort((numbers, cells))
    numbers = np.append(numbers[order], np.nan)  # the last one is never meant, only looked at
    size = np.bincount(cells, minlength=grid.cells)
    first = np.cumsum(size) - size
    lower, upper = numbers[first + np.maximum(size - 1, 0) // 2], numbers[first + size // 2]
    with np.errstate(invalid="ignore"):
        middle = np.where(lower == upper, lower, (lower + upper) / 2)
    return np.where(size > 0, middle, np.nan)


def mean(values: Floats, grid: Grid) -> NDArray[np.float64]:
    """(cells,) mean over the runs of each cell that have a number."""
    counted = ~np.isnan(values)
    size = np.bincount(grid.cell_of[counted], minlength=grid.cells)
    total = np.bincount(grid.cell_of[counted], weights=values[counted], minlength=grid.cells)
    return np.where(size > 0, total / np.maximum(size, 1), np.nan)


def sources(trained: NDArray[np.bool_], grid: Grid) -> NDArray[np.int64]:
    """(cells,) the cell whose value each cell shows: itself when trained, else the nearest coarser one, else -1.

    A cell between those of a grown experiment has no runs of its own and always shows the nearest trained one.
    """
    shape = (grid.rows, grid.columns)
    has_value = trained.reshape(shape)
    levels, reach = _levels(grid)
    shown = np.where(trained, np.arange(grid.cells), -1).reshape(shape)
    rows, columns = np.indices(shape)
    for finer in range(1, int(levels.max(initial=0)) + 1):
        coarser = has_value & (levels < finer)
        waiting = ~has_value & (levels == finer)
        if not coarser.any() or not waiting.any():
            continue
        near = distance_transform_edt(~coarser, return_distances=False, return_indices=True)
        close = (np.abs(near[0] - rows) < reach[0]) & (np.abs(near[1] - columns) < reach[1])
        borrowed = waiting & close
        shown[borrowed] = (near[0] * grid.columns + near[1])[borrowed]
    between = grid.between.reshape(shape)
    if between.any() and has_value.any():
        near = distance_transform_edt(~has_value, return_distances=False, return_indices=True)
        shown[between] = (near[0] * grid.columns + near[1])[between]
    return shown.reshape(-1)


def _levels(grid: Grid) -> tuple[NDArray[np.int64], tuple[int, int]]:
    """The pass in which each cell is trained, and the spacing of the coarsest pass along each axis."""
    down, right = (
        np.array(axis.levels if axis is not None and axis.levels else [0] * count, dtype=np.int64)
        for axis, count in ((grid.y, grid.rows), (grid.x, grid.columns))
    )
    return np.maximum(down[:, None], right[None, :]), (_spacing(down), _spacing(right))


def _spacing(levels: NDArray[np.int64]) -> int:
    """The widest gap between neighbouring values of the coarsest pass, in places."""
    coarse = np.append(np.flatnonzero(levels == 0), len(levels))
    return int(np.diff(coarse).max(initial=1))


def _axis(
    experiment: ExperimentSpec, runs: Sequence[Run], path: str | None
) -> tuple[GridAxis | None, NDArray[np.int64]]:
    """The axis of a path and each run's place along it."""
    if path is None:
        return None, np.zeros(len(runs), dtype=np.int64)
    given: list[Any] = [run.seed if path == SEED else run.point.get(path) for run in runs]
    axis = next((axis for axis in experiment.axes if axis.path == path), None)
    first = experiment.first_seed
    points: list[Any] = list(axis.points()) if axis else list(range(first, first + experiment.seeds))
    known = {_key(value): value for value in (*points, *given)}  # runs an experiment has grown by come after its points
    values = list(known.values())
    numeric = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    ordered = sorted(values) if numeric else values
    place = {_key(value): index for index, value in enumerate(ordered)}
    scale: Scale = "log" if axis is not None and axis.log is not None and min(ordered) > 0 else _scale(ordered, numeric)
    levels = {_key(point): level(index, len(points)) for index, point in enumerate(points)}
    last = max(levels.values(), default=0) + 1
    found = GridAxis(path, tuple(ordered), scale, tuple(levels.get(_key(value), last) for value in ordered))
    return found, np.array([place[_key(value)] for value in given], dtype=np.int64)


def _scale(values: Sequence[Any], numeric: bool) -> Scale:
    """Evenly spaced numbers are linear, numbers over decades log; zero among decades leaves only places in a row."""
    if not numeric:
        return "category"
    spacing = np.diff(np.asarray(values, dtype=np.float64))
    if len(spacing) < 2 or spacing.max() <= WIDE * spacing.min():
        return "linear"
    return "log" if values[0] > 0 else "category"


def _key(value: Any) -> Hashable:
    """Values equal as JSON are one value: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    return json.dumps(value, sort_keys=True)

"""What the cells of a phase diagram show at the clock: phases, agreement, times and the coloured value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses import cells, events, phases
from phasescope.analyses.cells import Grid
from phasescope.analyses.phases import PHASES
from phasescope.core.curves import Curves
from phasescope.figures.material import Material

PHASE = "phase"  # the colour that is not a series
EVENT_SERIES = "test_loss"  # whose events give colours


@dataclass(frozen=True)
class Cells:
    """What the diagram shows, found before anything is drawn. All arrays are (cells,) unless said otherwise."""

    grid: Grid
    codes: NDArray[np.int64]  # majority phase; -1 unknown
    agree: NDArray[np.int64]  # how many runs of the cell are in that phase
    values: NDArray[np.float64]  # what is coloured; NaN where there is none
    shown: NDArray[np.int64]  # the cell whose value each cell shows; -1 none
    train_time: NDArray[np.float64]
    test_time: NDArray[np.float64]
    run_counts: NDArray[np.int64]  # (5,) runs in each phase
    undefined: Mapping[int, str]  # cell -> why its value is undefined; such cells show none

    @property
    def own(self) -> NDArray[np.bool_]:
        """Cells that show a value of their own."""
        return np.asarray(self.shown == np.arange(self.grid.cells))

    @property
    def provisional(self) -> NDArray[np.bool_]:
        """Cells that show a neighbour's value until they are trained."""
        return (self.shown >= 0) & ~self.own & ~self.grid.between

    @property
    def between(self) -> NDArray[np.bool_]:
        """Cells without runs, between those of a grown experiment, that show the nearest cell's value."""
        return (self.shown >= 0) & ~self.own & self.grid.between

    @property
    def waiting(self) -> NDArray[np.bool_]:
        """Cells that show no value."""
        return self.shown < 0


def series_of(colour: str) -> tuple[str, ...]:
    """The series that a colour is made of."""
    if colour == PHASE:
        return ()
    return (EVENT_SERIES,) if colour in events.COLOURS else (colour,)


def find(material: Material) -> Cells:
    """Phases, times and colours of all cells at the view's step."""
    view, rule = material.view, material.experiment.phases
    grid = cells.grid(material.experiment, material.runs, view.x, view.y)
    rows = rows_of(material.curves, [run.id for run in material.runs])
    codes = np.append(phases.label(material.curves, rule, view.step), phases.UNKNOWN)[rows]
    train, test = (np.append(time, np.nan)[rows] for time in phases.times(material.curves, rule, view.step))
    train[codes < 0], test[codes < 0] = np.nan, np.nan
    majority, _ = cells.majority(codes, grid, len(PHASES))
    agree = np.bincount(grid.cell_of[(codes >= 0) & (codes == majority[grid.cell_of])], minlength=grid.cells)
    if view.colour == PHASE:
        values = np.where(majority >= 0, majority, np.nan).astype(np.float64)
        undefined: dict[int, str] = {}
    else:
        values = cells.median(np.append(newest(material, view.colour), np.nan)[rows], grid)
        undefined = _undefined(material, grid, np.isfinite(values))
    shown = cells.sources(np.isfinite(values), grid)
    shown[list(undefined)] = -1
    return Cells(
        grid=grid, codes=majority, agree=agree, values=values, shown=shown,
        train_time=cells.median(train, grid), test_time=cells.median(test, grid),
        run_counts=phases.counts(codes), undefined=undefined,
    )  # fmt: skip


def newest(material: Material, name: str) -> NDArray[np.float64]:
    """(R,) newest value of a series at the clock, or what its events tell, for each row of the curves."""
    step = material.view.step
    if name in events.COLOURS:
        seen = material.curves.steps <= (np.inf if step is None else step)
        known = Curves(
            material.curves.runs, material.curves.steps[seen], {EVENT_SERIES: material.series(EVENT_SERIES)[:, seen]}
        )
        return events.of_series(known, EVENT_SERIES).numbers(len(known.runs))[name]
    series = Curves(material.curves.runs, material.curves.steps, {name: material.series(name)})
    return series.at(name, step).astype(np.float64)


def _undefined(material: Material, grid: Grid, has_value: NDArray[np.bool_]) -> dict[int, str]:
    """Cells without a value for which a reason is known: they are not waiting, they cannot have one."""
    name, reasons = material.view.colour, dict(material.curves.undefined)
    if name in events.COLOURS:
        measured = np.flatnonzero(np.isfinite(material.series(EVENT_SERIES)).any(axis=1)).tolist()
        none = f"no such event of the {EVENT_SERIES.replace('_', ' ')} was found"
        reasons |= {(material.curves.runs[row], name): none for row in measured}
    found: dict[int, str] = {}
    for run, cell in zip(material.runs, grid.cell_of.tolist(), strict=True):
        if not has_value[cell] and (run.id, name) in reasons:
            found.setdefault(cell, reasons[run.id, name])
    return found


def rows_of(curves: Curves, runs: Sequence[int]) -> NDArray[np.int64]:
    """Each run's row in the curves; -1 (the appended one) for runs without values."""
    row = {run: place for place, run in enumerate(curves.runs)}
    return np.array([row.get(run, -1) for run in runs], dtype=np.int64)

"""What the cells of a phase diagram show at the clock: phases, agreement, times and the coloured value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses import boundary, cells, phases
from phasescope.analyses.cells import Grid
from phasescope.analyses.run_numbers import SHARE, Known, RunNumber, number_of
from phasescope.core.curves import Curves
from phasescope.core.phase_rule import PhaseRule
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import words
from phasescope.figures.material import Material, rule_of

PHASE = "phase"  # the colour that is not a number


@dataclass(frozen=True)
class Cells:
    """What the diagram shows, found before anything is drawn. All arrays are (cells,) unless said otherwise."""

    grid: Grid
    phases: tuple[str, ...]  # names of the codes
    codes: NDArray[np.int64]  # majority phase; -1 unknown
    agree: NDArray[np.int64]  # how many runs of the cell are in that phase
    values: NDArray[np.float64]  # what is coloured; NaN where there is none
    shown: NDArray[np.int64]  # the cell whose value each cell shows; -1 none
    train_time: NDArray[np.float64]
    test_time: NDArray[np.float64]
    run_counts: NDArray[np.int64]  # runs in each phase
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


def series_of(experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
    """The series that a diagram reads: those of the phase rule, and those that the colour is made of."""
    rule = rule_of(experiment, view)
    return tuple(dict.fromkeys((*_asked(rule), *rule.series(), *series_of_colour(view.colour, rule))))


def series_of_colour(colour: str, rule: PhaseRule) -> tuple[str, ...]:
    """The series that a colour is made of."""
    if colour == PHASE:
        return ()
    number = number_of(colour, rule)
    return number.needs(rule) if number else (colour,)


def by_phase(view: View) -> bool:
    """Whether a diagram shows the phases themselves, not a number."""
    return view.colour == PHASE and view.over_seeds != "disagreement"


def colour_title(material: Material) -> str:
    """What the colours of the diagram mean, with a unit where one is known."""
    colour = material.view.colour
    if colour == PHASE:
        return "share of runs in another phase"
    title = title_of(colour, material)
    return f"standard deviation over seeds of {title}" if material.view.over_seeds == "disagreement" else title


def title_of(name: str, material: Material) -> str:
    """A series or a number of a run in words, with a unit where one is known."""
    number = number_of(name, material.rule)
    if number is None:
        return words.with_unit(words.series_words(name), name, material.units)
    return words.with_unit(number.title, name, {name: number.unit} if number.unit else {})


def find(material: Material) -> Cells:
    """Phases, times and colours of all cells at the view's step."""
    view, rule = material.view, material.rule
    grid = cells.grid(material.experiment, material.runs, view.x, view.y)
    rows = rows_of(material.curves, [run.id for run in material.runs])
    names = phases.names_of(rule)
    codes = np.append(phases.label(material.curves, rule, view.step), phases.UNKNOWN)[rows]
    train, test = (np.append(time, np.nan)[rows] for time in phases.times(material.curves, rule, view.step))
    train[codes < 0], test[codes < 0] = np.nan, np.nan
    majority, share = cells.majority(codes, grid, len(names))
    agree = np.bincount(grid.cell_of[(codes >= 0) & (codes == majority[grid.cell_of])], minlength=grid.cells)
    undefined: dict[int, str] = {}
    if view.colour == PHASE:
        kinds = 1 - share if view.over_seeds == "disagreement" else majority.astype(np.float64)
        values = np.where(majority >= 0, kinds, np.nan)
    else:
        values = over_seeds(np.append(newest(material, view.colour), np.nan)[rows], grid, view)
        undefined = _undefined(material, grid, np.isfinite(values))
    shown = cells.sources(np.isfinite(values), grid)
    shown[list(undefined)] = -1
    return Cells(
        grid=grid, phases=names, codes=majority, agree=agree, values=values, shown=shown,
        train_time=cells.median(train, grid), test_time=cells.median(test, grid),
        run_counts=phases.counts(codes, names), undefined=undefined,
    )  # fmt: skip


def over_seeds(values: NDArray[np.float64], grid: Grid, view: View) -> NDArray[np.float64]:
    """(cells,) numbers of runs taken together, as the view asks; shares are always a mean."""
    if view.over_seeds == "disagreement":
        finite = np.where(np.isfinite(values), values, np.nan)
        return np.asarray(np.sqrt(boundary.susceptibility(finite, grid)))
    if view.over_seeds == "mean" or view.colour.startswith(SHARE):
        with np.errstate(invalid="ignore"):
            return cells.mean(values, grid)
    return cells.median(values, grid)


def newest(material: Material, name: str) -> NDArray[np.float64]:
    """(R,) a number of each row of the curves, or the newest value of a series, at the clock."""
    step, rule = material.view.step, material.rule
    number = number_of(name, rule)
    if number is not None:
        return number.of(Known(phases.until(material.curves, step), rule, material.corrections))
    series = Curves(material.curves.runs, material.curves.steps, {name: material.series(name)})
    return series.at(name, step).astype(np.float64)


def limits(material: Material, name: str) -> NDArray[np.float64]:
    """(2,) what the colours of a series run between, over all steps, so that a colour is a value wherever the clock is.

    The outermost half per cent is beyond the ends: one run that diverges does not take all the colours.
    """
    values = material.series(name)
    finite = values[np.isfinite(values)].astype(np.float64)
    if not len(finite):
        return finite
    low, high = np.percentile(finite, [0.5, 99.5])
    return np.array([low, high])


def spread_of_colours(material: Material, shown: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the colours of a diagram run between: shares from 0 to 1; a series over all steps; numbers of a run and the
    spread between seeds, which are known at the clock alone, between the values (cells,) that are shown."""
    view = material.view
    if view.over_seeds != "disagreement" and number_of_colour(view, material.rule) is None and view.colour != PHASE:
        return limits(material, view.colour)
    if view.colour == PHASE or (view.colour.startswith(SHARE) and view.over_seeds != "disagreement"):
        return np.array([0.0, 1.0])
    return shown


def number_of_colour(view: View, rule: PhaseRule) -> RunNumber | None:
    """The number of a run that is coloured; None for a phase or a series."""
    return None if view.colour == PHASE else number_of(view.colour, rule)


def _undefined(material: Material, grid: Grid, has_value: NDArray[np.bool_]) -> dict[int, str]:
    """Cells without a value for which a reason is known: they are not waiting, they cannot have one."""
    name, reasons = material.view.colour, dict(material.curves.undefined)
    number = number_of(name, material.rule)
    if number is not None:
        known = [np.isfinite(material.series(series)).any(axis=1) for series in number.needs(material.rule)]
        measured = np.flatnonzero(np.logical_and.reduce(known)) if known else np.zeros(0, dtype=np.int64)
        reasons |= {(material.curves.runs[row], name): number.none for row in measured.tolist()}
    found: dict[int, str] = {}
    for run, cell in zip(material.runs, grid.cell_of.tolist(), strict=True):
        if not has_value[cell] and (run.id, name) in reasons:
            found.setdefault(cell, reasons[run.id, name])
    return found


def rows_of(curves: Curves, runs: Sequence[int]) -> NDArray[np.int64]:
    """Each run's row in the curves; -1 (the appended one) for runs without values."""
    row = {run: place for place, run in enumerate(curves.runs)}
    return np.array([row.get(run, -1) for run in runs], dtype=np.int64)


def _asked(rule: PhaseRule) -> tuple[str, ...]:
    return tuple(name for names in phases.asked(rule) for name in names)

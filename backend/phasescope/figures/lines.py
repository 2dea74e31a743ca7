"""Lines over training, as figures draw them: where a curve ends, where it has gaps, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.bands import filled
from phasescope.core.curves import Floats
from phasescope.core.records import Run
from phasescope.figures import style, words
from phasescope.figures.material import Material
from phasescope.figures.style import Part

UNFINISHED = frozenset({"queued", "running", "lost"})
CUT_SHORT = frozenset({"diverged", "failed", "cancelled"})


@dataclass(frozen=True)
class Point:
    """A marked point of a curve: an end or a gap."""

    run: Run
    x: float
    y: float
    colour: str
    text: str


def drawn(material: Material, runs: Sequence[Run], name: str) -> Floats:
    """(len(runs), C) values as a line goes through them.

    Runs may have different checkpoints: between its own a run is a straight line. But where a run has a checkpoint
    and the series is undefined for a stated reason, the line has a gap.
    """
    row = {run: place for place, run in enumerate(material.curves.runs)}
    index = np.array([row.get(run.id, -1) for run in runs], dtype=np.int64)
    steps = material.curves.steps
    values = np.vstack([material.series(name), np.full((1, len(steps)), np.nan)])[index]
    lines = filled(values, steps)
    for place, run in enumerate(runs):
        if (run.id, name) in material.curves.undefined:
            lines[place, measured_at(material, run, name) & np.isnan(values[place])] = np.nan
    return lines


def axes_words(material: Material) -> str:
    """The axes of the experiment, in words and in order."""
    paths = [axis.path for axis in material.experiment.axes]
    return ", ".join(words.words(path, paths) for path in paths)


def point_words(material: Material, run: Run) -> str:
    """Where a run lies along the axes, in the order of `axes_words`."""
    return ", ".join(words.number(run.point.get(axis.path)) for axis in material.experiment.axes) or "all runs"


def measured_at(material: Material, run: Run, name: str) -> NDArray[np.bool_]:
    """(C,) the steps at which the series was measured on the run: elsewhere a missing value is no gap.

    Where the store did not say, it is the checkpoints of the schedule that the run has passed.
    """
    known = material.curves.taken.get(name)
    if known is not None and run.id in material.curves.runs:
        found: NDArray[np.bool_] = known[material.curves.runs.index(run.id)]
        return found
    scheduled = material.experiment.checkpoints.steps(material.experiment.steps)
    return np.isin(material.curves.steps, scheduled) & (material.curves.steps <= run.step)


def inside(values: Floats) -> slice:
    """Columns from the first to the last that have a value in any row; empty where none has."""
    columns = np.flatnonzero(np.isfinite(values).any(axis=0))
    return slice(int(columns[0]), int(columns[-1]) + 1) if len(columns) else slice(0, 0)


def end_points(material: Material, run: Run, values: Floats, colour: str) -> list[Point]:
    """The newest point of a run's line, when the run is not finished."""
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite) or run.state not in UNFINISHED | CUT_SHORT:
        return []
    x, y = float(material.curves.steps[finite[-1]]), float(values[finite[-1]])
    reason = f": {run.message}" if run.message else ""
    return [Point(run, x, y, colour, f"run {run.id} is {run.state} at step {run.step:,}{reason}")]


def gap_points(material: Material, run: Run, name: str, values: Floats, colour: str) -> list[Point]:
    """Where a run has checkpoints but the series is undefined: marked at the height of its last value before."""
    reason = material.curves.undefined.get((run.id, name))
    finite = np.flatnonzero(np.isfinite(values))
    if reason is None or not len(finite):
        return []
    gaps = np.flatnonzero(measured_at(material, run, name) & np.isnan(values))
    before = finite[np.maximum(np.searchsorted(finite, gaps) - 1, 0)]
    text = f"run {run.id}: {words.series_words(name)} is undefined here: {reason}"
    steps = material.curves.steps
    return [Point(run, float(steps[g]), float(values[b]), colour, text) for g, b in zip(gaps, before, strict=True)]


def marks(points: Iterable[Point], *, name: str, symbol: str, axis: str = "y") -> list[Part]:
    """Marked points as one trace with one entry in the legend, which counts runs."""
    found = list(points)
    if not found:
        return []
    runs = len({point.run.id for point in found})
    return [
        {
            "type": "scatter", "mode": "markers", "name": f"{name} {runs:,}", "yaxis": axis,
            "x": np.array([point.x for point in found], dtype=np.float32),
            "y": np.array([point.y for point in found], dtype=np.float32),
            "customdata": [point.run.id for point in found], "text": [point.text for point in found],
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {
                "symbol": symbol, "size": 9, "color": [point.colour for point in found],
                "line": {"width": 2, "color": [point.colour for point in found]},
            },
        }
    ]  # fmt: skip


def end_marks(points: Sequence[Point], *, axis: str = "y") -> list[Part]:
    """An open circle where training goes on, a cross where it was cut short."""
    going_on = [point for point in points if point.run.state in UNFINISHED]
    cut_short = [point for point in points if point.run.state in CUT_SHORT]
    return [
        *marks(going_on, name="still training", symbol="circle-open", axis=axis),
        *marks(cut_short, name="cut short", symbol="x-thin", axis=axis),
    ]


def split_key(name: str, dash: str) -> Part:
    """An entry of the legend for the kind of line."""
    return style.legend_entry(name, mode="lines", line={"color": style.NEUTRAL, "dash": dash, "width": 2})

"""Fits: event times over an axis, a power law through each slice with its interval, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses import cells, power_law
from phasescope.analyses.cells import Grid
from phasescope.analyses.power_law import PowerLaw
from phasescope.analyses.scaling import Check
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import style, words
from phasescope.figures.cell_axes import Places, places
from phasescope.figures.cell_values import PHASE, newest, rows_of, series_of_colour, title_of
from phasescope.figures.material import Material, Scope, rule_of
from phasescope.figures.style import Part

Array = NDArray[np.float64]
MOST = 6  # slices
POINTS = 6_000  # runs that are drawn
DEFAULT = "test_time"
FINE = 80  # points of a drawn law
ENDED = ("finished", "stopped")


@dataclass(frozen=True)
class Fit:
    """One slice: its runs with a time, and the law through them with its checklist."""

    label: str
    x: Array
    times: Array
    runs: tuple[int, ...]
    law: PowerLaw
    checks: tuple[Check, ...]


class Fits:
    """Times of runs, a curve where an exponent stands, and in the legend the exponent or the reason against one."""

    name = "fits"
    title = "Fits"
    description = "Event times over an axis with a power law per slice: exponent, interval and checklist, or why not."
    scope: Scope = "all"
    drawn_from = ("x", "y", "colour", "step", "rule")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        rule = rule_of(experiment, view)
        return series_of_colour(fitted_name(view), rule)

    def draw(self, material: Material) -> go.Figure:
        grid = cells.grid(material.experiment, material.runs, material.view.x, material.view.y)
        title = _axis_title(material, grid.x.path) if grid.x else ""
        across = places(grid.x, title)
        found = find(material, grid)
        colours = style.layer_colours(len(found))
        data = [part for fit, colour in zip(found, colours, strict=True) for part in _parts(fit, colour)]
        return style.figure(data or [_blank()], _layout(material, grid, across, found))


def fitted_name(view: View) -> str:
    """The coloured number; the step of generalising where phases are coloured."""
    return DEFAULT if view.colour == PHASE else view.colour


def find(material: Material, grid: Grid) -> list[Fit]:
    """A fit for each slice; evenly chosen where there are many."""
    if grid.x is None or grid.x.scale == "category" or not len(material.curves.steps):
        return []
    rows = rows_of(material.curves, [run.id for run in material.runs])
    times = np.append(newest(material, fitted_name(material.view)), np.nan)[rows]
    row, column = np.divmod(grid.cell_of, grid.columns)
    x = np.asarray(grid.x.values, dtype=np.float64)[column]
    chosen = np.unique(np.linspace(0, grid.rows - 1, min(grid.rows, MOST)).round().astype(np.int64)).tolist()
    found = []
    for place in chosen:
        inside = (row == place) & ~np.isnan(times)
        known = inside & np.isfinite(times) & (times > 0)
        if not known.any():
            continue
        ids = tuple(material.runs[number].id for number in np.flatnonzero(known).tolist())
        unfinished = sum(material.runs[number].state not in ENDED for number in np.flatnonzero(inside).tolist())
        law = power_law.fit_power_law(x[known], times[known])
        checks = power_law.checks(
            law, values=len(np.unique(x[known])), never=int((inside & ~known).sum()), unfinished=unfinished
        )
        label = words.number(grid.y.values[place]) if grid.y else "all runs"
        found.append(Fit(label, x[known], times[known], ids, law, checks))
    return found


def _parts(fit: Fit, colour: str) -> list[Part]:
    kept = np.unique(np.linspace(0, len(fit.x) - 1, min(len(fit.x), POINTS // MOST)).round().astype(np.int64))
    points: Part = {
        "type": "scatter", "mode": "markers", "name": f"{fit.label}: {_said(fit.law)}", "legendgroup": fit.label,
        "x": fit.x[kept].astype(np.float32), "y": fit.times[kept].astype(np.float32),
        "customdata": [[fit.runs[place]] for place in kept.tolist()],
        "marker": {"color": colour, "size": 6, "opacity": 0.7},
        "hovertemplate": f"run %{{customdata[0]}}<br>%{{y:,.0f}} at %{{x}}<extra>{fit.label}</extra>",
    }  # fmt: skip
    law = fit.law
    if not np.isfinite(law.exponent):
        return [points]
    x = _fine(fit.x)
    y = law.amplitude * np.abs(x - law.critical) ** -law.exponent
    stands = not law.refused
    checklist = "".join(f"<br>{'✓' if one.fulfilled else '✗'} {one.question} {one.said}" for one in fit.checks)
    line: Part = {
        "type": "scatter", "mode": "lines", "name": fit.label, "legendgroup": fit.label, "showlegend": False,
        "x": x.astype(np.float32), "y": y.astype(np.float32), "opacity": 1.0 if stands else 0.5,
        "line": {"color": colour, "width": 2, "dash": "solid" if stands else "dot"},
        "text": f"{_said(law)}{f'<br>{law.refused}' if law.refused else ''}{checklist}",
        "hovertemplate": f"<b>{fit.label}</b><br>%{{text}}<extra></extra>",
    }  # fmt: skip
    return [points, line]


def _fine(x: Array) -> Array:
    low, high = float(x.min()), float(x.max())
    return np.geomspace(low, high, FINE) if low > 0 and high > 20 * low else np.linspace(low, high, FINE)


def _said(law: PowerLaw) -> str:
    if law.refused:
        return "no exponent"
    return f"ν {law.exponent:.3g} ({law.low:.3g} to {law.high:.3g}), critical {law.critical:.3g}"


def _axis_title(material: Material, path: str) -> str:
    paths = [axis.path for axis in material.experiment.axes]
    return words.with_unit(words.words(path, paths), path, material.units)


def _blank() -> Part:
    return {**style.legend_entry("", mode="lines"), "showlegend": False}


def _layout(material: Material, grid: Grid, across: Places, found: list[Fit]) -> Part:
    name = fitted_name(material.view)
    times = np.concatenate([fit.times for fit in found]) if found else np.ones(1)
    log = bool(found) and times.max() > 10 * times.min()
    wide = log and times.max() > 100 * times.min()
    shape: Part = {"type": "log", "exponentformat": "power", "dtick": 1} if wide else {"type": "linear"}
    if log and not wide:
        shape = {"type": "log", "dtick": "D2"}  # 2 and 5 as well
    if not found:
        shape["range"] = [0, 1]
    axis = across.axis if grid.x else {"title": {"text": "axis"}, "range": [0, 1]}
    return {
        "xaxis": axis, "yaxis": {"title": {"text": title_of(name, material)}, "automargin": True, "zeroline": False,
                                 **shape},
        "hovermode": "closest", "showlegend": True, "uirevision": f"fits {name}", "margin": style.WITH_REMARK,
        "legend": style.legend(_axis_title(material, grid.y.path) if grid.y and found else ""),
        "annotations": _notes(material, grid, found),
        "meta": {
            "kind": "fits", "number": name, "step": material.view.step, "x": grid.x.path if grid.x else None,
            "fits": [{"label": fit.label, **_plain(fit.law), "checks": [vars(c) for c in fit.checks]} for fit in found],
        },
    }  # fmt: skip


def _plain(law: PowerLaw) -> Part:
    """The law as JSON, in which NaN and infinity have no place."""
    return {
        key: None if isinstance(value, float) and not np.isfinite(value) else value for key, value in vars(law).items()
    }


def _notes(material: Material, grid: Grid, found: list[Fit]) -> list[Part]:
    if not material.runs:
        return [style.note("No runs yet")]
    if grid.x is None or grid.x.scale == "category":
        return [style.note("A fit needs an axis of numbers.")]
    if not found:
        what = title_of(fitted_name(material.view), material)
        return [style.note(f"No run has a {what} yet.")]
    return [style.remark(f"{MOST} of {grid.rows:,} slices")] if grid.rows > MOST else []

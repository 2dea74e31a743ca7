"""Slices of a diagram: a value along one axis, a line for each value of the other, with a band over seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses import cells
from phasescope.analyses.bands import Band, band
from phasescope.analyses.cells import Grid
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import style, words
from phasescope.figures.cell_axes import Places, places
from phasescope.figures.cell_values import PHASE, newest, rows_of, series_of_colour, title_of
from phasescope.figures.curves import names_of
from phasescope.figures.material import Material, Scope, rule_of
from phasescope.figures.style import Part
from phasescope.figures.value_axis import value_axis

Array = NDArray[np.float64]
MOST = 8  # lines


@dataclass(frozen=True)
class Slice:
    """One line: its place along the other axis, the runs of each point, and median and band over them."""

    label: str
    row: int
    values: Array  # (seeds, columns)
    over: Band


class Slices:
    """The coloured series (or what the curves show) over the horizontal axis, at the newest step or at the clock."""

    name = "slices"
    title = "Slices"
    description = "A value along one axis of the diagram, one line per value of the other, with a band over seeds."
    scope: Scope = "all"
    drawn_from = ("x", "y", "colour", "step", "series", "rule")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return series_of_colour(shown(view), rule_of(experiment, view))

    def draw(self, material: Material) -> go.Figure:
        grid = cells.grid(material.experiment, material.runs, material.view.x, material.view.y)
        paths = [axis.path for axis in material.experiment.axes]
        title = words.with_unit(words.words(grid.x.path, paths), grid.x.path, material.units) if grid.x else ""
        across = places(grid.x, title)
        found = find(material, grid)
        colours = style.layer_colours(len(found))
        data = [part for one, colour in zip(found, colours, strict=True) for part in _line(one, across, grid, colour)]
        return style.figure(data, _layout(material, grid, across, found))


def shown(view: View) -> str:
    """The coloured series; of phases, which are not numbers, the first series that the curves show."""
    return names_of(view.series)[0] if view.colour == PHASE else view.colour


def find(material: Material, grid: Grid) -> list[Slice]:
    """The lines; evenly chosen where there are many."""
    rows = rows_of(material.curves, [run.id for run in material.runs])
    values = np.append(newest(material, shown(material.view)), np.nan)[rows]
    values[~np.isfinite(values)] = np.nan
    if grid.x is None or not len(values):
        return []
    table = _by_cell(values, grid).reshape(-1, grid.rows, grid.columns)
    chosen = np.unique(np.linspace(0, grid.rows - 1, min(grid.rows, MOST)).round().astype(np.int64)).tolist()
    lines = [Slice(_label(grid, row), row, table[:, row], band(table[:, row])) for row in chosen]
    return [line for line in lines if line.over.count.any()]


def _by_cell(values: Array, grid: Grid) -> Array:
    """(most runs of a cell, cells) values, NaN where a cell has fewer."""
    order = np.argsort(grid.cell_of, kind="stable")
    where = grid.cell_of[order]
    size = np.bincount(where, minlength=grid.cells)
    place = np.arange(len(where)) - np.repeat(np.cumsum(size) - size, size)
    table = np.full((int(size.max(initial=1)), grid.cells), np.nan)
    table[place, where] = values[order]
    return table


def _label(grid: Grid, row: int) -> str:
    if grid.y is None:
        return "all runs"
    return words.number(grid.y.values[row])


def _line(one: Slice, across: Places, grid: Grid, colour: str) -> list[Part]:
    """The median, and a band where some point has several runs."""
    here = one.over.count > 0
    x = across.centres[here].astype(np.float32)
    low, middle, high = (edge[here].astype(np.float32) for edge in (one.over.low, one.over.median, one.over.high))
    members = [list(ids) for ids, kept in zip(_members(grid, one.row), here.tolist(), strict=True) if kept]
    line: Part = {
        "type": "scatter", "mode": "lines+markers", "name": one.label, "legendgroup": one.label, "x": x, "y": middle,
        "line": {"color": colour, "width": 2}, "marker": {"color": colour, "size": 5}, "customdata": members,
        "hovertemplate": f"<b>{one.label}</b><br>%{{y:.4g}} at %{{x}}<extra></extra>",
    }  # fmt: skip
    if one.over.count.max() < 2:
        return [line]
    area: Part = {
        "type": "scatter", "mode": "lines", "name": one.over.edges, "legendgroup": one.label, "showlegend": False,
        "x": np.concatenate([x, x[::-1]]), "y": np.concatenate([low, high[::-1]]), "fill": "toself",
        "fillcolor": style.translucent(colour, 0.15), "line": {"width": 0}, "hoverinfo": "skip",
    }  # fmt: skip
    return [area, line]


def _members(grid: Grid, row: int) -> tuple[tuple[int, ...], ...]:
    return grid.members[row * grid.columns : (row + 1) * grid.columns]


def _layout(material: Material, grid: Grid, across: Places, found: list[Slice]) -> Part:
    name = shown(material.view)
    paths = [axis.path for axis in material.experiment.axes]
    title = words.with_unit(words.words(grid.y.path, paths), grid.y.path, material.units) if grid.y else ""
    values = np.concatenate([line.values.ravel() for line in found]) if found else np.zeros(0)
    return {
        "xaxis": across.axis, "yaxis": value_axis(name, values, material.units, title_of(name, material)),
        "hovermode": "closest", "showlegend": True, "legend": style.legend(title if found else ""),
        "annotations": _notes(material, grid, found),
        "uirevision": f"{grid.x and grid.x.path} {name}",
        "margin": style.WITH_REMARK,
        "meta": {
            "kind": "slices", "x": grid.x.path if grid.x else None, "y": grid.y.path if grid.y else None,
            "series": name, "step": material.view.step, "rows": [line.row for line in found],
        },
    }  # fmt: skip


def _notes(material: Material, grid: Grid, found: list[Slice]) -> list[Part]:
    if not material.runs:
        return [style.note("No runs yet")]
    if grid.x is None:
        return [style.note("This experiment has no axis to slice along.")]
    if not found:
        return [style.note(f"No values of {words.series_words(shown(material.view))} yet.")]
    return [style.remark(f"{MOST} of {grid.rows:,} lines")] if grid.rows > MOST else []

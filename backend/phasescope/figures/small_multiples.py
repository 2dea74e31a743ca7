"""Small multiples: the phase diagram again for each value of a further axis, or for each seed, side by side."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses.cells import SEED, axes_of
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import style, words
from phasescope.figures.cell_axes import places
from phasescope.figures.cell_hover import hover
from phasescope.figures.cell_maps import heat_maps, legend, outlines
from phasescope.figures.cell_values import by_phase, colour_title, find, series_of, spread_of_colours
from phasescope.figures.colour_scale import ColourScale, colour_scale, phase_scale
from phasescope.figures.material import Material, Scope
from phasescope.figures.style import Part

MOST = 12  # diagrams; of more values so many are chosen evenly
WIDER = 1.4  # how much wider than high the panel is: three diagrams stand in a row, four in two
GAP = 0.05  # between two diagrams beside each other, as a share of the whole
ROW_GAP = 0.09  # between two above each other: the value of the lower one stands there
MARGIN: Part = {**style.WITH_REMARK, "t": 78}  # for the legend, the name of what differs, and its values
ABOVE_ALL: Part = {"yref": "container", "y": 0.995, "yanchor": "top"}
TEACHING = (
    "Nothing varies besides the two axes of the diagram.<br>"
    "A third axis, or several seeds, give one diagram for each of their values."
)


class SmallMultiples:
    """One heat map for each value of the first further axis that is not cut, else for each seed."""

    name = "small_multiples"
    title = "Small multiples"
    description = "The phase diagram once for each value of a further axis, or for each seed, as known at the clock."
    scope: Scope = "all"
    drawn_from = ("x", "y", "colour", "step", "runs", "rule", "over_seeds")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return series_of(experiment, view)

    def draw(self, material: Material) -> go.Figure:
        path, values = further(material)
        shown = [values[at] for at in _evenly(len(values))]
        whole = find(material)
        kinds = by_phase(material.view)
        if path is None or whole.waiting.all():
            shown = []
        spread = spread_of_colours(material, whole.values)
        scale = phase_scale(whole.phases) if kinds else colour_scale(colour_title(material), spread)
        data: list[Part] = legend(whole, kinds) if shown else []
        layout: Part = {} if shown else {"xaxis": {"visible": False}, "yaxis": {"visible": False}}
        name = words.words(path or SEED, [axis.path for axis in material.experiment.axes])
        notes = [*_notes(material, path, shown, len(values)), *([_differing(name)] if shown else [])]
        for place, value in enumerate(shown):
            parts, frame, note = _one(material, path or SEED, value, scale, place, len(shown))
            data, layout, notes = [*data, *parts], layout | frame, [*notes, note]
        return style.figure(
            data,
            {
                **layout, **scale.layout,
                "hovermode": "closest", "showlegend": True, "margin": MARGIN,
                "legend": {**style.LEGEND, **ABOVE_ALL, "itemclick": False, "itemdoubleclick": False},
                "uirevision": f"{material.view.x} {material.view.y} {path}",
                "annotations": notes,
                "meta": {
                    "kind": "small_multiples", "path": path, "step": material.view.step,
                    "values": [json.dumps(value) for value in shown], "colour": material.view.colour,
                    "titles": [f"{name} {words.number(value)}" for value in shown],
                },
            },
        )  # fmt: skip


def further(material: Material) -> tuple[str | None, list[Any]]:
    """The first path besides the two of the diagram along which the runs differ, and its values in order."""
    drawn = axes_of(material.experiment, material.view.x, material.view.y)
    for path in [*(axis.path for axis in material.experiment.axes), SEED]:
        values = {json.dumps(_setting(run, path)): _setting(run, path) for run in material.runs}
        if path not in drawn and len(values) > 1:
            return path, sorted(values.values(), key=_order)
    return None, []


def _setting(run: Run, path: str) -> Any:
    return run.seed if path == SEED else run.point.get(path)


def _order(value: Any) -> tuple[bool, Any]:
    """Numbers by size, before words by their letters."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return (False, value) if number else (True, json.dumps(value))


def _evenly(count: int) -> list[int]:
    chosen: list[int] = np.unique(np.linspace(0, count - 1, min(count, MOST)).round().astype(np.int64)).tolist()
    return chosen


def _one(
    material: Material, path: str, value: Any, scale: ColourScale, place: int, count: int
) -> tuple[list[Part], Part, Part]:
    """The traces of one diagram, its axes, and the words above it."""
    runs = tuple(run for run in material.runs if _setting(run, path) == value)
    part = replace(material, runs=runs, curves=material.curves.of([run.id for run in runs]))
    found = find(part)
    paths = [axis.path for axis in material.experiment.axes]
    titles = [
        words.with_unit(words.words(axis.path, paths), axis.path, material.units) if axis else ""
        for axis in (found.grid.x, found.grid.y)
    ]
    across, up = places(found.grid.x, titles[0]), places(found.grid.y, titles[1])
    traces = [
        *heat_maps(found, scale, {"x": across.edges, "y": up.edges}, hover(found, part)),
        *outlines(found.grid, across, up, material.view.runs),
    ]
    number = "" if place == 0 else str(place + 1)
    columns, rows = _raster(count)
    row, column = divmod(place, columns)
    wide, high = (1 - GAP) / columns, (1 - (rows - 1) * ROW_GAP) / rows
    left, bottom = column / columns, max(0.0, 1 - (row + 1) * high - row * ROW_GAP)
    last = place + columns >= count
    x_axis = {**across.axis, "domain": [left, left + wide], "anchor": f"y{number}"}
    y_axis = {**up.axis, "domain": [bottom, bottom + high], "anchor": f"x{number}"}
    layout = {
        f"xaxis{number}": x_axis if last else {**x_axis, "visible": False},
        f"yaxis{number}": y_axis if column == 0 else {**y_axis, "visible": False},
    }
    note: Part = {
        "text": words.number(value), "showarrow": False, "name": "value",
        "xref": "paper", "yref": "paper", "x": left, "y": bottom + high, "xanchor": "left", "yanchor": "bottom",
    }  # fmt: skip
    return [{**trace, "xaxis": f"x{number}", "yaxis": f"y{number}"} for trace in traces], layout, note


def _differing(name: str) -> Part:
    """What differs between the diagrams, once: over their values, which have little room where the screen is narrow."""
    return {
        "text": name, "showarrow": False, "name": "differing", "xref": "paper", "yref": "paper",
        "x": 0, "y": 1, "yshift": 16, "xanchor": "left", "yanchor": "bottom",
    }  # fmt: skip


def _raster(count: int) -> tuple[int, int]:
    columns = min(count, math.ceil(math.sqrt(count * WIDER)))
    return columns, math.ceil(count / columns)


def _notes(material: Material, path: str | None, shown: list[Any], count: int) -> list[Part]:
    if not material.runs:
        return [style.note("No runs yet")]
    if path is None:
        return [style.note(TEACHING)]
    if not shown:
        return [style.note("No values yet.<br>The first cells appear as soon as a worker has trained them.")]
    return [style.remark(f"{MOST} of {count:,} values")] if count > MOST else []

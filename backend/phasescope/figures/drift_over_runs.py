"""Drift of several runs together: for each layer the median over the runs, and a band around it.

As in `drift`, it is 1 - linear CKA on the probe inputs, to the first checkpoint and to the one before.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import lines, style, words
from phasescope.figures.band_lines import Look, band_lines
from phasescope.figures.drift import DOMAINS, INITIAL, POINTS, PREVIOUS, ROWS, layers_measured
from phasescope.figures.material import Material, Scope, selected
from phasescope.figures.style import Part

TEACHING = "Select runs to see how far<br>each of their layers has moved."


class DriftOverRuns:
    """One line and one band per layer: to the initial checkpoint, and below to the previous one."""

    name = "drift_over_runs"
    title = "Drift over runs"
    description = "How far each layer of the selected runs has moved: the median over the runs, and a band around it."
    scope: Scope = "selection"
    drawn_from = ("runs", "layer", "step_scale")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        layer = view.layer or "*"
        return (f"{INITIAL}.{layer}", f"{PREVIOUS}.{layer}")

    def draw(self, material: Material) -> go.Figure:
        own = {run.id: run for run in material.runs}
        runs = [own[number] for number in selected(material.view) if number in own]
        layers = layers_measured(material)
        colours = dict(zip(layers, style.layer_colours(len(layers)), strict=True))
        shown = {layer: colour for layer, colour in colours.items() if material.view.layer in (None, layer)}
        data = [part for layer, colour in shown.items() for part in _layer(material, runs, layer, colour, len(shown))]
        drawn = {trace["yaxis"] for trace in data}
        blank = [  # axes are only drawn where a trace belongs to them
            {**style.legend_entry("", mode="lines"), "yaxis": axis, "showlegend": False}
            for _, axis, _ in ROWS
            if axis not in drawn
        ]
        return style.figure([*data, *blank], _layout(material, runs, layers, drew=bool(data)))


def _layer(material: Material, runs: Sequence[Run], layer: str, colour: str, layers: int) -> list[Part]:
    """The two lines of a layer with their bands."""
    numbers = tuple(run.id for run in runs)
    parts: list[Part] = []
    for name, axis, _ in ROWS if runs else ():
        values = lines.drawn(material, runs, f"{name}.{layer}")
        look = Look(layer, layer, colour, f"<b>{layer}</b>", listed=axis == "y", axes=("x", axis), shade=0.1)
        parts += band_lines(values, material.curves.steps, look, POINTS // (6 * layers), numbers)
    return parts


def _layout(material: Material, runs: Sequence[Run], layers: Sequence[str], *, drew: bool) -> Part:
    view = material.view
    last = max(material.experiment.steps, int(material.curves.steps.max(initial=0)))
    layout: Part = {
        "xaxis": {**style.step_axis(view.step_scale, last), "anchor": ROWS[-1][1]},
        "shapes": [style.clock(view.step)], "annotations": [] if drew else [style.note(_reason(material, runs))],
        "hovermode": "closest", "showlegend": True, "uirevision": view.step_scale,
        "legend": style.legend(_title(runs)),
        "meta": {
            "kind": "drift_over_runs", "runs": [run.id for run in runs], "layers": list(layers), "layer": view.layer,
            "step": view.step, "step_scale": view.step_scale,
        },
    }  # fmt: skip
    for (_, axis, title), domain in zip(ROWS, DOMAINS[len(ROWS)], strict=True):
        layout[axis.replace("y", "yaxis")] = {
            "title": {"text": words.with_unit(title, f"{INITIAL}.", material.units).replace(" (", "<br>(")},
            "domain": domain, "automargin": True, "exponentformat": "power", "rangemode": "tozero", "anchor": "x",
            **({} if drew else {"range": [0, 1]}),
        }  # fmt: skip
    return layout


def _title(runs: Sequence[Run]) -> str:
    return f"median of {words.many(len(runs), 'run')}" if len(runs) > 1 else f"run {runs[0].id}" if runs else ""


def _reason(material: Material, runs: Sequence[Run]) -> str:
    """Why there is nothing to see."""
    if not runs:
        return TEACHING
    own = {run.id for run in runs}
    told = [text for (run, name), text in material.curves.undefined.items() if run in own and "drift" in name]
    return f"Drift is undefined: {told[0]}" if told else "No drift recorded yet for these runs."

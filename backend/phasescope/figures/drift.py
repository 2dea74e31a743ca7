"""Drift of one run: how far each layer's representation has moved from the first checkpoint and from the one before.

Drift is 1 - linear CKA (Kornblith et al. 2019, arXiv:1905.00414) on the probe inputs: 0 is no change up to rotation
and scale. Drift to the previous checkpoint depends on how far apart the checkpoints are.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses.bands import thin
from phasescope.core.curves import Floats
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import lines, style, words
from phasescope.figures.lines import Point
from phasescope.figures.material import Material, Scope
from phasescope.figures.style import Part

INITIAL, PREVIOUS = "drift_to_initial", "drift_to_previous"
ROWS = ((INITIAL, "y", "from start"), (PREVIOUS, "y2", "from previous"))
POINTS = 30_000  # of all lines together
TEACHING = "Select a run to see how far<br>each of its layers has moved."


class Drift:
    """One line per layer: to the initial checkpoint above, to the previous one below."""

    name = "drift"
    title = "Drift"
    description = "How far each layer's representation has moved, from the first checkpoint and from the one before."
    scope: Scope = "selection"
    drawn_from = ("run", "layer", "step_scale")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        layer = view.layer or "*"
        return (f"{INITIAL}.{layer}", f"{PREVIOUS}.{layer}")

    def draw(self, material: Material) -> go.Figure:
        run = shown_run(material)
        layers = layers_of(material)
        data: list[Part] = []
        ends: list[Point] = []
        gaps: dict[str, list[Point]] = {axis: [] for _, axis, _ in ROWS}
        for layer, colour in zip(layers, style.layer_colours(len(layers)), strict=True):
            for name, axis, _ in ROWS:
                if run is None or (material.view.layer and layer != material.view.layer):
                    continue
                series = f"{name}.{layer}"
                values = lines.drawn(material, [run], series)
                if not np.isfinite(values).any():
                    continue
                data.append(_line(material, values, layer, colour, axis, POINTS // (2 * len(layers))))
                ends += lines.end_points(material, run, values[0], colour) if axis == "y" else []
                gaps[axis] += lines.gap_points(material, run, series, values[0], colour)
        if not data:  # axes are only drawn where a trace belongs to them
            blank = [
                {**style.legend_entry("", mode="lines"), "yaxis": axis, "showlegend": False} for _, axis, _ in ROWS
            ]
            return style.figure(blank, _layout(material, run, layers, drew=False))
        marked = [
            mark for axis in gaps for mark in lines.marks(gaps[axis], name="undefined", symbol="x-thin", axis=axis)
        ]
        return style.figure([*data, *lines.end_marks(ends), *marked], _layout(material, run, layers, drew=True))


def shown_run(material: Material) -> Run | None:
    """The run of the view, else the first selected one that this experiment has."""
    own = {run.id: run for run in material.runs}
    view = material.view
    asked = (view.run, *view.runs) if view.run is not None else view.runs
    return next((own[run] for run in asked if run in own), None)


def layers_of(material: Material) -> list[str]:
    """Layers with a stored drift, in the order in which they were stored (that of the network)."""
    prefixes = [f"{name}." for name, _, _ in ROWS]
    found = [name.removeprefix(p) for p in prefixes for name in material.curves.values if name.startswith(p)]
    return list(dict.fromkeys(found))


def _line(material: Material, values: Floats, layer: str, colour: str, axis: str, budget: int) -> Part:
    kept = lines.inside(values)
    columns = np.arange(kept.start, kept.stop)[thin(values[:, kept], budget)]
    return {
        "type": "scatter", "mode": "lines", "name": layer, "legendgroup": layer, "showlegend": axis == "y",
        "x": material.curves.steps[columns].astype(np.float32), "y": values[0, columns].astype(np.float32),
        "xaxis": "x", "yaxis": axis, "line": {"color": colour, "width": 2},
        "hovertemplate": f"<b>{layer}</b> %{{y:.3g}} at step %{{x:,d}}<extra></extra>",
    }  # fmt: skip


def _layout(material: Material, run: Run | None, layers: list[str], *, drew: bool) -> Part:
    view = material.view
    last = max(material.experiment.steps, int(material.curves.steps.max(initial=0)))
    layout: Part = {
        "xaxis": {**style.step_axis(view.step_scale, last), "anchor": "y2"},
        "shapes": [style.clock(view.step)], "annotations": _notes(material, run, drew),
        "hovermode": "closest", "showlegend": True, "uirevision": f"{run.id if run else None} {view.step_scale}",
        "legend": style.legend(f"run {run.id}: {lines.point_words(material, run)}" if run else ""),
        "meta": {
            "kind": "drift", "run": run.id if run else None, "layers": layers, "layer": view.layer,
            "step": view.step, "steps": material.curves.steps.tolist(), "step_scale": view.step_scale,
        },
    }  # fmt: skip
    for (name, axis, title), domain in zip(ROWS, ([0.55, 1.0], [0.0, 0.45]), strict=True):
        layout[axis.replace("y", "yaxis")] = {
            "title": {"text": words.with_unit(title, f"{name}.", material.units).replace(" (", "<br>(")},
            "domain": domain, "automargin": True, "exponentformat": "power", "rangemode": "tozero", "anchor": "x",
            **({} if drew else {"range": [0, 1]}),
        }  # fmt: skip
    return layout


def _notes(material: Material, run: Run | None, drew: bool) -> list[Part]:
    if drew:
        return []
    if run is None:
        return [style.note(TEACHING)]
    reasons = [
        text for (number, name), text in material.curves.undefined.items() if number == run.id and "drift" in name
    ]
    return [style.note(f"Drift is undefined: {reasons[0]}" if reasons else f"No drift recorded yet for run {run.id}.")]

"""Drift between any two checkpoints of a run, for each layer: blocks along the diagonal are phases of training."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses.similarity import WAYS, among
from phasescope.core.arrays import KeptArray
from phasescope.core.estimators import Estimator
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import kept_arrays, style
from phasescope.figures.estimator_axis import colour_axis, drift_label, gaps
from phasescope.figures.kept_arrays import REPRESENTATIONS
from phasescope.figures.material import Material, Scope, Wanted
from phasescope.figures.style import Part

MOST_LAYERS = 6
MOST_CHECKPOINTS = 60
TEACHING = "Select a run to see how far its layers<br>have moved between any two checkpoints."


class DriftMatrix:
    """One heat map per layer, checkpoint by checkpoint: 1 − CKA or another estimator, 0 where nothing has changed."""

    name = "drift_matrix"
    title = "Drift between checkpoints"
    description = "How far each layer's representation has moved between any two kept checkpoints of a run."
    scope: Scope = "selection"
    drawn_from = ("run", "layer", "estimator", "step_scale")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return ()

    def wants(self, view: View) -> Wanted:
        return Wanted((f"{REPRESENTATIONS}.{view.layer or '*'}",), kept_arrays.in_turn(view)[:1])

    def draw(self, material: Material) -> go.Figure:
        run = kept_arrays.shown(material)
        view = material.view
        found = kept_arrays.representations(material, run)
        layers = [layer for layer in found if layer == view.layer or not view.layer][:MOST_LAYERS]
        data: list[Part] = []
        layout: Part = {}
        annotations: list[Part] = []
        drifts: list[NDArray[np.float64]] = []
        for number, layer in enumerate(layers):
            steps, drift = drift_of(found[layer], view.estimator)
            drifts.append(drift)
            data.append(_map(steps, drift, number, layer, view.step_scale))
            layout |= _axes(number, len(layers), steps, view.step_scale)
            annotations.append(_title(number, layer))
        drew = any(np.isfinite(drift).any() for drift in drifts)
        annotations = [*annotations, *gaps(drifts, view.estimator)] if drew else gaps(drifts, view.estimator)
        if not drew:
            data, layout = [_blank()], _axes(0, 1, np.array([1, 10]), view.step_scale)
            runs = [run] if run else []
            why = kept_arrays.missing(material, REPRESENTATIONS, runs, TEACHING)
            annotations = annotations or [style.note(why)]
        way = WAYS[view.estimator]
        scale = colour_axis(drifts, f"drift ({drift_label(way)})", way.most, shown=drew)
        return style.figure(data, {
            **layout, "annotations": annotations, "hovermode": "closest", "showlegend": False,
            "coloraxis": scale, "margin": style.WITH_REMARK,
            "uirevision": f"{run.id if run else None} {view.step_scale}",
            "meta": {"kind": self.name, "run": run.id if run else None, "layers": layers, "layer": view.layer,
                     "estimator": view.estimator},
        })  # fmt: skip


def drift_of(kept: list[KeptArray], estimator: Estimator) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(C,) kept checkpoints, evenly thinned where there are many, and (C, C) drift between them."""
    places = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), MOST_CHECKPOINTS)).round().astype(np.int64))
    some = [kept[place] for place in places]
    found = among([array.values for array in some], estimator)
    return np.array([array.step for array in some], dtype=np.int64), found if WAYS[estimator].distance else 1 - found


def _axis(number: int, letter: str) -> str:
    return letter if number == 0 else f"{letter}{number + 1}"


def _map(steps: NDArray[np.int64], drift: NDArray[np.float64], number: int, layer: str, scale: str) -> Part:
    ends = kept_arrays.edges(steps, scale).astype(np.float32)
    names = [f"{step:,}" for step in steps.tolist()]
    return {
        "type": "heatmap", "z": kept_arrays.shortened(drift), "x": ends, "y": ends, "coloraxis": "coloraxis",
        "xaxis": _axis(number, "x"), "yaxis": _axis(number, "y"), "name": layer, "hoverongaps": False,
        "text": [[f"steps {one} and {other}" for one in names] for other in names],
        "hovertemplate": f"<b>{layer}</b><br>%{{text}}<br>drift %{{z:.3f}}<extra></extra>",
    }  # fmt: skip


def _axes(number: int, count: int, steps: NDArray[np.int64], scale: str) -> Part:
    across = min(count, 2 if count <= 4 else 3)
    down = -(-count // across)
    column, row = number % across, number // across
    gap = 0.34 / across if across > 1 else 0.0
    width = (1 - gap * (across - 1)) / across
    height = 0.94 if down == 1 else 0.94 / down - 0.14
    left, bottom = column * (width + gap), (0.94 - height) * (down - 1 - row) / max(1, down - 1)
    ends = kept_arrays.edges(steps, scale)
    low, high = (np.log10(ends[[0, -1]]) if scale == "log" else ends[[0, -1]]).tolist()
    shared: Part = {
        "title": {"text": "step", "standoff": 0}, "automargin": True, "zeroline": False, "type": scale,
        "range": [low, high], **({"dtick": 1, "exponentformat": "power"} if scale == "log" else {}),
    }  # fmt: skip
    x, y = _axis(number, "x"), _axis(number, "y")
    return {
        x.replace("x", "xaxis"): {**shared, "domain": [left, left + width], "anchor": y},
        y.replace("y", "yaxis"): {**shared, "domain": [bottom, bottom + height], "anchor": x},
    }


def _title(number: int, layer: str) -> Part:
    return {
        "text": layer, "showarrow": False, "name": "layer", "x": 0.5, "y": 1, "xref": f"{_axis(number, 'x')} domain",
        "yref": f"{_axis(number, 'y')} domain", "xanchor": "center", "yanchor": "bottom",
    }  # fmt: skip


def _blank() -> Part:
    return {**style.legend_entry("", mode="lines"), "showlegend": False}

"""The representation of one layer in two dimensions, as a film: a frame for each checkpoint at which it was kept.

Each frame shows the first two principal components of the layer on the probe examples, turned so that points move least
from frame to frame; the axes stay the same through the whole film.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses.aligned_frames import Frame, frames
from phasescope.analyses.run_numbers import EVENT_SERIES
from phasescope.core.arrays import KeptArray
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import filmed, kept_arrays, style
from phasescope.figures.kept_arrays import REPRESENTATIONS
from phasescope.figures.material import Material, Scope, Wanted
from phasescope.figures.own_drop import own_drop
from phasescope.figures.style import Part

TEACHING = "Select a run to see what its layers<br>make of the examples, step by step."


class RepresentationFilm:
    """One point per probe example; the clock picks the frame."""

    name = "representation_film"
    title = "Representation"
    description = "The probe examples as one layer of a run sees them at the clock: principal components, aligned."
    scope: Scope = "selection"
    drawn_from = ("run", "layer")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return (EVENT_SERIES,)

    def wants(self, view: View) -> Wanted:
        return Wanted((f"{REPRESENTATIONS}.{view.layer or '*'}",), kept_arrays.in_turn(view)[:1])

    def draw(self, material: Material) -> go.Figure:
        run = kept_arrays.shown(material)
        layers = kept_arrays.representations(material, run)
        layer = material.view.layer if material.view.layer in layers else next(iter(layers), None)
        kept = layers[layer] if layer else []
        if layer is None or run is None or not kept:
            runs = [run] if run else []
            note = style.note(kept_arrays.missing(material, REPRESENTATIONS, runs, TEACHING))
            blank = {**style.legend_entry("", mode="markers"), "showlegend": False}
            return style.figure([blank], _layout(material, run, [], [note], 1.0))
        film = frames([array.values for array in kept])
        size = 1.05 * max(float(np.abs(each.points).max(initial=0.0)) for each in film) or 1.0
        about = f"{layer} of run {run.id}"
        pictures = [
            filmed.frame(kept[place].step, _places(film[place].points), [_caption(about, kept[place], film[place])])
            for place in filmed.spread(len(kept), film[0].points.size)
        ]
        last = _points(kept[-1], film[-1].points, layer)
        return style.figure([last], _layout(material, run, kept, [_caption(about, kept[-1], film[-1])], size), pictures)


def _caption(about: str, array: KeptArray, shown: Frame) -> Part:
    share = shown.explained
    held = f"{100 * share:.0f} % of the variance" if np.isfinite(share) else "nothing varies"
    return kept_arrays.caption([f"{about} at step {array.step:,}", held])


def _places(points: np.ndarray) -> Part:
    return {
        "type": "scatter", "x": kept_arrays.shortened(points[:, 0]), "y": kept_arrays.shortened(points[:, 1]),
    }  # fmt: skip


def _points(array: KeptArray, points: np.ndarray, layer: str) -> Part:
    labels: Any = array.kind.about.get("labels")
    inputs: Any = array.kind.about.get("inputs")
    named = [f"example {number + 1}" for number in range(len(points))]
    if inputs is not None:
        named = [", ".join(str(token) for token in tokens) for tokens in inputs]
    if labels is not None:
        named = [f"{name} → {label}" for name, label in zip(named, labels, strict=True)]
    colours = [[place / (len(style.SEQUENTIAL) - 1), colour] for place, colour in enumerate(style.SEQUENTIAL)]
    marker: Part = {"size": 9, "color": style.NEUTRAL, "line": {"width": 1, "color": style.NEUTRAL}}
    if labels is not None:
        bar = {"title": {"text": "label", "side": "right"}, "thickness": 12, "outlinewidth": 0}
        marker |= {"color": labels, "colorscale": colours, "colorbar": bar}
    return {
        **_places(points), "mode": "markers", "name": layer, "marker": marker, "text": named, "showlegend": False,
        "hovertemplate": "%{text}<br>(%{x:.3g}, %{y:.3g})<extra></extra>",
    }  # fmt: skip


def _layout(material: Material, run: Run | None, kept: list[KeptArray], notes: list[Part], size: float) -> Part:
    view = material.view
    axis: Part = {"automargin": True, "zeroline": False, "range": [-size, size]}
    return {
        "xaxis": {**axis, "title": {"text": "first principal component"}},
        "yaxis": {**axis, "title": {"text": "second principal component"}},
        "annotations": notes, "hovermode": "closest", "margin": {"l": 56, "r": 16, "t": 44, "b": 48},
        "uirevision": f"{run.id if run else None} {view.layer}",
        "meta": {
            "kind": "representation_film", "run": run.id if run else None, "layer": view.layer, "step": view.step,
            "steps": [array.step for array in kept], "drop_step": own_drop(material, run),
        },
    }  # fmt: skip

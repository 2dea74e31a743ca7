"""Spectra of one run over training: the largest singular values of its weight matrices, and their effective ranks."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses.bands import thin
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import lines, style, words
from phasescope.figures.kept_arrays import shown
from phasescope.figures.material import Material, Scope
from phasescope.figures.style import Part
from phasescope.figures.value_axis import value_axis

VALUES, RANK = "singular_value_", "effective_rank."
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
POINTS = 24_000  # of all lines together
MOST = 8  # matrices
TEACHING = "Select a run to see the spectra of its weights."
NOT_MEASURED = "No spectra were recorded:<br>give the experiment the measure weight_spectrum."


class Spectra:
    """Above, singular values, the largest solid; below, effective ranks. A matrix has one colour."""

    name = "spectra"
    title = "Spectra"
    description = "The largest singular values of each weight matrix of a run over training, and their effective ranks."
    scope: Scope = "selection"
    drawn_from = ("run", "layer", "step_scale")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return (f"{VALUES}*", f"{RANK}*")

    def draw(self, material: Material) -> go.Figure:
        run = shown(material)
        matrices = shown_matrices(material)
        data: list[Part] = []
        colours = dict(zip(matrices, style.layer_colours(len(matrices)), strict=True))
        budget = POINTS // max(1, 4 * len(matrices))
        names = [name for prefix in (VALUES, RANK) for name in material.curves.values if name.startswith(prefix)]
        for name in names:
            kind, _, matrix = name.partition(".")
            if run is not None and matrix in colours:
                rank = name.startswith(RANK)
                order = 0 if rank else int(kind.removeprefix(VALUES)) - 1
                data += _line(material, run, name, colours[matrix], order, budget, axis="y2" if rank else "y")
        marks = [mark for axis in ("y", "y2") for mark in _blank(data, axis)]
        return style.figure([*data, *marks], _layout(material, run, matrices, drew=bool(data)))


def shown_matrices(material: Material) -> list[str]:
    """Matrices with a stored spectrum, in the order of the network; those of the layer that is looked at, if it has."""
    names = [name.partition(".")[2] for name in material.curves.values if name.startswith((VALUES, RANK))]
    found = list(dict.fromkeys(names))
    layer = material.view.layer
    own = [matrix for matrix in found if layer is not None and (matrix == layer or matrix.startswith(f"{layer}."))]
    return (own or found)[:MOST]


def _line(material: Material, run: Run, name: str, colour: str, order: int, budget: int, *, axis: str) -> list[Part]:
    values = lines.drawn(material, [run], name)
    if not np.isfinite(values).any():
        return []
    kept = lines.inside(values)
    columns = np.arange(kept.start, kept.stop)[thin(values[:, kept], budget)]
    matrix = name.partition(".")[2]
    return [
        {
            "type": "scatter", "mode": "lines", "name": matrix, "legendgroup": matrix, "yaxis": axis,
            "showlegend": axis == "y" and order == 0, "x": material.curves.steps[columns].astype(np.float32),
            "y": values[0, columns].astype(np.float32),
            "line": {"color": colour, "width": 2 if order == 0 else 1.5, "dash": DASHES[order % len(DASHES)]},
            "hovertemplate": f"<b>{words.series_words(name)}</b><br>%{{y:.4g}} at step %{{x:,d}}<extra></extra>",
        }
    ]  # fmt: skip


def _blank(data: list[Part], axis: str) -> list[Part]:
    """Axes are only drawn where a trace belongs to them."""
    if any(trace["yaxis"] == axis for trace in data):
        return []
    return [{**style.legend_entry("", mode="lines"), "yaxis": axis, "showlegend": False}]


def _layout(material: Material, run: Run | None, matrices: list[str], *, drew: bool) -> Part:
    view = material.view
    steps = style.step_axis(view.step_scale, max(material.experiment.steps, int(material.curves.steps.max(initial=0))))
    known = [material.series(name) for name in material.curves.values if name.startswith(VALUES)]
    shown = np.concatenate([values.ravel() for values in known]) if known and drew else np.zeros(0)
    above = value_axis("singular values", shown, {})
    return {
        "xaxis": {**steps, "anchor": "y2"}, "yaxis": {**above, "domain": [0.46, 1]},
        "yaxis2": {
            "title": {"text": "effective rank (dimensions)"}, "domain": [0, 0.38], "automargin": True,
            "zeroline": False, "rangemode": "tozero", **({} if drew else {"range": [0, 1]}),
        },
        "shapes": [style.clock(view.step)], "annotations": _notes(run, known=bool(known), drew=drew),
        "hovermode": "closest", "showlegend": True, "legend": style.legend("solid first, dashed second, dotted third")
        if drew else style.LEGEND, "uirevision": f"spectra {view.step_scale}",
        "meta": {
            "kind": "spectra", "run": run.id if run else None, "matrices": matrices if drew else [],
            "step": view.step, "step_scale": view.step_scale, "steps": material.curves.steps.tolist(),
        },
    }  # fmt: skip


def _notes(run: Run | None, *, known: bool, drew: bool) -> list[Part]:
    if drew:
        return []
    return [style.note(TEACHING if run is None else "No spectra recorded yet." if known else NOT_MEASURED)]

"""How alike the layers of two runs are at the clock; of one run, its layers among each other."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses.similarity import WAYS, check_comparable, similarities
from phasescope.core.arrays import KeptArray
from phasescope.core.errors import NotComparable
from phasescope.core.estimators import Estimator
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import kept_arrays, lines, style
from phasescope.figures.estimator_axis import colour_axis, gaps
from phasescope.figures.kept_arrays import REPRESENTATIONS
from phasescope.figures.material import Material, Scope, Wanted
from phasescope.figures.style import Part

WRITTEN = 12  # layers up to which the values are written into the cells
TEACHING = "Select a run to compare its layers,<br>or two to compare them with each other."


class Similarity:
    """Layers by layers: linear CKA without bias, or another estimator."""

    name = "similarity"
    title = "Similarity of layers"
    description = "CKA, or another estimator, between the layers of two selected runs, or of one, at the clock."
    scope: Scope = "selection"
    drawn_from = ("run", "runs", "step", "estimator")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return ()

    def wants(self, view: View) -> Wanted:
        return Wanted((f"{REPRESENTATIONS}.*",), kept_arrays.in_turn(view)[:2])

    def draw(self, material: Material) -> go.Figure:
        own = {run.id: run for run in material.runs}
        pair = [own[run] for run in kept_arrays.in_turn(material.view) if run in own][:2]
        one, other = (pair[0], pair[-1]) if pair else (None, None)
        across, up = (_layers(material, run) for run in (one, other))
        estimator = material.view.estimator
        way = WAYS[estimator]
        values, note = _values(across, up, estimator)
        drawn = [] if values is None else [_map(values, across, up, way.label)]
        if note is None and not drawn:
            note = kept_arrays.missing(material, REPRESENTATIONS, pair, TEACHING)
        found = [] if values is None else [values]
        axis: Part = {"type": "category", "automargin": True}
        return style.figure(drawn or [{**style.legend_entry("", mode="lines"), "showlegend": False}], {
            "xaxis": {**axis, "title": {"text": _title(material, one, across)}},
            "yaxis": {**axis, "title": {"text": _title(material, other, up)}},
            "coloraxis": colour_axis(found, way.label, way.most, shown=bool(drawn)), "margin": style.WITH_REMARK,
            "annotations": [style.note(note)] if note else gaps(found, estimator),
            "hovermode": "closest", "showlegend": False,
            "uirevision": str([run.id for run in pair]),
            "meta": {"kind": self.name, "runs": [run.id for run in pair], "step": material.view.step,
                     "estimator": estimator},
        })  # fmt: skip


def _layers(material: Material, run: Run | None) -> dict[str, KeptArray]:
    """The representations of a run at the clock, by layer."""
    kept = kept_arrays.representations(material, run)
    found = {layer: kept_arrays.at(arrays, material.view.step) for layer, arrays in kept.items()}
    return {layer: array for layer, array in found.items() if array is not None}


def _values(
    across: dict[str, KeptArray], up: dict[str, KeptArray], estimator: Estimator
) -> tuple[NDArray[np.float64] | None, str | None]:
    """How alike each layer is to each, or why there is no telling."""
    if not across or not up:
        return None, None
    try:
        for one in across.values():
            for other in up.values():
                check_comparable(one.kind, other.kind)
    except NotComparable as error:
        return None, str(error).replace(": ", ":<br>", 1)
    rows, columns = ([array.values for array in some.values()] for some in (up, across))
    return similarities(rows, columns, estimator), None


def _map(values: NDArray[np.float64], across: dict[str, KeptArray], up: dict[str, KeptArray], label: str) -> Part:
    few = max(values.shape) <= WRITTEN
    return {
        "type": "heatmap", "z": kept_arrays.shortened(values), "x": list(across), "y": list(up),
        "coloraxis": "coloraxis", "xgap": 1, "ygap": 1, "hoverongaps": False,
        **({"texttemplate": "%{z:.2f}"} if few else {}),
        "hovertemplate": f"%{{x}} and %{{y}}<br>{label} %{{z:.3f}}<extra></extra>",
    }  # fmt: skip


def _title(material: Material, run: Run | None, layers: dict[str, KeptArray]) -> str:
    if run is None:
        return "layer"
    step = next(iter(layers.values())).step if layers else 0
    at = f" at step {step:,}" if layers else ""
    return f"layer of run {run.id} ({lines.point_words(material, run)}){at}"

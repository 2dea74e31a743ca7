"""How alike the layers of two runs are at the clock; of one run, its layers among each other."""

from __future__ import annotations

import plotly.graph_objects as go

from phasescope.analyses.similarity import check_comparable, similarities
from phasescope.core.arrays import KeptArray
from phasescope.core.errors import NotComparable
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import kept_arrays, lines, style
from phasescope.figures.kept_arrays import REPRESENTATIONS
from phasescope.figures.material import Material, Scope, Wanted
from phasescope.figures.style import Part

WRITTEN = 12  # layers up to which the values are written into the cells
TEACHING = "Select a run to compare its layers,<br>or two to compare them with each other."


class Similarity:
    """Layers by layers: linear CKA without bias."""

    name = "similarity"
    title = "Similarity of layers"
    description = "Linear CKA between the layers of two selected runs, or of one, at the clock."
    scope: Scope = "selection"
    drawn_from = ("run", "runs", "step")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return ()

    def wants(self, view: View) -> Wanted:
        return Wanted((f"{REPRESENTATIONS}.*",), kept_arrays.in_turn(view)[:2])

    def draw(self, material: Material) -> go.Figure:
        own = {run.id: run for run in material.runs}
        pair = [own[run] for run in kept_arrays.in_turn(material.view) if run in own][:2]
        one, other = (pair[0], pair[-1]) if pair else (None, None)
        across, up = (_layers(material, run) for run in (one, other))
        drawn, note = _map(across, up)
        if note is None and not drawn:
            note = kept_arrays.missing(material, REPRESENTATIONS, pair, TEACHING)
        colours = [[place / (len(style.SEQUENTIAL) - 1), colour] for place, colour in enumerate(style.SEQUENTIAL)]
        bar: Part = {"title": {"text": "CKA", "side": "right"}, "thickness": 12, "outlinewidth": 0}
        axis: Part = {"type": "category", "automargin": True}
        return style.figure(drawn or [{**style.legend_entry("", mode="lines"), "showlegend": False}], {
            "xaxis": {**axis, "title": {"text": _title(material, one, across)}},
            "yaxis": {**axis, "title": {"text": _title(material, other, up)}},
            "coloraxis": {
                "colorscale": colours, "cmin": 0, "cmax": 1, "colorbar": bar, "showscale": bool(drawn),
            },
            "annotations": [style.note(note)] if note else [], "hovermode": "closest", "showlegend": False,
            "uirevision": str([run.id for run in pair]),
            "meta": {"kind": self.name, "runs": [run.id for run in pair], "step": material.view.step},
        })  # fmt: skip


def _layers(material: Material, run: Run | None) -> dict[str, KeptArray]:
    """The representations of a run at the clock, by layer."""
    kept = kept_arrays.representations(material, run)
    found = {layer: kept_arrays.at(arrays, material.view.step) for layer, arrays in kept.items()}
    return {layer: array for layer, array in found.items() if array is not None}


def _map(across: dict[str, KeptArray], up: dict[str, KeptArray]) -> tuple[list[Part], str | None]:
    """The heat map, or why there is none."""
    if not across or not up:
        return [], None
    try:
        for one in across.values():
            for other in up.values():
                check_comparable(one.kind, other.kind)
    except NotComparable as error:
        return [], str(error).replace(": ", ":<br>", 1)
    found = similarities([array.values for array in up.values()], [array.values for array in across.values()])
    few = max(found.shape) <= WRITTEN
    return [
        {
            "type": "heatmap", "z": kept_arrays.shortened(found), "x": list(across), "y": list(up),
            "coloraxis": "coloraxis", "xgap": 1, "ygap": 1, "hoverongaps": False,
            **({"texttemplate": "%{z:.2f}"} if few else {}),
            "hovertemplate": "%{x} and %{y}<br>CKA %{z:.3f}<extra></extra>",
        }
    ], None  # fmt: skip


def _title(material: Material, run: Run | None, layers: dict[str, KeptArray]) -> str:
    if run is None:
        return "layer"
    step = next(iter(layers.values())).step if layers else 0
    at = f" at step {step:,}" if layers else ""
    return f"layer of run {run.id} ({lines.point_words(material, run)}){at}"

"""How alike the layers of two runs are at the clock; of one run, its layers among each other."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import filmed, kept_arrays, layer_similarity, lines, style
from phasescope.figures.kept_arrays import REPRESENTATIONS, Kept
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
    drawn_from = ("run", "runs")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return ()

    def wants(self, view: View) -> Wanted:
        return Wanted((f"{REPRESENTATIONS}.*",), kept_arrays.in_turn(view)[:2])

    def draw(self, material: Material) -> go.Figure:
        own = {run.id: run for run in material.runs}
        pair = [own[run] for run in kept_arrays.in_turn(material.view) if run in own][:2]
        one, other = (pair[0], pair[-1]) if pair else (None, None)
        across, up = (kept_arrays.representations(material, run) for run in (one, other))
        note = _problem(material, pair, across, up)
        film = _film(across, up) if note is None else []
        pictures = [filmed.frame(step, {"type": "heatmap", "z": trace["z"]}, [_caption(step)]) for step, trace in film]
        axis: Part = {"type": "category", "automargin": True}
        layout: Part = {
            "xaxis": {**axis, "title": {"text": _title(material, one)}},
            "yaxis": {**axis, "title": {"text": _title(material, other)}},
            "coloraxis": layer_similarity.colours(shown=bool(film)),
            "annotations": [_caption(film[-1][0]) if film else style.note(note or "")],
            "hovermode": "closest", "showlegend": False, "uirevision": str([run.id for run in pair]),
            "meta": {"kind": self.name, "runs": [run.id for run in pair], "step": material.view.step},
        }  # fmt: skip
        return style.figure([film[-1][1]] if film else [_blank()], layout, pictures)


def _problem(material: Material, pair: Sequence[Run], across: Kept, up: Kept) -> str | None:
    """Why there is nothing to draw."""
    if not across or not up:
        return kept_arrays.missing(material, REPRESENTATIONS, pair, TEACHING)
    reason = layer_similarity.reason_against(list(across.values()), list(up.values()))
    return None if reason is None else reason.replace(": ", ":<br>", 1)


def _film(across: Kept, up: Kept) -> list[tuple[int, Part]]:
    """The heat map at each step."""
    layers = [*up.values(), *across.values()]
    steps = layer_similarity.steps_of(layers)
    found = layer_similarity.matrices(list(up.values()), list(across.values()), steps)
    few = max(len(across), len(up)) <= WRITTEN
    return [
        (step, {
            **layer_similarity.heat_map(values), "x": list(across), "y": list(up), "coloraxis": "coloraxis",
            "xgap": 1, "ygap": 1, "hoverongaps": False, **({"texttemplate": "%{z:.2f}"} if few else {}),
            "hovertemplate": "%{x} and %{y}<br>CKA %{z:.3f}<extra></extra>",
        }) for step, values in zip(steps, found, strict=True)
    ]  # fmt: skip


def _blank() -> Part:
    return {**style.legend_entry("", mode="lines"), "showlegend": False}


def _caption(step: int) -> Part:
    return kept_arrays.caption([f"at step {step:,}"])


def _title(material: Material, run: Run | None) -> str:
    return "layer" if run is None else f"layer of run {run.id} ({lines.point_words(material, run)})"

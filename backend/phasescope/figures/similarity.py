"""How alike the layers of two runs are at each kept step; of one run, its layers among each other. The clock picks."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from phasescope.analyses.similarity import WAYS
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import filmed, kept_arrays, layer_similarity, lines, style
from phasescope.figures.estimator_axis import colour_axis, gaps
from phasescope.figures.kept_arrays import REPRESENTATIONS, Kept
from phasescope.figures.layer_similarity import Floats
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
    drawn_from = ("run", "runs", "estimator")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return ()

    def wants(self, view: View) -> Wanted:
        return Wanted((f"{REPRESENTATIONS}.*",), kept_arrays.in_turn(view)[:2])

    def draw(self, material: Material) -> go.Figure:
        own = {run.id: run for run in material.runs}
        pair = [own[run] for run in kept_arrays.in_turn(material.view) if run in own][:2]
        one, other = (pair[0], pair[-1]) if pair else (None, None)
        across = kept_arrays.representations(material, one)
        up = across if other is one else kept_arrays.representations(material, other)
        estimator = material.view.estimator
        way = WAYS[estimator]
        steps, values, note = _film(material, across, up)
        if note is None and not values:
            note = kept_arrays.missing(material, REPRESENTATIONS, pair, TEACHING)
        about = _about(across, up, len(steps))
        shown = [[_caption(step, about), *gaps([found], estimator)] for step, found in zip(steps, values, strict=True)]
        pictures = [
            filmed.frame(step, layer_similarity.heat_map(found), words)
            for step, found, words in zip(steps, values, shown, strict=True)
        ]
        axis: Part = {"type": "category", "automargin": True}
        drawn = [_map(values[-1], across, up, way.label)] if values else []
        return style.figure(drawn or [{**style.legend_entry("", mode="lines"), "showlegend": False}], {
            "xaxis": {**axis, "title": {"text": _title(material, one)}},
            "yaxis": {**axis, "title": {"text": _title(material, other)}},
            "coloraxis": colour_axis(values, way.label, way.most, shown=bool(drawn)),
            "margin": {**style.WITH_REMARK, "t": 24 + 18 * (1 + len(about))},
            "annotations": [style.note(note)] if note else shown[-1],
            "hovermode": "closest", "showlegend": False,
            "uirevision": str([run.id for run in pair]),
            "meta": {"kind": self.name, "runs": [run.id for run in pair], "step": material.view.step,
                     "estimator": estimator},
        }, pictures)  # fmt: skip


def _film(material: Material, across: Kept, up: Kept) -> tuple[list[int], list[Floats], str | None]:
    """The steps, how alike each layer is to each at them, or why there is no telling."""
    ones, others = list(up.values()), list(across.values())
    if not ones or not others:
        return [], [], None
    reason = layer_similarity.reason_against(ones, others)
    if reason is not None:
        return [], [], reason.replace(": ", ":<br>", 1)
    estimator = material.view.estimator
    layers = ones if up is across else [*ones, *others]
    steps = layer_similarity.steps_of(layers, len(ones) * len(others), estimator)
    return steps, list(layer_similarity.film(ones, ones if up is across else others, steps, estimator)), None


def _map(values: Floats, across: Kept, up: Kept, label: str) -> Part:
    few = max(values.shape) <= WRITTEN
    return {
        **layer_similarity.heat_map(values), "x": list(across), "y": list(up),
        "coloraxis": "coloraxis", "xgap": 1, "ygap": 1, "hoverongaps": False,
        **({"texttemplate": "%{z:.2f}"} if few else {}),
        "hovertemplate": f"%{{x}} and %{{y}}<br>{label} %{{z:.3f}}<extra></extra>",
    }  # fmt: skip


def _caption(step: int, about: Sequence[str]) -> Part:
    return kept_arrays.caption([f"at step {step:,}", *about])


def _about(across: Kept, up: Kept, shown: int) -> list[str]:
    """What the film leaves out."""
    kept = len(layer_similarity.steps_kept([*across.values(), *up.values()]))
    return [f"{shown} of {kept} kept steps"] if 0 < shown < kept else []


def _title(material: Material, run: Run | None) -> str:
    return "layer" if run is None else f"layer of run {run.id} ({lines.point_words(material, run)})"

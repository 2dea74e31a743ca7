"""Spec difference: what the selected runs do not have in common, as a table."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses import phases
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import style, words
from phasescope.figures.cell_values import rows_of
from phasescope.figures.material import Material, Scope, rule_of, selected
from phasescope.figures.style import Part

MOST = style.RUN_COLOURS
TEACHING = "Select runs to see in what they differ."
SHADES = [[0, "#868e9611"], [1, "#868e9677"]]  # text of the page's colour is read on all of them
BASE = "experiment"


class SpecDifference:
    """A row for each run, a column for each setting in which they differ; equal values have the same shade."""

    name = "spec_difference"
    title = "Spec difference"
    description = "The settings in which the selected runs differ from each other and from the experiment's own."
    scope: Scope = "selection"
    drawn_from = ("runs", "step", "rule")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return rule_of(experiment, view).series()

    def draw(self, material: Material) -> go.Figure:
        own = {run.id: run for run in material.runs}
        runs = [own[run] for run in selected(material.view) if run in own]
        rows = table(material, runs[:MOST])
        columns = [BASE, *(f"run {run.id}" for run in runs[:MOST])]
        return style.figure(_cells(rows, columns, runs[:MOST]), _layout(material, rows, columns, len(runs)))


def table(material: Material, runs: list[Run]) -> dict[str, list[Any]]:
    """Rows by name: the experiment's own value (None where it has none), then that of each run.

    Settings that all have in common are left out; seed, state, step and phase are always there.
    """
    if not runs:
        return {}
    spec = material.experiment
    paths = list(dict.fromkeys(path for run in runs for path in run.point))
    settings = {words.words(path, paths): [_base(spec, path), *(run.point.get(path) for run in runs)] for path in paths}
    codes = np.append(phases.label(material.curves, material.rule, material.view.step), phases.UNKNOWN)
    phase = codes[rows_of(material.curves, [run.id for run in runs])].tolist()
    always: dict[str, list[Any]] = {
        "seed": [None, *(run.seed for run in runs)],
        "state": [None, *(str(run.state) for run in runs)],
        "step": [spec.steps, *(run.step for run in runs)],
        "phase": [None, *(phases.names_of(material.rule)[code] if code >= 0 else None for code in phase)],
    }
    return {name: values for name, values in settings.items() if len(set(map(_key, values))) > 1} | always


def _base(spec: ExperimentSpec, path: str) -> Any:
    """The value that the experiment's own spec has at a path."""
    root, _, field = path.partition(".")
    part = getattr(spec, root, None)
    return part.get(field) if field and isinstance(part, dict) else part


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _text(value: Any) -> str:
    if value is None:
        return "–"
    text = words.number(value) if not isinstance(value, dict) else str(value.get("name", value))
    return text if len(text) <= 24 else text[:23] + "…"


def _cells(rows: dict[str, list[Any]], columns: list[str], runs: list[Run]) -> list[Part]:
    if not rows:
        return [{**style.legend_entry("", mode="lines"), "showlegend": False}]
    shade = [_shades(values) for values in rows.values()]
    text = [[_text(value) for value in values] for values in rows.values()]
    members = [[ids] * len(rows) for ids in (None, *([run.id] for run in runs))]
    return [
        {
            "type": "heatmap", "name": "table", "x": list(rows), "y": columns, "z": np.array(shade, dtype=np.float32).T,
            "text": list(map(list, zip(*text, strict=True))),
            "texttemplate": "%{text}", "customdata": members, "colorscale": SHADES, "zmin": 0, "zmax": 1,
            "showscale": False, "xgap": 2, "ygap": 2, "hovertemplate": "%{y}<br>%{x}: %{text}<extra></extra>",
        }
    ]  # fmt: skip


def _shades(values: list[Any]) -> list[float]:
    """From 0 to 1, the same for equal values, in the order in which they come."""
    keys = [_key(value) for value in values]
    order = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return [order[key] / max(len(order) - 1, 1) for key in keys]


def _layout(material: Material, rows: dict[str, list[Any]], columns: list[str], runs: int) -> Part:
    flat: Part = {"showgrid": False, "zeroline": False, "automargin": True, "ticks": "", "showticklabels": bool(rows)}
    notes = [] if runs else [style.note(TEACHING if material.runs else "No runs yet")]
    if runs and not any(rows["phase"][1:]):
        notes = [{**style.note("None of them has values yet."), "y": 0, "yanchor": "top", "yshift": -6}]
    return {
        "xaxis": {**flat, "title": {"text": "what differs"}, "side": "top"},
        "yaxis": {**flat, "title": {"text": "selected runs", "standoff": 12}, "autorange": "reversed"},
        "annotations": notes, "showlegend": False, "uirevision": "spec_difference",
        "margin": {"l": 56, "r": 16, "t": 64, "b": 32},
        "meta": {
            "kind": "spec_difference", "rows": columns if runs else [], "columns": list(rows), "runs": runs,
            "drawn": min(runs, MOST), "step": material.view.step,
        },
    }  # fmt: skip

"""Drift of one run: how far each layer has moved from the first checkpoint, from the one before, and has still to go.

Drift is 1 - linear CKA (Kornblith et al. 2019, arXiv:1905.00414) on the probe inputs: 0 is no change up to rotation
and scale. Drift to the previous checkpoint depends on how far apart the checkpoints are.
Drift to the end is known afterwards and from kept representations alone (`final_drift`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses.bands import thin
from phasescope.analyses.run_numbers import EVENT_SERIES
from phasescope.core.curves import Floats
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import final_drift, kept_arrays, lines, style, words
from phasescope.figures.final_drift import final_lines, layers_kept
from phasescope.figures.kept_arrays import REPRESENTATIONS
from phasescope.figures.lines import Point
from phasescope.figures.material import Material, Scope, Wanted
from phasescope.figures.own_drop import own_drop
from phasescope.figures.style import Part

INITIAL, PREVIOUS = "drift_to_initial", "drift_to_previous"
ROWS = ((INITIAL, "y", "from start"), (PREVIOUS, "y2", "from previous"))
FINAL = ("y3", "to final")
DOMAINS = {2: ([0.55, 1.0], [0.0, 0.45]), 3: ([0.72, 1.0], [0.36, 0.64], [0.0, 0.28])}
POINTS = 30_000  # of all lines together
TEACHING = "Select a run to see how far<br>each of its layers has moved."


class Drift:
    """One line per layer: to the initial checkpoint, below to the previous one, and to the last where that is known."""

    name = "drift"
    title = "Drift"
    description = "How far each layer has moved from its start and from the checkpoint before, and has yet to its end."
    scope: Scope = "selection"
    drawn_from = ("run", "layer", "step_scale")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        layer = view.layer or "*"
        return (f"{INITIAL}.{layer}", f"{PREVIOUS}.{layer}", EVENT_SERIES)

    def wants(self, view: View) -> Wanted:
        return Wanted((f"{REPRESENTATIONS}.{view.layer or '*'}",), kept_arrays.in_turn(view)[:1])

    def draw(self, material: Material) -> go.Figure:
        run = kept_arrays.shown(material)
        layers = layers_of(material, run)
        colours = dict(zip(layers, style.layer_colours(len(layers)), strict=True))
        shown = {layer: colour for layer, colour in colours.items() if material.view.layer in (None, layer)}
        measured, marked = _measured(material, run, shown)
        final = final_lines(material, run, shown, FINAL[0])
        rows = [*[(axis, title) for _, axis, title in ROWS], *([FINAL] if final else [])]
        drawn = {trace["yaxis"] for trace in (*measured, *final)}
        blank = [  # axes are only drawn where a trace belongs to them
            {**style.legend_entry("", mode="lines"), "yaxis": axis, "showlegend": False}
            for axis, _ in rows
            if axis not in drawn
        ]
        layout = _layout(material, run, layers, rows, drew=bool(drawn))
        if "y" not in drawn:
            final = [{**trace, "showlegend": True} for trace in final]
        return style.figure([*measured, *final, *marked, *blank], layout)


def _measured(material: Material, run: Run | None, shown: Mapping[str, str]) -> tuple[list[Part], list[Part]]:
    """The lines of what was measured while the run was trained, and marks at their ends and gaps."""
    data: list[Part] = []
    ends: list[Point] = []
    gaps: dict[str, list[Point]] = {axis: [] for _, axis, _ in ROWS}
    if run is None:
        return [], []
    for layer, colour in shown.items():
        for name, axis, _ in ROWS:
            series = f"{name}.{layer}"
            values = lines.drawn(material, [run], series)
            if not np.isfinite(values).any():
                continue
            data.append(_line(material, values, layer, colour, axis, POINTS // (2 * len(shown))))
            ends += lines.end_points(material, run, values[0], colour) if axis == "y" else []
            gaps[axis] += lines.gap_points(material, run, series, values[0], colour)
    undefined = [
        mark for axis in gaps for mark in lines.marks(gaps[axis], name="undefined", symbol="x-thin", axis=axis)
    ]
    return data, [*lines.end_marks(ends), *undefined]


def layers_of(material: Material, run: Run | None) -> list[str]:
    """Layers with a drift, in the order of the network."""
    return list(dict.fromkeys([*layers_measured(material), *layers_kept(material, run)]))


def layers_measured(material: Material) -> list[str]:
    """Layers whose drift was measured, in the order in which they were stored (that of the network)."""
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


def _layout(
    material: Material, run: Run | None, layers: list[str], rows: Sequence[tuple[str, str]], *, drew: bool
) -> Part:
    view = material.view
    last = max(material.experiment.steps, int(material.curves.steps.max(initial=0)))
    layout: Part = {
        "xaxis": {**style.step_axis(view.step_scale, last), "anchor": rows[-1][0]},
        "shapes": [style.clock(view.step)], "annotations": _notes(material, run, drew, FINAL in rows),
        **({"margin": style.WITH_REMARK} if drew else {}),
        "hovermode": "closest", "showlegend": True, "uirevision": f"{run.id if run else None} {view.step_scale}",
        "legend": style.legend(_title(material, run, len(rows))),
        "meta": {
            "kind": "drift", "run": run.id if run else None, "layers": layers, "layer": view.layer,
            "step": view.step, "steps": material.curves.steps.tolist(), "step_scale": view.step_scale,
            "drop_step": own_drop(material, run),
        },
    }  # fmt: skip
    for (axis, title), domain in zip(rows, DOMAINS[len(rows)], strict=True):
        layout[axis.replace("y", "yaxis")] = {
            "title": {"text": _row_title(material, title, len(rows))},
            "domain": domain, "automargin": True, "exponentformat": "power", "rangemode": "tozero", "anchor": "x",
            **({} if drew else {"range": [0, 1]}),
        }  # fmt: skip
    return layout


def _title(material: Material, run: Run | None, rows: int) -> str:
    """Which run it is; three rows have no room for their unit, so it stands here."""
    unit = words.with_unit("", f"{INITIAL}.", material.units).strip(" ()") or "1 − CKA"
    which = f"run {run.id}: {lines.point_words(material, run)}" if run else ""
    return f"{which}; drift in {unit}" if rows > len(ROWS) else which


def _row_title(material: Material, title: str, rows: int) -> str:
    if rows > len(ROWS):
        return title.replace(" ", "<br>")
    return words.with_unit(title, f"{INITIAL}.", material.units).replace(" (", "<br>(")


def _notes(material: Material, run: Run | None, drew: bool, final: bool) -> list[Part]:
    if drew and run is not None:
        return [style.remark(final_drift.remark(material, run, drew=final))]
    if run is None:
        return [style.note(TEACHING)]
    reasons = [
        text for (number, name), text in material.curves.undefined.items() if number == run.id and "drift" in name
    ]
    return [style.note(f"Drift is undefined: {reasons[0]}" if reasons else f"No drift recorded yet for run {run.id}.")]

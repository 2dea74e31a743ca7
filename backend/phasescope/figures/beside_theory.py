"""Beside theory: what one run measured, solid, and what a theory expects of it, dashed, one panel for each theory.

A new theory is a measure that gives what it expects as series of their own, and a line in THEORIES.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses.bands import thin
from phasescope.core.curves import Floats
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import lines, style, words
from phasescope.figures.material import Material, Scope, expanded, selected
from phasescope.figures.style import Part

POINTS = 24_000  # of all lines together
NAMED = range(3, 6)  # lines of a panel that the legend names; two say what the axis says, more are too many
GAP = 0.05  # between panels, in shares of the height
TEACHING = "Select a run to see it beside what theory expects."
NOTHING = (
    "No measure of this experiment says what theory expects;<br>effective_theory, predicted_accuracy, swap_symmetry "
    "and repetition_rate do."
)


@dataclass(frozen=True)
class Theory:
    """What is measured, and what is expected of it: names of series, `name.*` for many."""

    title: str
    measured: tuple[str, ...]
    expected: tuple[str, ...]
    share: bool = True  # drawn from 0 to 1


THEORIES = (
    Theory("place of symbols", ("symbol_place.*",), ("symbol_place_of_theory.*",), share=False),
    Theory("parallelograms", ("parallelogram_quality",), ("parallelogram_quality_of_theory",)),
    Theory("table accuracy", ("table_accuracy",), ("predicted_accuracy",)),
    Theory("accuracy", ("test_accuracy", "mirrored_accuracy", "unmirrored_accuracy"), ("swap_level",)),
    Theory("repetition", ("repetition_rate",), ("repetition_rate_of_data",)),
)


@dataclass(frozen=True)
class Line:
    """One series of the run in its panel."""

    panel: int
    name: str
    values: Floats
    colour: str
    dash: str
    named: bool


class BesideTheory:
    """The first selected run; theories of which nothing was measured have no panel."""

    name = "beside_theory"
    title = "Beside theory"
    description = (
        "What a selected run measured, beside what theory expects of it: paths of symbols, levels, accuracies."
    )
    scope: Scope = "selection"
    drawn_from = ("runs", "step_scale")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return tuple(name for theory in THEORIES for name in (*theory.measured, *theory.expected))

    def draw(self, material: Material) -> go.Figure:
        own = {run.id: run for run in material.runs}
        runs = [own[run] for run in selected(material.view) if run in own]
        panels, found = find(material, runs[0]) if runs else ([], [])
        data = [part for line in found for part in _parts(material, runs[0], line, len(found))]
        data += [lines.split_key("measured", "solid"), lines.split_key("expected", "dash")] if found else [_blank()]
        return style.figure(data, _layout(material, runs, panels))


def find(material: Material, run: Run) -> tuple[list[Theory], list[Line]]:
    """The theories that say something about a run, and the lines in their panels."""
    panels: list[Theory] = []
    found: list[Line] = []
    for theory in THEORIES:
        expected = _series(material, run, theory.expected)
        if not expected:
            continue
        measured = _series(material, run, theory.measured)
        colours = style.layer_colours(len(measured))
        pairs = colours if len(expected) == len(measured) else [style.NEUTRAL] * len(expected)
        place, named = len(panels), len(measured) + len(expected) in NAMED
        for series, hues, dash in ((measured, colours, "solid"), (expected, pairs, "dash")):
            for (name, values), colour in zip(series.items(), hues, strict=True):
                found.append(Line(place, name, values, colour, dash, named))
        panels.append(theory)
    return panels, found


def _series(material: Material, run: Run, names: tuple[str, ...]) -> dict[str, Floats]:
    """Those of the run that have a value."""
    available = tuple(material.curves.values)
    drawn = {name: lines.drawn(material, (run,), name)[0] for name in expanded(names, available)}
    return {name: values for name, values in drawn.items() if np.isfinite(values).any()}


def _parts(material: Material, run: Run, line: Line, count: int) -> list[Part]:
    kept = lines.inside(line.values[None])
    picked = np.arange(kept.start, kept.stop)[thin(line.values[None, kept], max(40, POINTS // count))]
    what = words.series_words(line.name)
    return [
        {
            "type": "scatter", "mode": "lines", "name": what, "showlegend": line.named,
            "x": material.curves.steps[picked].astype(np.float32), "y": line.values[picked].astype(np.float32),
            "yaxis": _axis(line.panel), "line": {"color": line.colour, "dash": line.dash, "width": 1.8},
            "meta": {"runs": [run.id]}, "hovertemplate": f"{what} %{{y:.4g}} at step %{{x:,d}}<extra></extra>",
        }
    ]  # fmt: skip


def _axis(panel: int) -> str:
    return "y" if panel == 0 else f"y{panel + 1}"


def _blank() -> Part:
    return {**style.legend_entry("", mode="lines"), "showlegend": False}


def _layout(material: Material, runs: list[Run], panels: list[Theory]) -> Part:
    view, count = material.view, max(1, len(panels))
    last = max(material.experiment.steps, int(material.curves.steps.max(initial=0)))
    layout: Part = {
        "xaxis": {**style.step_axis(view.step_scale, last), "anchor": _axis(count - 1)},
        "annotations": _notes(runs, panels), "shapes": [style.clock(view.step)], "hovermode": "closest",
        "showlegend": True, "uirevision": f"beside_theory {view.step_scale}", "margin": style.WITH_REMARK,
        "meta": {
            "kind": "beside_theory", "step": view.step, "step_scale": view.step_scale,
            "run": runs[0].id if runs else None, "theories": [theory.title for theory in panels],
            "steps": material.curves.steps.tolist(),
        },
    }  # fmt: skip
    for panel, (low, high) in enumerate(_heights(panels)):
        layout[f"yaxis{panel + 1 if panel else ''}"] = {
            "title": {"text": panels[panel].title if panels else "value"}, "automargin": True, "zeroline": False,
            "domain": [low, high], **({"range": [-0.03, 1.03]} if not panels or panels[panel].share else {}),
        }  # fmt: skip
    return layout


def _heights(panels: list[Theory]) -> list[tuple[float, float]]:
    """Where the panels lie, from above; those of many places are twice as high as shares."""
    parts = [1 if theory.share else 2 for theory in panels] or [1]
    ends = [1 - sum(parts[: place + 1]) / sum(parts) for place in range(len(parts))]
    lows = [*(end + GAP for end in ends[:-1]), 0.0]
    return list(zip(lows, [1.0, *ends[:-1]], strict=True))


def _notes(runs: list[Run], panels: list[Theory]) -> list[Part]:
    if not runs:
        return [style.note(TEACHING)]
    if not panels:
        return [style.note(NOTHING)]
    return [style.remark(f"run {runs[0].id}, the first of {len(runs):,} that are selected")] if len(runs) > 1 else []

"""Plateau anatomy: the curves of the selected runs with their plateaus, drops and spikes marked along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses import events
from phasescope.analyses.bands import thin
from phasescope.analyses.events import Events
from phasescope.analyses.timelines import FEWEST, reading_of
from phasescope.core.curves import Floats
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import lines, style, words
from phasescope.figures.curves import names_of
from phasescope.figures.material import Material, Scope, selected
from phasescope.figures.style import Part
from phasescope.figures.value_axis import value_axis

POINTS = 24_000  # of all lines together
PLATEAU, DROP = (11, 0.3), (5, 0.75)  # width and opacity of the lines along the curve
MOST = style.RUN_COLOURS
TEACHING = "Select runs to see where they stood still and where they dropped."
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """A run's curve where it has values."""

    run: Run
    colour: str
    steps: Array
    values: Array

    def at(self, steps: Array) -> Array:
        """Heights of the curve at steps between its checkpoints."""
        return np.interp(np.log1p(steps), np.log1p(self.steps), self.values)

    def between(self, start: float, end: float) -> tuple[Array, Array]:
        """The curve from one step to another."""
        inside = (self.steps > start) & (self.steps < end)
        steps = np.concatenate([[start], self.steps[inside], [end]])
        return steps, self.at(steps)


class PlateauAnatomy:
    """One series of up to twelve runs: plateaus are broad along the curve, drops thick with a mark in the middle."""

    name = "plateau_anatomy"
    title = "Plateau anatomy"
    description = "Where the selected runs stood still, dropped and spiked, with size, width and confidence."
    scope: Scope = "selection"
    drawn_from = ("runs", "series", "step_scale")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return (names_of(view.series)[0],)

    def draw(self, material: Material) -> go.Figure:
        name = names_of(material.view.series)[0]
        own = {run.id: run for run in material.runs}
        runs = [own[run] for run in selected(material.view) if run in own]
        shown = runs[:MOST]
        values = lines.drawn(material, shown, name)
        by_hand = [material.corrections.get((run.id, name)) for run in shown]
        found = events.find(values, material.curves.steps, reading_of(name), material.view.step_scale, by_hand)
        data: list[Part] = []
        labels = labels_of(material, shown)
        colours = style.run_colours([run.id for run in shown])
        for row, (run, colour) in enumerate(zip(shown, colours, strict=True)):
            line = _line(material, run, values[row], colour)
            if len(line.steps):
                data += _parts(found, row, line, labels[row], name)
        if data:
            data += _key(found)
        return style.figure(data, _layout(material, name, values, len(runs), found))


def labels_of(material: Material, runs: list[Run]) -> list[str]:
    """Where the runs lie along the axes, or their numbers where several lie at the same place."""
    places = [lines.point_words(material, run) for run in runs]
    return places if len(set(places)) == len(places) else [f"run {run.id}" for run in runs]


def _line(material: Material, run: Run, values: Floats, colour: str) -> Line:
    finite = np.isfinite(values)
    steps = material.curves.steps[finite].astype(np.float64)
    kept = thin(values[None, finite], POINTS // MOST)
    return Line(run, colour, steps[kept], values[finite][kept].astype(np.float64))


def _parts(found: Events, row: int, line: Line, label: str, name: str) -> list[Part]:
    """The curve, below it its plateaus, above it its drops and spikes."""
    curve: Part = {
        "type": "scatter", "mode": "lines", "name": label, "legendgroup": label, "line": {"color": line.colour},
        "x": line.steps.astype(np.float32), "y": line.values.astype(np.float32), "meta": {"runs": [line.run.id]},
        "hovertemplate": f"run {line.run.id}<br>{words.series_words(name)} %{{y:.4g}} at step %{{x:,d}}"
        "<extra></extra>",
    }  # fmt: skip
    unit = "nats" if reading_of(name).logarithm else "of its range"
    return [*_plateaus(found, row, line), curve, *_drops(found, row, line, unit), *_spikes(found, row, line, unit)]


def _plateaus(found: Events, row: int, line: Line) -> list[Part]:
    own = found.plateaus.of(found.plateaus.row == row)
    said = [
        f"run {line.run.id}: plateau from step {start:,.0f} to {end:,.0f}<br>{_sure(sure)}"
        for start, end, sure in zip(own.start, own.end, own.confidence, strict=True)
    ]
    return _thick(line, list(zip(own.start.tolist(), own.end.tolist(), said, strict=True)), PLATEAU)


def _drops(found: Events, row: int, line: Line, unit: str) -> list[Part]:
    own = found.drops.of(found.drops.row == row)
    said = [
        f"run {line.run.id}: drop at step {middle:,.0f}, from {onset:,.0f} to {end:,.0f}"
        f"<br>by {fall:.3g} {unit}<br>{_sure(sure)}"
        for onset, middle, end, fall, sure in zip(
            own.onset, own.midpoint, own.end, own.fall, own.confidence, strict=True
        )
    ]
    stretches = list(zip(own.onset.tolist(), own.end.tolist(), said, strict=True))
    return [*_thick(line, stretches, DROP), *_marks(line, own.midpoint, said, "diamond")]


def _spikes(found: Events, row: int, line: Line, unit: str) -> list[Part]:
    mine = found.spikes.row == row
    steps = found.spikes.step[mine].astype(np.float64)
    said = [
        f"run {line.run.id}: spike of {height:.3g} {unit} at step {step:,.0f}<br>{_sure(sure)}"
        for step, height, sure in zip(steps, found.spikes.height[mine], found.spikes.confidence[mine], strict=True)
    ]
    return _marks(line, steps, said, "triangle-up")


def _sure(confidence: float) -> str:
    return "corrected by hand" if np.isnan(confidence) else f"confidence {confidence:.0%}"


def _thick(line: Line, stretches: list[tuple[float, float, str]], look: tuple[int, float]) -> list[Part]:
    """Stretches of the curve as one thick line, with gaps between them."""
    if not stretches:
        return []
    x: list[Array] = []
    y: list[Array] = []
    text: list[str] = []
    for start, end, said in stretches:
        steps, values = line.between(start, end)
        x += [steps, np.array([np.nan])]
        y += [values, np.array([np.nan])]
        text += [said] * len(steps) + [""]
    width, opacity = look
    return [
        {
            "type": "scatter", "mode": "lines", "showlegend": False, "x": np.concatenate(x).astype(np.float32),
            "y": np.concatenate(y).astype(np.float32), "text": text, "hovertemplate": "%{text}<extra></extra>",
            "line": {"color": style.translucent(line.colour, opacity), "width": width},
        }
    ]  # fmt: skip


def _marks(line: Line, steps: Array, said: list[str], symbol: str) -> list[Part]:
    if not said:
        return []
    return [
        {
            "type": "scatter", "mode": "markers", "showlegend": False, "x": steps.astype(np.float32),
            "y": line.at(steps).astype(np.float32), "text": said, "hovertemplate": "%{text}<extra></extra>",
            "customdata": [line.run.id] * len(said),
            "marker": {"symbol": symbol, "size": 10, "color": line.colour, "line": {"color": "#fff", "width": 1.5}},
        }
    ]  # fmt: skip


def _key(found: Events) -> list[Part]:
    """Entries of the legend for what is marked, with how many there are."""
    broad = style.translucent(style.NEUTRAL, PLATEAU[1])
    lines_of = {
        "plateaus": (len(found.plateaus.row), {"mode": "lines", "line": {"color": broad, "width": PLATEAU[0]}}),
        "drops": (
            len(found.drops.row),
            {
                "mode": "lines+markers", "line": {"color": style.NEUTRAL, "width": DROP[0]},
                "marker": {"symbol": "diamond", "size": 10, "color": style.NEUTRAL},
            },
        ),
        "spikes": (
            len(found.spikes.row),
            {"mode": "markers", "marker": {"symbol": "triangle-up", "size": 10, "color": style.NEUTRAL}},
        ),
    }  # fmt: skip
    return [style.legend_entry(f"{name} {count:,}", **marks) for name, (count, marks) in lines_of.items() if count]


def _layout(material: Material, name: str, values: Floats, runs: int, found: Events) -> Part:
    view = material.view
    last = max(material.experiment.steps, int(material.curves.steps.max(initial=0)))
    return {
        "xaxis": style.step_axis(view.step_scale, last), "yaxis": value_axis(name, values, material.units),
        "shapes": [style.clock(view.step)], "annotations": _notes(material, name, values, runs, found),
        "hovermode": "closest", "showlegend": True, "uirevision": f"{name} {view.step_scale}",
        "legend": style.legend(_legend_title(material, values)),
        "margin": style.WITH_REMARK,
        "meta": {
            "kind": "plateau_anatomy", "series": name, "step": view.step, "step_scale": view.step_scale,
            "steps": material.curves.steps.tolist(), "runs": runs, "drawn": min(runs, MOST),
            "plateaus": len(found.plateaus.row), "drops": len(found.drops.row), "spikes": len(found.spikes.row),
        },
    }  # fmt: skip


def _legend_title(material: Material, values: Floats) -> str:
    own = {run.id: run for run in material.runs}
    runs = [own[run] for run in selected(material.view) if run in own][:MOST]
    by_place = labels_of(material, runs) == [lines.point_words(material, run) for run in runs]
    return lines.axes_words(material) if by_place and np.isfinite(values).any() else ""


def _notes(material: Material, name: str, values: Floats, runs: int, found: Events) -> list[Part]:
    if runs == 0:
        return [style.note(TEACHING)]
    if not np.isfinite(values).any():
        chosen = selected(material.view)
        reason = next((r for (run, what), r in material.curves.undefined.items() if run in chosen and what == name), "")
        what = words.series_words(name)
        return [style.note(f"{what} is undefined: {reason}" if reason else f"No {what} recorded yet.")]
    remarks = [f"the first {MOST} of {words.many(runs, 'run')}"] if runs > MOST else []
    if found.too_few:
        remarks.append(f"fewer than {FEWEST} checkpoints: no events can be told")
    return [style.remark("; ".join(remarks))] if remarks else []

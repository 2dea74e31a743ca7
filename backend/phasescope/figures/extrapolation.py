"""Extrapolation: the curves of selected runs and where they will be, with an interval, or why nothing can be said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses import events, extrapolation, still_to_drop
from phasescope.analyses.bands import thin
from phasescope.analyses.events import Events
from phasescope.analyses.extrapolation import Forecast
from phasescope.analyses.still_to_drop import Chance
from phasescope.analyses.timelines import reading_of
from phasescope.core.curves import Curves
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import style, words
from phasescope.figures.curves import names_of
from phasescope.figures.material import Material, Scope, selected
from phasescope.figures.plateau_anatomy import labels_of
from phasescope.figures.style import Part
from phasescope.figures.value_axis import value_axis

Array = NDArray[np.float64]
MOST = 6  # runs
BESIDE = 512  # runs of the same cell that are looked at
FURTHER = 4.0  # how far a run that has ended is continued, as a factor of its last step
LATER = 24  # places ahead
POINTS = 12_000
TEACHING = "Select runs to see where their curves lead,<br>or why that cannot be said."


@dataclass(frozen=True)
class Told:
    """One run: its curve, the forecast, whether it dropped before, and its chance to drop until the horizon."""

    run: Run
    values: Array
    forecast: Forecast
    dropped: bool
    chance: Chance


class Extrapolation:
    """The median forecast dashed, in a band of 80 %; under the pointer, the chance of a drop until then."""

    name = "extrapolation"
    title = "Extrapolation"
    description = "Where the curves of selected runs lead, with an 80 % interval, and whether they will still drop."
    scope: Scope = "all"
    drawn_from = ("runs", "series", "step_scale")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return (names_of(view.series)[0],)

    def draw(self, material: Material) -> go.Figure:
        name = names_of(material.view.series)[0]
        own = {run.id: run for run in material.runs}
        runs = [own[run] for run in selected(material.view) if run in own]
        told = [one for run in runs[:MOST] if (one := find(material, run, name)) is not None]
        labels = labels_of(material, [one.run for one in told])
        colours = style.run_colours([one.run.id for one in told])
        data = [
            part
            for one, label, colour in zip(told, labels, colours, strict=True)
            for part in _parts(material, one, label, colour, name)
        ]
        return style.figure(data or [_blank()], _layout(material, name, told, len(runs)))


def find(material: Material, run: Run, name: str) -> Told | None:
    """What can be said of one run, from its own curve and from the others of its cell; None without values."""
    beside = [other.id for other in material.runs if other.point == run.point and other.id != run.id][:BESIDE]
    curves = material.curves.of([run.id, *beside])
    if not curves.runs or curves.runs[0] != run.id or name not in curves.values:
        return None
    values = curves.values[name].astype(np.float64)
    taken = np.isfinite(values)
    if not taken[0].any():
        return None
    found = events.of_series(curves, name, corrections=material.corrections, kinds=events.ONLY_DROPS)
    now = float(curves.steps[taken[0]].max())
    until = float(material.experiment.steps) if now < material.experiment.steps else FURTHER * now
    later = np.geomspace(max(now, 1.0), max(until, 2.0), LATER + 1)[1:]
    ahead = extrapolation.forecast(values, curves.steps, later, reading_of(name), found, 0)
    return Told(run, values[0], ahead, bool((found.drops.row == 0).any()), _chance(curves, taken, found, now, until))


def _chance(curves: Curves, taken: NDArray[np.bool_], found: Events, now: float, until: float) -> Chance:
    first = np.full(len(curves.runs), np.inf)
    np.minimum.at(first, found.drops.row, found.drops.midpoint)
    seen = np.where(taken.any(axis=1), np.where(taken, curves.steps, 0).max(axis=1), 0).astype(np.float64)
    dropped = np.where(np.isfinite(first), first, np.nan)
    return still_to_drop.chance(dropped[1:], seen[1:], now, until)


def _parts(material: Material, one: Told, label: str, colour: str, name: str) -> list[Part]:
    finite = np.isfinite(one.values)
    steps = material.curves.steps[finite]
    kept = thin(one.values[None, finite], POINTS // MOST)
    what = words.series_words(name)
    curve: Part = {
        "type": "scatter", "mode": "lines", "name": label, "legendgroup": label, "line": {"color": colour, "width": 2},
        "x": steps[kept].astype(np.float32), "y": one.values[finite][kept].astype(np.float32),
        "meta": {"runs": [one.run.id]},
        "hovertemplate": f"run {one.run.id}<br>{what} %{{y:.4g}} at step %{{x:,d}}<extra></extra>",
    }  # fmt: skip
    ahead = one.forecast
    if ahead.refused:
        last: Part = {
            "type": "scatter", "mode": "markers", "showlegend": False, "legendgroup": label, "text": [said(one)],
            "x": steps[-1:].astype(np.float32), "y": one.values[finite][-1:].astype(np.float32),
            "marker": {"symbol": "x-thin", "size": 10, "line": {"width": 2, "color": colour}, "color": colour},
            "hovertemplate": "%{text}<extra></extra>",
        }  # fmt: skip
        return [curve, last]
    band: Part = {
        "type": "scatter", "mode": "lines", "showlegend": False, "legendgroup": label, "hoverinfo": "skip",
        "name": "80 % interval", "x": np.concatenate([ahead.steps, ahead.steps[::-1]]).astype(np.float32),
        "y": np.concatenate([ahead.low, ahead.high[::-1]]).astype(np.float32), "fill": "toself",
        "fillcolor": style.translucent(colour, 0.2), "line": {"width": 0},
    }  # fmt: skip
    middle: Part = {
        "type": "scatter", "mode": "lines", "showlegend": False, "legendgroup": label, "text": said(one),
        "x": ahead.steps.astype(np.float32), "y": ahead.median.astype(np.float32),
        "line": {"color": colour, "width": 2, "dash": "dash"},
        "hovertemplate": f"{what} %{{y:.4g}} at step %{{x:,.0f}}<br>%{{text}}<extra></extra>",
    }  # fmt: skip
    return [band, curve, middle]


def said(one: Told) -> str:
    """What can be said of a run, in a sentence or two."""
    ahead, chance = one.forecast, one.chance
    until = f"step {float(ahead.steps[-1]):,.0f}"
    if ahead.refused:
        smooth = f"run {one.run.id}: cannot say where it leads: {ahead.refused}"
    else:
        smooth = f"run {one.run.id} at {until}: {ahead.low[-1]:.3g} to {ahead.high[-1]:.3g}, if it does not drop"
    if one.dropped:
        return f"{smooth}<br>it has dropped before"
    if chance.verdict == "cannot say":
        return f"{smooth}<br>whether it will drop cannot be said: {chance.beside} runs of its cell stood as long"
    return (
        f"{smooth}<br>a drop until {until} is {chance.verdict}: {chance.probability:.0%} "
        f"({chance.low:.0%} to {chance.high:.0%}), from {chance.beside} runs of its cell that stood as long"
    )


def _blank() -> Part:
    return {**style.legend_entry("", mode="lines"), "showlegend": False}


def _layout(material: Material, name: str, told: list[Told], runs: int) -> Part:
    view = material.view
    ends = [float(one.forecast.steps[-1]) for one in told]
    last = int(max([material.experiment.steps, *ends]))
    shown = [np.concatenate([one.values, one.forecast.median]) for one in told]
    values = np.concatenate(shown) if shown else np.zeros(0)
    return {
        "xaxis": style.step_axis(view.step_scale, last), "yaxis": value_axis(name, values, material.units),
        "annotations": _notes(material, name, told, runs), "hovermode": "closest", "showlegend": True,
        "legend": style.LEGEND, "uirevision": f"extrapolation {name} {view.step_scale}", "margin": style.WITH_REMARK,
        "meta": {
            "kind": "extrapolation", "series": name, "runs": runs, "drawn": len(told), "step": view.step,
            "step_scale": view.step_scale, "said": [said(one) for one in told],
        },
    }  # fmt: skip


def _notes(material: Material, name: str, told: list[Told], runs: int) -> list[Part]:
    if not runs:
        return [style.note(TEACHING if material.runs else "No runs yet")]
    if not told:
        return [style.note(f"No {words.series_words(name)} recorded yet.")]
    refused = sum(bool(one.forecast.refused) for one in told)
    remarks = [f"the first {MOST} of {words.many(runs, 'run')}"] if runs > MOST else []
    remarks += [f"of {words.many(refused, 'run')} nothing can be said"] if refused else []
    return [style.remark("; ".join(remarks))] if remarks else []

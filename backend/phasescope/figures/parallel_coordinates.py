"""Parallel coordinates: every run as a line through its settings and what came of them, coloured by phase."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses import phases
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import style, words
from phasescope.figures.cell_values import PHASE, newest, rows_of, series_of, title_of
from phasescope.figures.material import Material, Scope
from phasescope.figures.style import Part

Array = NDArray[np.float64]
POINTS = 30_000  # of all lines together
MOST_AXES = 8  # of the experiment
NEVER = 1.06  # where `never` is drawn
WIDE = 20.0  # positive values whose ends differ by more than this are placed by their logarithm


@dataclass(frozen=True)
class Upright:
    """One vertical axis: (R,) heights from 0 to 1, NaN where a run has no value, and what stands at which height."""

    title: str
    height: Array
    ticks: tuple[tuple[float, str], ...]


class ParallelCoordinates:
    """Axes of the experiment, then times to the two thresholds, then the coloured series."""

    name = "parallel_coordinates"
    title = "Parallel coordinates"
    description = "Every run as a line through its settings and what came of them, coloured by phase."
    scope: Scope = "all"
    drawn_from = ("colour", "step", "runs", "rule")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return series_of(experiment, view)

    def draw(self, material: Material) -> go.Figure:
        rows = rows_of(material.curves, [run.id for run in material.runs])
        rule, step = material.rule, material.view.step
        codes = np.append(phases.label(material.curves, rule, step), phases.UNKNOWN)[rows]
        known = np.flatnonzero(codes >= 0)
        chosen = set(material.view.runs)
        uprights = find(material, rows, known)
        kept = _thinned(known, material.runs, chosen, POINTS // (len(uprights) + 1))
        data: list[Part] = []
        names = phases.names_of(rule)
        for code, (phase, colour) in enumerate(zip(names, style.phase_colours(names, lines=True), strict=True)):
            inside = [place for place in kept if codes[known[place]] == code]
            count = int((codes == code).sum())
            if inside:
                ids = [material.runs[int(known[place])].id for place in inside]
                data += _lines(uprights, inside, ids, f"{phase} {count:,}", colour)
        data += _selected(material, uprights, known)
        return style.figure(data, _layout(material, uprights, len(known), len(kept)))


def find(material: Material, rows: NDArray[np.int64], known: NDArray[np.int64]) -> list[Upright]:
    """The vertical axes over the runs that have a phase."""
    runs = [material.runs[place] for place in known.tolist()]
    paths = [axis.path for axis in material.experiment.axes][:MOST_AXES]
    found = [_of_settings(words.words(path, paths), [run.point.get(path) for run in runs]) for path in paths]
    rule, step = material.rule, material.view.step
    times = phases.times(material.curves, rule, step)
    conditions = (
        rule.fitted or f"train ≥ {rule.train_at_least:g}",
        rule.generalised or f"test ≥ {rule.test_at_least:g}",
    )
    for condition, time in zip(conditions, times, strict=True):
        found.append(_of_numbers(f"step of {condition}", np.append(time, np.nan)[rows][known]))
    colour = material.view.colour
    if colour != PHASE:
        values = np.append(newest(material, colour), np.nan)[rows][known]
        found.append(_of_numbers(title_of(colour, material), values))
    return found


def _of_settings(title: str, values: list[object]) -> Upright:
    """Numbers by their size, anything else by its place among the others."""
    numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if len(numbers) == len(values):
        return _of_numbers(title, np.array(numbers, dtype=np.float64))
    names = list(dict.fromkeys(json.dumps(value, sort_keys=True) for value in values))
    share = max(len(names) - 1, 1)
    place = {name: number / share for number, name in enumerate(names)}
    heights = np.array([place[json.dumps(value, sort_keys=True)] for value in values])
    shown = names if len(names) <= 8 else [names[0], names[-1]]
    return Upright(title, heights, tuple((place[name], words.number(json.loads(name))) for name in shown))


def _of_numbers(title: str, values: Array) -> Upright:
    """From the least to the greatest, over decades in the logarithm; infinity is above all and called never."""
    finite = values[np.isfinite(values)]
    never: tuple[tuple[float, str], ...] = ((NEVER, "never"),) if np.isposinf(values).any() else ()
    if not len(finite):
        return Upright(title, np.where(np.isposinf(values), NEVER, np.nan), never)
    low, high = float(finite.min()), float(finite.max())
    if low == high:
        height = np.where(np.isfinite(values), 0.5, np.nan)
        ticks: tuple[tuple[float, str], ...] = ((0.5, words.number(low)),)
    else:
        log = low > 0 and high / low > WIDE
        scaled, ends = (
            (np.log(np.maximum(values, low)), np.log([low, high])) if log else (values, np.array([low, high]))
        )
        height = (scaled - ends[0]) / (ends[1] - ends[0])
        ticks = ((0.0, words.number(low)), (1.0, words.number(high)))
    return Upright(title, np.where(np.isposinf(values), NEVER, height), ticks + never)


def _thinned(known: NDArray[np.int64], runs: tuple[Run, ...], chosen: set[int], most: int) -> list[int]:
    """Places among the known runs that are drawn: evenly chosen where there are too many, and all that are selected."""
    count = min(len(known), most)
    even = sorted({round(place * (len(known) - 1) / max(count - 1, 1)) for place in range(count)})
    if len(even) == len(known):
        return even
    extra = [place for place, run in enumerate(known.tolist()) if runs[run].id in chosen]
    return sorted({*even, *extra[:most]})


def _lines(uprights: list[Upright], places: list[int], ids: list[int], label: str, colour: str) -> list[Part]:
    """Lines of one phase as one trace, separated by gaps."""
    heights = np.stack([upright.height[places] for upright in uprights], axis=1)
    y = np.hstack([heights, np.full((len(places), 1), np.nan)])
    x = np.tile(np.arange(y.shape[1], dtype=np.float32), len(places))
    many = len(places) > 50
    entry = style.legend_entry(label, mode="lines", legendgroup=label, line={"color": colour, "width": 2})
    trace: Part = {
        "type": "scatter", "mode": "lines", "name": label, "legendgroup": label, "showlegend": False, "x": x,
        "y": y.ravel().astype(np.float32), "customdata": np.repeat(np.array(ids, dtype=np.int32), y.shape[1]),
        "line": {"color": style.translucent(colour, 0.35 if many else 0.7), "width": 0.8 if many else 1.5},
        "hovertemplate": "run %{customdata}<extra></extra>",
    }  # fmt: skip
    return [trace, entry]


def _selected(material: Material, uprights: list[Upright], known: NDArray[np.int64]) -> list[Part]:
    """The selected runs above all others, in the colours of their curves."""
    place = {material.runs[run].id: number for number, run in enumerate(known.tolist())}
    ids = [run for run in material.view.runs if run in place][: style.RUN_COLOURS]
    return [
        {
            "type": "scatter", "mode": "lines+markers", "name": f"run {run}", "showlegend": False,
            "x": np.arange(len(uprights), dtype=np.float32),
            "y": np.array([upright.height[place[run]] for upright in uprights], dtype=np.float32),
            "line": {"color": colour, "width": 3}, "marker": {"color": colour, "size": 7},
            "customdata": [run] * len(uprights), "hovertemplate": "run %{customdata}<extra></extra>",
        }
        for run, colour in zip(ids, style.run_colours(ids), strict=True)
    ]  # fmt: skip


def _layout(material: Material, uprights: list[Upright], known: int, kept: int) -> Part:
    posts = [
        {
            "type": "line",
            "x0": place,
            "x1": place,
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "name": "axis",
            "line": {"color": style.NEUTRAL, "width": 1},
        }
        for place in range(len(uprights))
    ]
    ticks = [
        {
            "text": text, "x": place, "y": height, "showarrow": False, "xanchor": "left", "xshift": 4, "name": "tick",
            "yanchor": "bottom" if height > 0 else "top",
        }
        for place, upright in enumerate(uprights)
        for height, text in upright.ticks
    ]  # fmt: skip
    return {
        "xaxis": {
            "title": {"text": "settings and outcomes"}, "tickvals": list(range(len(uprights))), "showgrid": False,
            "ticktext": [upright.title for upright in uprights], "range": [-0.15, len(uprights) - 0.6],
            "zeroline": False, "automargin": True,
        },
        "yaxis": {
            "title": {"text": "least to greatest"}, "showticklabels": False, "range": [-0.1, 1.16], "showgrid": False,
            "zeroline": False,
        },
        "shapes": posts if known else [], "annotations": [*(ticks if known else []), *_notes(material, known, kept)],
        "hovermode": "closest", "showlegend": True, "legend": style.LEGEND, "uirevision": material.view.colour,
        "margin": style.WITH_REMARK,
        "meta": {
            "kind": "parallel_coordinates", "axes": [upright.title for upright in uprights],
            "colour": material.view.colour, "runs": known, "drawn": kept, "step": material.view.step,
        },
    }  # fmt: skip


def _notes(material: Material, known: int, kept: int) -> list[Part]:
    if not known:
        return [style.note("No runs yet" if not material.runs else "No run has values yet.")]
    return [style.remark(f"{kept:,} of {words.many(known, 'run')}")] if kept < known else []

"""Training paths of the selected runs on one map: by what they predict where that is kept, else by their measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses.similarity import check_comparable
from phasescope.analyses.trajectories import Floats, Map, distances, embed, in_measure_space, log_probabilities
from phasescope.core.arrays import ArrayKind, KeptArray
from phasescope.core.errors import NotComparable
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import kept_arrays, lines, style
from phasescope.figures.kept_arrays import PREDICTIONS
from phasescope.figures.material import Material, Scope, Wanted, selected
from phasescope.figures.style import Part

MOST_RUNS = 24
MOST_POINTS = 480  # of all runs together
FEWEST = 3
TEACHING = "Select runs to see the paths<br>that their training takes."


@dataclass(frozen=True)
class Paths:
    """(M, M) distances between M checkpoints of runs, and where each belongs."""

    distance: Floats
    runs: tuple[Run, ...]  # (M,)
    steps: tuple[int, ...]  # (M,)
    space: str


class TrajectoriesFigure:
    """One line per run on the first two coordinates; a circle at its start and a disc at the clock."""

    name = "trajectories"
    title = "Trajectories"
    description = "Training paths of the selected runs on one map (InPCA), by their predictions or by their measures."
    scope: Scope = "selection"
    drawn_from = ("runs", "step")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return ("*",)

    def wants(self, view: View) -> Wanted:
        return Wanted((PREDICTIONS,), selected(view)[:MOST_RUNS])

    def draw(self, material: Material) -> go.Figure:
        runs = kept_arrays.chosen(material, MOST_RUNS)
        paths = _by_predictions(material, runs) or _by_measures(material, runs)
        if paths is None:
            blank = [{**style.legend_entry("", mode="lines"), "showlegend": False}]
            text = TEACHING if not runs or not material.runs else "Too few checkpoints of these runs yet."
            return style.figure(blank, _layout(material, runs, None, "", style.note(text)))
        found = embed(paths.distance, dimensions=2)
        data = _lines(material, paths, found)
        remark = f"distances {paths.space}; {100 * found.explained:.0f} % of them on this map"
        if "measures" in paths.space and PREDICTIONS not in material.experiment.measures:
            remark = f"{remark};<br>add {PREDICTIONS} to the measures to compare what runs predict"
        return style.figure(data, _layout(material, runs, found, paths.space, {**style.remark(remark), "yshift": -60}))


def _by_predictions(material: Material, runs: list[Run]) -> Paths | None:
    """Distances between predictions; None where fewer than three comparable ones are kept."""
    kept: list[tuple[Run, KeptArray]] = []
    at_hand = kept_arrays.by_run(material)
    for run in runs:
        some = [array for array in at_hand[run.id].get(PREDICTIONS, ()) if np.isfinite(array.values).all()]
        kept += [(run, some[place]) for place in _spaced(len(some), MOST_POINTS // len(runs))]
    if not kept:
        return None
    first = kept[0][1].kind
    kept = [(run, array) for run, array in kept if _alike(first, array)]
    if len(kept) < FEWEST:
        return None
    kind = str(first.about.get("outputs_are", "values"))
    logs = [log_probabilities(array.values, kind) for _, array in kept]
    if kind == "values":
        found = distances([array.values.reshape(array.values.shape[0], -1) for _, array in kept], "squared")
    else:
        found = distances([one for one in logs if one is not None])
    space = "by mean squared difference of outputs" if kind == "values" else "by Bhattacharyya distance of predictions"
    return Paths(found, tuple(run for run, _ in kept), tuple(array.step for _, array in kept), space)


def _alike(first: ArrayKind, array: KeptArray) -> bool:
    try:
        check_comparable(first, array.kind)
    except NotComparable:
        return False
    return True


def _by_measures(material: Material, runs: list[Run]) -> Paths | None:
    """Distances between standardised measures at the checkpoints that runs have."""
    row = {run: place for place, run in enumerate(material.curves.runs)}
    steps = material.curves.steps
    where: list[tuple[Run, int]] = []
    for run in (one for one in runs if one.id in row):
        some = np.flatnonzero(
            np.logical_or.reduce([np.isfinite(table[row[run.id]]) for table in material.curves.values.values()])
        )
        where += [(run, int(some[place])) for place in _spaced(len(some), MOST_POINTS // len(runs))]
    if len(where) < FEWEST:
        return None
    rows, columns = [row[run.id] for run, _ in where], [column for _, column in where]
    series = {name: table[rows, columns].astype(np.float64) for name, table in material.curves.values.items()}
    distance = in_measure_space(series)
    return Paths(distance, tuple(run for run, _ in where), tuple(steps[columns].tolist()), "by standardised measures")


def _spaced(count: int, most: int) -> list[int]:
    """At most so many of `count` places, evenly spaced, the first and the last among them."""
    return sorted(set(np.linspace(0, count - 1, min(count, max(2, most))).round().astype(int).tolist()))


def _lines(material: Material, paths: Paths, found: Map) -> list[Part]:
    runs = list({run.id: run for run in paths.runs}.values())
    steps, view = np.array(paths.steps), material.view
    data: list[Part] = []
    for run, colour in zip(runs, style.run_colours([run.id for run in runs]), strict=True):
        own = np.array([other.id == run.id for other in paths.runs])
        x, y = kept_arrays.shortened(found.points[own]).T
        taken: NDArray[np.int64] = steps[own]
        now = int(np.flatnonzero(taken <= view.step).max(initial=0)) if view.step is not None else len(taken) - 1
        sizes = np.full(len(taken), 3)
        sizes[0], sizes[now] = 7, 12
        symbols = ["circle"] * len(taken)
        symbols[0] = "circle-open" if now else "circle"
        label = lines.point_words(material, run)
        data.append({
            "type": "scatter", "mode": "lines+markers", "name": f"run {run.id}: {label}", "x": x, "y": y,
            "line": {"color": colour, "width": 1.5}, "marker": {"size": sizes, "symbol": symbols, "color": colour},
            "customdata": taken, "meta": {"runs": [run.id]}, "showlegend": len(runs) <= style.RUN_COLOURS,
            "hovertemplate": f"run {run.id}: {label}<br>step %{{customdata:,d}}<extra></extra>",
        })  # fmt: skip
    return data


def _layout(material: Material, runs: list[Run], found: Map | None, space: str, note: Part) -> Part:
    signs = found.signs.tolist() if found is not None else [1.0, 1.0]
    named = [f"{word} coordinate{' (time-like)' if sign < 0 else ''}"
             for word, sign in zip(("first", "second"), signs, strict=True)]  # fmt: skip
    axis: Part = {"automargin": True, "zeroline": False}
    blank: Part = {} if found is not None else {"range": [-1, 1]}
    return {
        "xaxis": {**axis, **blank, "title": {"text": named[0]}},
        "yaxis": {**axis, **blank, "title": {"text": named[1]}},
        "annotations": [note], "hovermode": "closest", "margin": {**style.WITH_REMARK, "b": 84},
        "legend": style.legend(lines.axes_words(material) if found is not None else ""),
        "uirevision": f"{[run.id for run in runs]} {space}",
        "meta": {
            "kind": "trajectories", "runs": [run.id for run in runs], "step": material.view.step, "space": space,
        },
    }  # fmt: skip

"""Latent states of the selected runs: the graph of states that they pass through, and below it every run's path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses import latent_states, phases
from phasescope.analyses.latent_states import Detour, LatentStates
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import style, words
from phasescope.figures.material import Material, Scope, rule_of, selected
from phasescope.figures.style import Part

Array = NDArray[np.float64]
TEACHING = (
    "Select runs, best the seeds of one cell, to see which states they pass through.<br>"
    f"At least {latent_states.FEWEST_RUNS} are needed, {latent_states.FEWEST_FOR_DETOURS} to tell detours."
)
BEND = 0.12  # of an edge, in shares of the height
PIECES = 12  # straight pieces of a bent edge
MOST = 256  # paths that are drawn
TOLD = 4  # series that stand in the text of a state
FIRST_STEP = 0.8  # where step 0 is drawn on a log axis


@dataclass(frozen=True)
class Found:
    """States, what they cost, and the runs that they were found on, those that converge first above."""

    states: LatentStates
    detours: tuple[Detour, ...]
    runs: tuple[int, ...]
    order: NDArray[np.int64]


class HiddenStates:
    """Nodes lie where runs are in that state in the median; an edge is as wide as the share of runs that take it."""

    name = "hidden_states"
    title = "Latent states"
    description = "States that the selected runs pass through, how long they stay, and states that cost time."
    scope: Scope = "selection"
    drawn_from = ("runs", "layer", "rule")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return ("*", *rule_of(experiment, view).series())

    def draw(self, material: Material) -> go.Figure:
        found = find(material)
        data: list[Part] = []
        if not found.states.refused:
            colours = style.layer_colours(found.states.states)
            x, y = _places(found.states)
            data = [*_edges(found.states, x, y), _nodes(found, x, y, colours), _paths(found, colours)]
        else:
            blank = {**style.legend_entry("", mode="lines"), "showlegend": False}
            data = [blank, {**blank, "yaxis": "y2"}]
        return style.figure(data, _layout(material, found))


def find(material: Material) -> Found:
    """The states of the selected runs over series of the whole network, and of the layer that is looked at."""
    curves = material.curves.of(selected(material.view))
    layer = material.view.layer
    series = {
        name: values for name, values in curves.values.items() if "." not in name or name.partition(".")[2] == layer
    }
    states = latent_states.find(series, curves.steps)
    converged = phases.times(curves, material.rule)[1]
    order = np.argsort(converged, kind="stable")
    if not states.refused:
        order = order[(states.paths[order] >= 0).any(axis=1)][:MOST]
    return Found(states, latent_states.detours(states, converged), curves.runs, order)


def _places(states: LatentStates) -> tuple[Array, Array]:
    """(K,) the median step of each state, and its height: states that all runs visit in the middle, others beside."""
    assert states.prepared is not None
    steps = np.maximum(states.prepared.steps, FIRST_STEP)
    runs = (states.paths >= 0).any(axis=1).sum()
    x, y, beside = np.full(states.states, FIRST_STEP), np.zeros(states.states), 0
    for state in range(states.states):
        inside = states.paths == state
        if not inside.any():
            continue
        x[state] = float(np.exp(np.median(np.log(np.broadcast_to(steps, inside.shape)[inside]))))
        if inside.any(axis=1).sum() < runs:
            beside += 1
            y[state] = 0.6 if beside % 2 else -0.6
    return x, y


def _edges(states: LatentStates, x: Array, y: Array) -> list[Part]:
    runs = max(int((states.paths >= 0).any(axis=1).sum()), 1)
    data: list[Part] = []
    along = np.linspace(0.06, 0.94, PIECES)
    for edge in states.edges:
        share = edge.runs / runs
        ends = np.log([x[edge.source], x[edge.target]])
        bend = BEND * np.sin(np.pi * along) * (1 if ends[1] >= ends[0] else -1)
        said = (
            f"state {edge.source + 1} to state {edge.target + 1}<br>{edge.runs:,} of {words.many(runs, 'run')}, "
            f"{words.many(edge.count, 'time')}"
        )
        size = [0.0] * (PIECES - 1) + [9 + 4 * share]
        data.append({
            "type": "scatter", "mode": "lines+markers", "showlegend": False, "text": said,
            "x": np.exp(ends[0] + along * (ends[1] - ends[0])).astype(np.float32),
            "y": (y[edge.source] + along * (y[edge.target] - y[edge.source]) + bend).astype(np.float32),
            "line": {"color": style.translucent(style.NEUTRAL, 0.35 + 0.5 * share), "width": 1 + 5 * share},
            "marker": {"symbol": "arrow", "angleref": "previous", "size": size, "color": style.NEUTRAL},
            "hovertemplate": "%{text}<extra></extra>",
        })  # fmt: skip
    return data


def _nodes(found: Found, x: Array, y: Array, colours: list[str]) -> Part:
    paths = found.states.paths
    counted = paths[paths >= 0]
    share = np.bincount(counted, minlength=found.states.states) / max(len(counted), 1)
    late = {detour.state for detour in found.detours if detour.later}
    return {
        "type": "scatter", "mode": "markers+text", "name": "states", "showlegend": False, "x": x.astype(np.float32),
        "y": y.astype(np.float32), "text": [str(state + 1) for state in range(found.states.states)],
        "textposition": "top center", "hovertext": [_said(found, state) for state in range(found.states.states)],
        "hovertemplate": "%{hovertext}<extra></extra>", "cliponaxis": False,
        "marker": {
            "size": (16 + 34 * np.sqrt(share)).astype(np.float32), "color": colours, "opacity": 1,
            "line": {"width": [4 if state in late else 1 for state in range(found.states.states)], "color": "#fff"},
            "symbol": ["diamond" if state in late else "circle" for state in range(found.states.states)],
        },
    }  # fmt: skip


def _said(found: Found, state: int) -> str:
    """A state in words: who visits it, for how long, by which values it stands out, and whether it costs time."""
    states = found.states
    assert states.prepared is not None
    assert states.model is not None
    visitors, runs = (int(some.any(axis=1).sum()) for some in (states.paths == state, states.paths >= 0))
    means = states.model.mean[0][state]
    most = np.argsort(-np.abs(means))[:TOLD].tolist()
    values = "".join(
        f"<br>{words.series_words(states.prepared.series[place])} {means[place]:+.2g} deviations" for place in most
    )
    stay = states.dwell[state]
    stays = f"<br>until {stay:.3g} times the step of entry (median)" if np.isfinite(stay) else ""
    detour = next((one for one in found.detours if one.state == state), None)
    cost = f"<br>{_detour_words(detour)}" if detour else ""
    return f"<b>state {state + 1}</b>: {visitors:,} of {words.many(runs, 'run')}{stays}{values}{cost}"


def _detour_words(detour: Detour) -> str:
    verdict = "a detour: generalises" if detour.later else "no detour told: generalises"
    return (
        f"{verdict} at step {words.number(detour.with_it)} with it, {words.number(detour.without_it)} without "
        f"(p {detour.p_corrected:.2g}, Holm)"
    )


def _paths(found: Found, colours: list[str]) -> Part:
    states = found.states
    assert states.prepared is not None
    shown = states.paths[found.order].astype(np.float32)
    shown[shown < 0] = np.nan
    share = 1 / len(colours)
    scale = [[end * share, colour] for place, colour in enumerate(colours) for end in (place, place + 1)]
    steps = np.log(np.maximum(states.prepared.steps, FIRST_STEP))
    middle = (steps[1:] + steps[:-1]) / 2
    edges = np.concatenate([[steps[0]], middle, [steps[-1]]])
    ids = np.array([found.runs[row] for row in found.order.tolist()], dtype=np.int64)
    return {
        "type": "heatmap", "name": "paths", "x": np.exp(edges).astype(np.float32), "y": np.arange(len(shown) + 1) - 0.5,
        "z": shown + 1, "customdata": np.repeat(ids[:, None], shown.shape[1], axis=1).tolist(), "yaxis": "y2",
        "colorscale": scale, "zmin": 0.5, "zmax": len(colours) + 0.5, "showscale": False, "hoverongaps": False,
        "hovertemplate": "run %{customdata}: state %{z} at step %{x:,.0f}<extra></extra>",
    }  # fmt: skip


def _layout(material: Material, found: Found) -> Part:
    hidden: Part = {"showticklabels": False, "showgrid": False, "zeroline": False, "ticks": ""}
    axis = style.step_axis("log", max(material.experiment.steps, int(material.curves.steps.max(initial=0))))
    axis["range"] = [np.log10(FIRST_STEP), axis["range"][1]]
    return {
        "xaxis": {**axis, "anchor": "y2"},
        "yaxis": {**hidden, "title": {"text": "states"}, "domain": [0.46, 1], "range": [-1.1, 1.2]},
        "yaxis2": {
            **hidden, "title": {"text": "runs"}, "domain": [0, 0.42], "anchor": "x",
            "range": [max(len(found.order), 1) - 0.5, -0.5],
        },
        "annotations": _notes(found), "showlegend": False, "hovermode": "closest", "uirevision": "hidden_states",
        "margin": style.WITH_REMARK, "meta": _meta(material, found),
    }  # fmt: skip


def _meta(material: Material, found: Found) -> Part:
    states = found.states
    return {
        "kind": "hidden_states", "runs": len(found.runs), "states": states.states, "refused": states.refused,
        "series": list(states.prepared.series) if states.prepared else [], "step": material.view.step,
        "correlation": round(states.correlation, 3),
        "criteria": [{"states": one.states, "bic": one.bic, "aic": one.aic} for one in states.criteria],
        "edges": [vars(edge) for edge in states.edges],
        "detours": [
            {name: value if not isinstance(value, float) or np.isfinite(value) else None
             for name, value in vars(one).items()}
            for one in found.detours
        ],
    }  # fmt: skip


def _notes(found: Found) -> list[Part]:
    states = found.states
    if not found.runs or states.refused:
        text = TEACHING if len(found.runs) < latent_states.FEWEST_RUNS else f"No states: {states.refused}."
        return [style.note(text)]
    other = min(states.criteria, key=lambda one: one.aic).states
    by = "" if other == states.states else f" ({other} by Akaike's criterion)"
    few = len(found.runs) < latent_states.FEWEST_FOR_DETOURS
    enough = f": too few to tell detours, {latent_states.FEWEST_FOR_DETOURS} are needed" if few else ""
    return [style.remark(f"{words.many(states.states, 'state')}{by}; {words.many(len(found.runs), 'run')}{enough}")]

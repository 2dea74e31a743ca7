"""Kept arrays as figures find them: those of one run along its checkpoints, and what to say where there are none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from phasescope.core.arrays import KeptArray
from phasescope.core.records import Run
from phasescope.core.view import View
from phasescope.figures.material import Material, selected
from phasescope.figures.style import Part

DIGITS = 6  # after the point: what is smaller is rounding, and differs between machines
REPRESENTATIONS, PREDICTIONS, CORRECTNESS = "representations", "predictions", "correctness"


def shown(material: Material) -> Run | None:
    """The run of the view, else the first selected one that this experiment has."""
    own = {run.id: run for run in material.runs}
    return next((own[run] for run in in_turn(material.view) if run in own), None)


def in_turn(view: View) -> tuple[int, ...]:
    """The run of the view and then the other selected ones."""
    first = (view.run,) if view.run is not None else ()
    return tuple(dict.fromkeys((*first, *view.runs)))


def chosen(material: Material, most: int) -> list[Run]:
    """The selected runs that this experiment has, at most so many."""
    own = {run.id: run for run in material.runs}
    return [own[run] for run in selected(material.view) if run in own][:most]


Kept = dict[str, list[KeptArray]]
"""The arrays of one run, by name, along its checkpoints."""


def by_run(material: Material) -> dict[int, Kept]:
    """All that is at hand, by run; a run of which nothing is kept has an empty entry."""
    found: dict[int, Kept] = {run.id: {} for run in material.runs}
    for array in sorted(material.arrays, key=lambda each: each.step):
        found.setdefault(array.run, {}).setdefault(array.kind.name, []).append(array)
    return found


def representations(material: Material, run: Run | None) -> Kept:
    """The representations of a run, by layer in the order of the network."""
    if run is None:
        return {}
    prefix = f"{REPRESENTATIONS}."
    order = dict.fromkeys(array.kind.name for array in material.arrays if array.run == run.id)
    own = by_run(material)[run.id]
    return {name.removeprefix(prefix): own[name] for name in order if name.startswith(prefix)}


def at(arrays: Sequence[KeptArray], step: int | None) -> KeptArray | None:
    """The newest that is no later than the clock; without a clock the last; before the first, the first."""
    before = [array for array in arrays if step is None or array.step <= step]
    return before[-1] if before else next(iter(arrays), None)


def positions(steps: NDArray[np.int64], scale: str) -> NDArray[np.float64]:
    """Where checkpoints lie on a step axis; on a log scale, step 0 lies as far before the next as that before it."""
    placed = steps.astype(np.float64)
    if scale == "log" and len(steps) and steps[0] == 0:
        later = placed[placed > 0]
        ratio = later[1] / later[0] if len(later) > 1 else 2.0
        placed[0] = later[0] / ratio if len(later) else 0.5
    return placed


def edges(steps: NDArray[np.int64], scale: str) -> NDArray[np.float64]:
    """The edges of the cells of checkpoints on a step axis: halfway between them."""
    placed = positions(steps, scale)
    if scale == "log":
        return np.asarray(np.exp(edges_of(np.log(placed))))
    return edges_of(placed)


def edges_of(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """(C + 1,) halfway between places, and as far beyond the first and the last."""
    if len(places) == 1:
        return np.array([places[0] - 0.5, places[0] + 0.5])
    between = (places[1:] + places[:-1]) / 2
    return np.concatenate([[2 * places[0] - between[0]], between, [2 * places[-1] - between[-1]]])


def shortened(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """As they are sent: without the digits that are rounding."""
    return values.round(DIGITS).astype(np.float32)


def caption(sentences: Sequence[str]) -> Part:
    """What a figure says of itself, a line per sentence, above its axes at the left."""
    return {
        "text": "<br>".join(sentences), "showarrow": False, "xref": "paper", "yref": "paper", "x": 0, "y": 1,
        "xanchor": "left", "yanchor": "bottom", "yshift": 6, "align": "left", "name": "remark",
    }  # fmt: skip


def missing(material: Material, measure: str, runs: Sequence[Run], teaching: str) -> str:
    """Why there is nothing to draw, and how to change that."""
    if not material.runs or not runs:
        return teaching
    if measure not in material.experiment.measures:
        return (
            f"This experiment keeps no {measure}.<br>Add {measure} to its measures, such as<br>"
            f"{{name: {measure}, checkpoints: {{log_spaced: 12}}}}, to see this."
        )
    which = f"run {runs[0].id}" if len(runs) == 1 else "these runs"
    return f"No {measure} of {which} yet."

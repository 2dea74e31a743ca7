"""Where the cells of a diagram lie along an axis: edges half-way between values, on the scale the axis is drawn in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.cells import GridAxis
from phasescope.figures import words

FEW_TICKS = 12  # up to so many values every one has its tick


@dataclass(frozen=True)
class Places:
    """Centres (N,) and edges (N + 1,) of the cells in the coordinates of the axis, and the axis itself for Plotly."""

    centres: NDArray[np.float64]
    edges: NDArray[np.float64]
    axis: dict[str, Any]


def places(axis: GridAxis | None, title: str) -> Places:
    """Places along one axis of a diagram; without an axis one wide place, and nothing to read beside it."""
    if axis is None:
        hidden = {"visible": False, "range": [0, 1], "fixedrange": True}
        return Places(np.array([0.5]), np.array([0.0, 1.0]), hidden)
    shared = {"title": {"text": title}, "automargin": True, "showgrid": False, "zeroline": False, "ticks": "outside"}
    if axis.scale == "category":
        centres = np.arange(len(axis.values), dtype=np.float64)
        edges = np.arange(len(axis.values) + 1, dtype=np.float64) - 0.5
        return Places(centres, edges, {**shared, "type": "linear", "range": _ends(edges), **_named(axis)})
    centres = np.asarray(axis.values, dtype=np.float64)
    if axis.scale == "log":
        exponents = _edges(np.asarray(np.log10(centres), dtype=np.float64), 0.1)
        ticks = {"dtick": 1} if exponents[-1] - exponents[0] >= 2 else {}
        shown = {**shared, "type": "log", "range": _ends(exponents), "exponentformat": "power", **ticks}
        return Places(centres, np.power(10.0, exponents), shown)
    edges = _edges(centres, 0.5)
    shown = {**shared, "type": "linear", "range": _ends(edges)}
    if len(centres) == 1:
        shown.update({"tickvals": centres.tolist(), "ticktext": [words.number(axis.values[0])]})
    return Places(centres, edges, shown)


def _edges(centres: NDArray[np.float64], alone: float) -> NDArray[np.float64]:
    """Half-way between neighbours; the outer edges as far out as the next inner ones. A lone value gets `alone`."""
    if len(centres) == 1:
        return np.array([centres[0] - alone, centres[0] + alone])
    between = (centres[:-1] + centres[1:]) / 2
    return np.concatenate([[2 * centres[0] - between[0]], between, [2 * centres[-1] - between[-1]]])


def _ends(edges: NDArray[np.float64]) -> list[float]:
    return [float(edges[0]), float(edges[-1])]


def _named(axis: GridAxis) -> dict[str, Any]:
    every = max(1, -(-len(axis.values) // FEW_TICKS))
    shown = range(0, len(axis.values), every)
    return {"tickvals": list(shown), "ticktext": [words.number(axis.values[place]) for place in shown]}

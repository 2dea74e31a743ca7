"""Curves apart: the curves of each side in a picture of its own, all on the same two axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from phasescope.core.comparison import Comparison
from phasescope.core.spec import ExperimentSpec
from phasescope.figures import style
from phasescope.figures.comparisons.compared import (
    POINTS,
    Compared,
    blank,
    last_step,
    meta,
    notes,
    side_lines,
    values_of,
)
from phasescope.figures.curves import names_of
from phasescope.figures.style import Part
from phasescope.figures.value_axis import value_axis

GAP = 0.05


class CurvesApart:
    """Small pictures of the same scale; zooming one zooms all."""

    name = "curves_apart"
    title = "Curves, side by side"
    description = "The curves of each side in a picture of its own, on the same axes, which zoom together."
    drawn_from = ("series", "step_scale")

    def needs(self, experiment: ExperimentSpec, comparison: Comparison) -> tuple[str, ...]:
        return names_of(comparison.series)

    def draw(self, sides: Sequence[Compared], comparison: Comparison) -> go.Figure:
        series = comparison.series
        budget = POINTS // (3 * len(names_of(series)) * max(len(sides), 1))
        data: list[Part] = []
        for number, side in enumerate(sides):
            axes = (_axis("x", number), _axis("y", number))
            data += side_lines(side, series, budget, axes) or [{**blank(), "xaxis": axes[0], "yaxis": axes[1]}]
        drew = any("x" in part and part["x"][0] is not None for part in data)
        layout = {
            **_axes(sides, comparison, data),
            "shapes": [
                style.clock(comparison.step, axis=_axis("x", number), reference=f"{_axis('y', number)} domain")
                for number in range(len(sides))
            ],
            "annotations": [*_titles(sides), *notes(sides, series, drew=drew)],
            "hovermode": "closest", "showlegend": False, "uirevision": f"{series} {comparison.step_scale} {len(sides)}",
            "meta": meta(self.name, sides, comparison),
        }  # fmt: skip
        return style.figure(data or [blank()], layout)


def _axis(letter: str, number: int) -> str:
    return letter if number == 0 else f"{letter}{number + 1}"


def _places(count: int) -> list[tuple[list[float], list[float]]]:
    """Where each picture lies: in one row up to three, else in two rows."""
    across = max(1, count if count <= 3 else (count + 1) // 2)
    rows = -(-max(count, 1) // across)
    wide, high = (1 - GAP * (across - 1)) / across, (1 - 0.2 * (rows - 1)) / rows
    places = []
    for number in range(count):
        row, column = divmod(number, across)
        left, top = column * (wide + GAP), 1 - row * (high + 0.2)
        places.append(([left, min(left + wide, 1.0)], [max(top - high, 0.0), top]))
    return places


def _axes(sides: Sequence[Compared], comparison: Comparison, data: Sequence[Part]) -> Part:
    units = dict(sides[0].material.units) if sides else {}
    upright = value_axis(comparison.series, values_of(sides, comparison.series), units)
    upright = {"range": _reach(data, upright["type"]), **upright}
    along = style.step_axis(comparison.step_scale, last_step(sides))
    axes: Part = {"xaxis": along, "yaxis": upright}
    for number, (across, up) in enumerate(_places(len(sides))):
        x, y = _axis("x", number), _axis("y", number)
        joined: tuple[Part, Part] = ({}, {}) if number == 0 else ({"matches": "x"}, {"matches": "y"})
        axes[x.replace("x", "xaxis")] = {**along, "domain": across, "anchor": y, **joined[0]}
        shown = {} if across[0] == 0 else {"showticklabels": False, "title": {"text": " "}}
        axes[y.replace("y", "yaxis")] = {**upright, "domain": up, "anchor": x, **joined[1], **shown}
    return axes


def _reach(data: Sequence[Part], scale: str) -> list[float] | None:
    """From the lowest to the highest of what is drawn: axes that match each other find no good range of their own."""
    drawn = [np.asarray(part["y"], dtype=np.float64) for part in data if part.get("y") is not None]
    values = np.concatenate([each[np.isfinite(each)] for each in drawn]) if drawn else np.zeros(0)
    placed = np.log10(values[values > 0]) if scale == "log" else values
    if not len(placed):
        return None
    low, high = float(placed.min()), float(placed.max())
    beyond = 0.05 * (high - low) or 0.5
    return [low - beyond, high + beyond]


def _titles(sides: Sequence[Compared]) -> list[Part]:
    """The name of each side above its picture, in its colour."""
    return [
        {
            "text": f"<b>{side.letter}</b> {_short(side.label, len(sides))}", "showarrow": False, "xref": "paper",
            "yref": "paper", "x": across[0], "y": up[1], "xanchor": "left", "yanchor": "bottom", "name": "title",
        }
        for side, (across, up) in zip(sides, _places(len(sides)), strict=True)
    ]  # fmt: skip


def _short(text: str, sides: int) -> str:
    most = 80 if sides < 2 else 26 if sides < 4 else 18
    return text if len(text) <= most else text[: most - 1] + "…"

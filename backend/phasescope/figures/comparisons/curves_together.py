"""Curves together: the curves of all sides in one picture, a colour for each side."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from phasescope.core.comparison import Comparison
from phasescope.core.spec import ExperimentSpec
from phasescope.figures import lines, style
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
from phasescope.figures.curves import DASHES, names_of
from phasescope.figures.value_axis import value_axis


class CurvesTogether:
    """One line and one band for each side."""

    name = "curves_together"
    title = "Curves, one over the other"
    description = "The curves of all sides in one picture; several runs of a side as their median and a band."
    drawn_from = ("series", "step_scale")

    def needs(self, experiment: ExperimentSpec, comparison: Comparison) -> tuple[str, ...]:
        return names_of(comparison.series)

    def draw(self, sides: Sequence[Compared], comparison: Comparison) -> go.Figure:
        series, names = comparison.series, names_of(comparison.series)
        budget = POINTS // (3 * len(names) * max(len(sides), 1))
        data = [part for side in sides for part in side_lines(side, series, budget)]
        key = [lines.split_key(split, dash) for split, dash in DASHES.items() if len(names) > 1 and data]
        units = dict(sides[0].material.units) if sides else {}
        layout = {
            "xaxis": style.step_axis(comparison.step_scale, last_step(sides)),
            "yaxis": value_axis(series, values_of(sides, series), units),
            "shapes": [style.clock(comparison.step)], "annotations": notes(sides, series, drew=bool(data)),
            "hovermode": "closest", "showlegend": True, "uirevision": f"{series} {comparison.step_scale}",
            "legend": style.LEGEND, "meta": meta(self.name, sides, comparison),
        }  # fmt: skip
        return style.figure([*data, *key] or [blank()], layout)

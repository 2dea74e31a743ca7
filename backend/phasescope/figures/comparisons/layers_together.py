"""Layers together: how alike the layers of all sides are at the clock, in one map with a block for each two sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from phasescope.core.comparison import Comparison
from phasescope.core.spec import ExperimentSpec
from phasescope.figures import filmed, kept_arrays, layer_similarity, style
from phasescope.figures.comparisons.compared import TEACHING, Compared, blank, meta
from phasescope.figures.kept_arrays import REPRESENTATIONS
from phasescope.figures.layer_similarity import Layer
from phasescope.figures.style import Part

WRITTEN = 10  # layers up to which the values are written into the cells


@dataclass(frozen=True)
class Row:
    """One layer of the run that stands for its side."""

    side: Compared
    layer: str
    kept: Layer

    @property
    def name(self) -> str:
        """As the axes have it."""
        return f"{self.side.letter} {self.layer}"


class LayersTogether:
    """Layers by layers of all sides: linear CKA without bias."""

    name = "layers_together"
    title = "Similarity of layers"
    description = (
        "Linear CKA between all layers of the run that stands for each side, at the clock; a block for each two sides."
    )
    drawn_from: tuple[str, ...] = ()

    def needs(self, experiment: ExperimentSpec, comparison: Comparison) -> tuple[str, ...]:
        return ()

    def wants(self, comparison: Comparison) -> tuple[str, ...]:
        return (f"{REPRESENTATIONS}.*",)

    def draw(self, sides: Sequence[Compared], comparison: Comparison) -> go.Figure:
        rows = [row for side in sides for row in _rows(side)]
        layers = [row.kept for row in rows]
        steps = layer_similarity.steps_of(layers, len(layers) ** 2)
        film = list(zip(steps, layer_similarity.matrices(layers, layers, steps), strict=True))
        about = _about(sides, rows)
        pictures = [
            filmed.frame(step, layer_similarity.heat_map(values), [_caption(step, about)]) for step, values in film
        ]
        axis: Part = {"type": "category", "automargin": True, "title": {"text": "layer of each side"}}
        layout: Part = {
            "xaxis": axis, "yaxis": {**axis, "autorange": "reversed"},
            "coloraxis": layer_similarity.colours(shown=bool(film)),
            "annotations": [_caption(film[-1][0], about) if film else style.note(_missing(sides))],
            "shapes": _borders(rows), "hovermode": "closest", "showlegend": False,
            "margin": {"l": 56, "r": 16, "t": 24 + 18 * (1 + len(about)), "b": 48},
            "uirevision": " ".join(row.name for row in rows), "meta": meta(self.name, sides, comparison),
        }  # fmt: skip
        return style.figure([_map(rows, film[-1][1])] if film else [blank()], layout, pictures)


def _rows(side: Compared) -> list[Row]:
    """The layers of the run that stands for a side, in the order of the network."""
    found = kept_arrays.representations(side.material, side.run)
    return [Row(side, layer, kept) for layer, kept in found.items()]


def _map(rows: Sequence[Row], values: layer_similarity.Floats) -> Part:
    names = [row.name for row in rows]
    return {
        **layer_similarity.heat_map(values), "x": names, "y": names, "coloraxis": "coloraxis", "hoverongaps": False,
        "xgap": 1, "ygap": 1, **({"texttemplate": "%{z:.2f}"} if len(rows) <= WRITTEN else {}),
        "hovertemplate": "%{x} and %{y}<br>CKA %{z:.3f}<extra></extra>",
    }  # fmt: skip


def _borders(rows: Sequence[Row]) -> list[Part]:
    """A line between the blocks of two sides, in both directions."""
    ends = [place + 0.5 for place, row in enumerate(rows[:-1]) if row.side is not rows[place + 1].side]
    line: Part = {"type": "line", "line": {"color": style.NEUTRAL, "width": 2}}
    lower, upper = -0.5, len(rows) - 0.5
    upright = [{**line, "x0": end, "x1": end, "y0": lower, "y1": upper} for end in ends]
    return [*upright, *({**line, "y0": end, "y1": end, "x0": lower, "x1": upper} for end in ends)]


def _about(sides: Sequence[Compared], rows: Sequence[Row]) -> list[str]:
    """What the map leaves out, and why."""
    told = []
    own = {side.letter: [row.kept for row in rows if row.side is side] for side in sides}
    several = [
        f"{side.letter} run {side.run.id}"
        for side in sides
        if len(side.runs) > 1 and side.run is not None and own[side.letter]
    ]
    if several:
        told += [f"of {', '.join(several[start : start + 3])}" for start in range(0, len(several), 3)]
    without = [letter for letter, layers in own.items() if not layers]
    if without:
        told.append(f"{', '.join(without)}: no {REPRESENTATIONS} kept")
    there = [letter for letter, layers in own.items() if layers]
    unlike = [
        f"{one} and {other}"
        for place, one in enumerate(there)
        for other in there[place + 1 :]
        if layer_similarity.reason_against(own[one], own[other]) is not None
    ]
    if unlike:
        told.append(f"not compared, as their probe examples differ: {', '.join(unlike)}")
    return told


def _missing(sides: Sequence[Compared]) -> str:
    """Why there is nothing to draw, and how to change that."""
    if not sides:
        return TEACHING
    first = sides[0]
    shown = [first.run] if first.run is not None else []
    return kept_arrays.missing(first.material, REPRESENTATIONS, shown, f"No runs stand at {first.letter}.")


def _caption(step: int, about: Sequence[str]) -> Part:
    return kept_arrays.caption([f"at step {step:,}", *about])

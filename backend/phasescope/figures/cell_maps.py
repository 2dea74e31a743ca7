"""The parts of a map of cells: layers of colour, frames of what is selected, and its legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.cells import Grid
from phasescope.figures import style
from phasescope.figures.cell_axes import Places
from phasescope.figures.cell_hover import Hover
from phasescope.figures.cell_values import Cells
from phasescope.figures.colour_scale import ColourScale
from phasescope.figures.style import Part

PROVISIONAL_OPACITY = 0.55
WAITING_OPACITY = 0.16
HEAD = "<b>%{hovertext}</b><br>%{text}"
BETWEEN = "not trained here: from the nearest cell"
BORROWED = "provisional: from the nearest trained cell"
NEUTRAL_SCALE: Part = {
    "colorscale": [[0, style.NEUTRAL], [1, style.NEUTRAL]], "zmin": 0, "zmax": 1, "showscale": False,
}  # fmt: skip


def heat_maps(found: Cells, scale: ColourScale, frame: Part, text: Hover) -> list[Part]:
    """Layers over the same cells: trained, between trained ones, provisional, waiting. Every cell is in exactly one."""
    values = np.append(scale.place(found.values), np.nan)[found.shown]
    blank = np.zeros(found.grid.cells)
    layers = [
        ("trained", found.own, values, 1.0, scale.trace, HEAD),
        ("between", found.between, values, 1.0, scale.trace, f"{HEAD}<br>{BETWEEN}"),
        ("provisional", found.provisional, values, PROVISIONAL_OPACITY, scale.trace, f"{HEAD}<br>{BORROWED}"),
        ("waiting", found.waiting, blank, WAITING_OPACITY, NEUTRAL_SCALE, "%{text}"),
    ]
    return [
        {
            **frame, "type": "heatmap", "name": name, "opacity": opacity, "hoverongaps": False, **colours,
            **_layer(found.grid, mask, shown, text), "hovertemplate": f"{template}<extra></extra>",
        }
        for name, mask, shown, opacity, colours, template in layers
        if name == "trained" or mask.any()
    ]  # fmt: skip


def _layer(grid: Grid, mask: NDArray[np.bool_], values: NDArray[np.float64], text: Hover) -> Part:
    """Values, run ids and texts of the cells under the mask, in rows; nothing elsewhere."""
    inside = mask.tolist()
    members = [ids if here else None for ids, here in zip(grid.members, inside, strict=True)]
    heads = [head if here else "" for head, here in zip(text.heads, inside, strict=True)]
    below = [line if here else "" for line, here in zip(text.lines, inside, strict=True)]
    shape = (grid.rows, grid.columns)
    z = np.where(mask, values, np.nan).astype(np.float32).reshape(shape)
    texts = {"hovertext": _things(heads).reshape(shape), "text": _things(below).reshape(shape)}
    return {"z": z, "customdata": _things(members).reshape(shape), **texts}


def _things(items: Sequence[Any]) -> NDArray[np.object_]:
    """An array of texts or tuples, which Plotly takes at once where it would look into every element of a list."""
    things = np.empty(len(items), dtype=object)
    things[:] = items
    return things


def outlines(grid: Grid, across: Places, up: Places, runs: Sequence[int]) -> list[Part]:
    """The selected cells framed in black on white, seen on every colour; a few have the colour of their curves."""
    cell_of = {run: cell for cell, ids in enumerate(grid.members) for run in ids}
    first: dict[int, int] = {}
    for run in runs:
        if run in cell_of:
            first.setdefault(cell_of[run], run)
    if not first:
        return []
    row, column = np.divmod(np.array(list(first)), grid.columns)
    left, right, low, high = across.edges[column], across.edges[column + 1], up.edges[row], up.edges[row + 1]
    gap = np.full(len(first), np.nan)
    frame: Part = {
        "type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False, "cliponaxis": False,
        "x": np.stack([left, right, right, left, left, gap], axis=1).ravel().astype(np.float32),
        "y": np.stack([low, low, high, high, low, gap], axis=1).ravel().astype(np.float32),
    }  # fmt: skip
    colours = style.run_colours(list(first.values()))
    dots: Part = {
        "type": "scatter", "mode": "markers", "hoverinfo": "skip", "showlegend": False, "name": "selected, colours",
        "x": across.centres[column], "y": up.centres[row],
        "marker": {"size": 9, "color": colours, "line": {"color": "#fff", "width": 1.5}},
    }  # fmt: skip
    return [
        {**frame, "name": "selected, halo", "line": {"color": "#ffffff", "width": 4}},
        {**frame, "name": "selected", "line": {"color": "#111111", "width": 2}},
        *([dots] if len(first) <= style.RUN_COLOURS else []),
    ]


def legend(found: Cells, kinds: bool) -> list[Part]:
    """Named entries with the number of cells; unclassified, provisional and waiting only where there are some."""
    tally = np.bincount(found.codes[found.own & (found.codes >= 0)], minlength=len(found.phases)).tolist()
    entries = [
        (f"{phase} {count:,}", colour)
        for phase, count, colour in zip(found.phases, tally, style.phase_colours(found.phases), strict=True)
        if kinds and (count or phase != found.phases[-1])
    ]
    others = {
        "provisional": (int(found.provisional.sum()), 0.55),
        "not started": (int(found.waiting.sum()) - len(found.undefined), 0.3),
        "undefined": (len(found.undefined), 0.3),
    }
    entries += [(f"{name} {n:,}", style.translucent(style.NEUTRAL, dark)) for name, (n, dark) in others.items() if n]
    return [
        style.legend_entry(name, mode="markers", marker={"symbol": "square", "size": 12, "color": colour})
        for name, colour in entries
    ]

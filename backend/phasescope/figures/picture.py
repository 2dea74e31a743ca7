"""The picture of a link's preview: a phase diagram as coloured squares, and curves as lines. It has no words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.phases import PHASES
from phasescope.core.curves import Floats
from phasescope.figures import style
from phasescope.figures.cell_values import PHASE, find
from phasescope.figures.material import Material

Pixels = NDArray[np.uint8]  # (height, width, 3)
WIDTH, HEIGHT = 1200, 630  # what previews of links show
PAPER = (245, 246, 248)
FRAME = (208, 213, 220)
WAITING = (226, 230, 235)
MARGIN = 48
LINE = 5


def blank() -> Pixels:
    """An empty picture."""
    return np.full((HEIGHT, WIDTH, 3), PAPER, dtype=np.uint8)


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def cells(material: Material) -> Pixels:
    """(rows, columns, 3) the colours of the phase diagram, the first row on top."""
    found = find(material)
    seen = np.where(found.shown >= 0, found.values[found.shown], np.nan)
    grid = seen.reshape(found.grid.rows, found.grid.columns)
    colours = _phases(grid) if material.view.colour == PHASE else _scale(grid)
    return np.flipud(colours)


def _phases(codes: NDArray[np.float64]) -> Pixels:
    palette = np.array([*(rgb(style.PHASE_COLOURS[phase]) for phase in PHASES), WAITING], dtype=np.uint8)
    known = np.isfinite(codes)
    places = np.where(known, codes, len(PHASES)).astype(np.int64)
    return np.take(palette, places, axis=0)


def _scale(values: NDArray[np.float64]) -> Pixels:
    """From the least to the greatest value along the scale of the figures."""
    known = np.isfinite(values)
    if not known.any():
        return np.full((*values.shape, 3), WAITING, dtype=np.uint8)
    low, high = float(values[known].min()), float(values[known].max())
    share = np.where(known, (values - low) / ((high - low) or 1.0), 0.0)
    ends = np.array([rgb(colour) for colour in style.SEQUENTIAL], dtype=np.float64)
    place = share * (len(ends) - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, len(ends) - 1)
    mixed: NDArray[np.float64] = ends[below] + (place - below)[..., None] * (ends[above] - ends[below])
    mixed[~known] = WAITING
    rounded: NDArray[np.uint8] = mixed.round().astype(np.uint8)
    return rounded


def paint_cells(picture: Pixels, colours: Pixels, box: tuple[int, int, int, int]) -> None:
    """Fill left, top, right, bottom with the squares of a diagram."""
    left, top, right, bottom = box
    rows = (np.arange(bottom - top) * len(colours)) // max(bottom - top, 1)
    columns = (np.arange(right - left) * colours.shape[1]) // max(right - left, 1)
    picture[top:bottom, left:right] = colours[rows][:, columns]


def paint_frame(picture: Pixels, box: tuple[int, int, int, int]) -> None:
    """A thin frame around a box."""
    left, top, right, bottom = box
    picture[top - 2 : top, left - 2 : right + 2] = FRAME
    picture[bottom : bottom + 2, left - 2 : right + 2] = FRAME
    picture[top - 2 : bottom + 2, left - 2 : left] = FRAME
    picture[top - 2 : bottom + 2, right : right + 2] = FRAME


def paint_line(picture: Pixels, x: Floats, y: Floats, colour: str, box: tuple[int, int, int, int]) -> None:
    """A curve whose x and y go from 0 to 1 within a box; gaps where either is not finite."""
    left, top, right, bottom = box
    across = left + np.clip(x, 0, 1) * (right - left - 1)
    down = bottom - 1 - np.clip(y, 0, 1) * (bottom - top - 1)
    for here in range(len(x) - 1):
        ends = np.array([across[here], across[here + 1], down[here], down[here + 1]])
        if not np.isfinite(ends).all():
            continue
        count = int(max(abs(ends[1] - ends[0]), abs(ends[3] - ends[2]))) + 2
        columns = np.linspace(ends[0], ends[1], count).round().astype(np.int64)
        rows = np.linspace(ends[2], ends[3], count).round().astype(np.int64)
        for aside in range(LINE):
            shift = aside - LINE // 2
            picture[np.clip(rows + shift, top, bottom - 1), columns] = rgb(colour)
            picture[rows, np.clip(columns + shift, left, right - 1)] = rgb(colour)


def paint_curves(picture: Pixels, curves: Sequence[tuple[Floats, Floats, str]], box: tuple[int, int, int, int]) -> None:
    """Curves (steps, values, colour) on shared axes: log step, and the values from the least to the greatest."""
    finite = [values[np.isfinite(values)] for _, values, _ in curves]
    known = np.concatenate(finite) if finite else np.zeros(0)
    last = max((float(steps.max(initial=1)) for steps, _, _ in curves), default=1.0)
    if not len(known):
        return
    low, high = float(known.min()), float(known.max())
    for steps, values, colour in curves:
        x = np.log1p(steps) / np.log1p(last)
        paint_line(picture, x, (values - low) / ((high - low) or 1.0) * 0.94 + 0.03, colour, box)

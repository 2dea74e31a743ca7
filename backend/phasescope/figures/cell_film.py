"""The phase diagram at every checkpoint at once, as bytes: what the page plays without asking for each picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses import cells, events, phases
from phasescope.analyses.cells import Grid
from phasescope.analyses.run_numbers import EVENT_SERIES, number_of
from phasescope.figures import style
from phasescope.figures.cell_values import PHASE, limits, rows_of, title_of
from phasescope.figures.colour_scale import colour_scale
from phasescope.figures.material import Material

LEVELS = 120  # colours of a continuous scale; each once as it is and once as provisional
NOTHING = 255


@dataclass(frozen=True)
class Film:
    """`codes` (C, cells): a place in the palette, that place + len(palette) for a provisional value, or NOTHING."""

    grid: Grid
    steps: NDArray[np.int64]
    palette: tuple[str, ...]
    names: tuple[str, ...]  # of the palette's colours, where they have any
    codes: NDArray[np.uint8]
    drop_step: NDArray[np.float32]  # (cells,) NaN where no drop was found


def film(material: Material) -> Film:
    """The film of what the view colours, where that is the commonest phase or the median of a series.

    Numbers of a whole run, such as the step of its drop, are not known step by step: such a film has no pictures.
    """
    grid = cells.grid(material.experiment, material.runs, material.view.x, material.view.y)
    steps = material.curves.steps
    names = phases.names_of(material.rule) if material.view.colour == PHASE else ()
    palette = tuple(style.phase_colours(names) if names else _levels())
    if _is_filmed(material):
        shown = _majorities(material, grid) if names else _medians(material, grid)
    else:
        steps, shown = steps[:0], np.full((0, grid.cells), -1)
    return Film(grid, steps, palette, names, _with_borrowed(shown, grid, len(palette)), _drops(material, grid))


def _is_filmed(material: Material) -> bool:
    """Is what the view colours known at every step?"""
    colour = material.view.colour
    of_a_run = colour != PHASE and number_of(colour, material.rule) is not None
    return not of_a_run and material.view.over_seeds == "median"


def _majorities(material: Material, grid: Grid) -> NDArray[np.int64]:
    """(C, cells) majority phase as known at each step; -1 unknown."""
    kinds = len(phases.names_of(material.rule))
    codes = _rows(material, phases.label_all_steps(material.curves, material.rule), phases.UNKNOWN)
    found = [cells.majority(codes[:, step].astype(np.int64), grid, kinds)[0] for step in range(codes.shape[1])]
    return np.array(found, dtype=np.int64).reshape(-1, grid.cells)


def _medians(material: Material, grid: Grid) -> NDArray[np.int64]:
    """(C, cells) place in the palette of each cell's median of the newest values at each step; -1 where none is."""
    name = material.view.colour
    values = material.series(name).astype(np.float64)
    known = np.isfinite(values)
    newest = np.maximum.accumulate(np.where(known, np.arange(values.shape[1]), -1), axis=1)
    held = np.where(newest >= 0, np.take_along_axis(values, np.maximum(newest, 0), axis=1), np.nan)
    table = _rows(material, held, np.nan)
    middle = np.array([cells.median(table[:, step], grid) for step in range(table.shape[1])]).reshape(-1, grid.cells)
    scale = colour_scale(title_of(name, material), limits(material, name))
    low, high = (scale.layout["coloraxis"][end] for end in ("cmin", "cmax"))
    with np.errstate(invalid="ignore"):
        share = (scale.place(middle) - low) / (high - low)
        places = np.clip(np.round(share * (LEVELS - 1)), 0, LEVELS - 1)
    return np.where(np.isfinite(share), places, -1).astype(np.int64)


def _rows(material: Material, values: NDArray[np.generic], missing: float) -> NDArray[np.float64]:
    """(R, C) values of the runs in their order; a run without a row in the curves is missing."""
    rows = rows_of(material.curves, [run.id for run in material.runs])
    more = np.concatenate([values, np.full((1, values.shape[1]), missing)])
    return np.asarray(more[rows], dtype=np.float64)


def _with_borrowed(shown: NDArray[np.int64], grid: Grid, colours: int) -> NDArray[np.uint8]:
    """As bytes, with the values that cells borrow until they have their own."""
    codes = np.where(shown >= 0, shown, NOTHING).astype(np.uint8)
    known: bytes | None = None
    source = np.arange(grid.cells)
    for step, trained in enumerate(shown >= 0):
        if trained.all():
            continue
        if trained.tobytes() != known:  # the same cells are trained at most steps
            known, source = trained.tobytes(), cells.sources(trained, grid)
        borrowed = (source >= 0) & ~trained
        codes[step, borrowed] = shown[step, source[borrowed]] + colours
    return codes


def _drops(material: Material, grid: Grid) -> NDArray[np.float32]:
    """(cells,) step of the deepest drop of the test loss, the median over the runs of a cell."""
    values = material.series(EVENT_SERIES)
    if not values.size:
        return np.full(grid.cells, np.nan, dtype=np.float32)
    found = events.of_series(
        material.curves, EVENT_SERIES, corrections=material.corrections, kinds=events.ONLY_DROPS
    ).numbers(len(material.curves.runs))["drop_step"]
    rows = rows_of(material.curves, [run.id for run in material.runs])
    return cells.median(np.append(found, np.nan)[rows], grid).astype(np.float32)


def _levels() -> list[str]:
    """The continuous scale in LEVELS colours."""
    stops = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in style.SEQUENTIAL], dtype=float)
    place = np.linspace(0, len(stops) - 1, LEVELS)
    channels = [np.interp(place, np.arange(len(stops)), stops[:, channel]).round().astype(int) for channel in range(3)]
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in zip(*channels, strict=True)]

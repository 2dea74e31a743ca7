"""Lines over a phase diagram: between its phases, and where the coloured number has a given value.

They run where the mean over seeds of a continuous number crosses a level; cells of which it is uncertain on which side
they lie (by drawing their seeds anew) are ringed. Where a line follows a power law that can be quoted, the legend says
which; the fit and its checklist are in the `meta` of the entry either way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses import phases
from phasescope.analyses.boundary import Boundary, find_boundary
from phasescope.analyses.boundary_law import boundary_law, checks
from phasescope.analyses.cells import Grid, GridAxis
from phasescope.figures import style, words
from phasescope.figures.cell_axes import Places
from phasescope.figures.cell_values import PHASE, by_phase, newest, rows_of
from phasescope.figures.material import Material
from phasescope.figures.style import Part

Array = NDArray[np.float64]
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
MOST = 12  # lines of different kinds
ENDED = ("finished", "stopped")


def boundary_lines(material: Material, grid: Grid, across: Places, up: Places) -> list[Part]:
    """The traces; none where the view asks for none or the diagram has one axis only."""
    view = material.view
    if not (view.boundaries or view.levels) or grid.y is None or not len(material.curves.steps):
        return []
    found: list[tuple[str, Boundary]] = []
    laws: list[Part | None] = []
    rows = rows_of(material.curves, [run.id for run in material.runs])
    if view.boundaries and by_phase(view):
        parameters = phases.order_parameters(phases.until(material.curves, view.step), material.rule)
        for name, values in list(parameters.items())[:MOST]:
            found.append((name, find_boundary(_finite(values, rows), grid, 0.0)))
            laws.append(_law(material, grid, _finite(values, rows), 0.0))
    if view.levels and view.colour != PHASE:
        values = _finite(newest(material, view.colour), rows)
        found += [(words.number(level), find_boundary(values, grid, level)) for level in view.levels[:MOST]]
        laws += [_law(material, grid, values, level) for level in view.levels[:MOST]]
    data: list[Part] = []
    for place, ((name, boundary), law) in enumerate(zip(found, laws, strict=True)):
        data += _lines(name, boundary, law, DASHES[place % len(DASHES)], grid)
    return [*data, *_uncertain([boundary for _, boundary in found], across, up)]


def _law(material: Material, grid: Grid, values: Array, level: float) -> Part | None:
    """The power law of a boundary with its checklist, as JSON, in which NaN and infinity have no place."""
    law = boundary_law(values, grid, level)
    if law is None:
        return None
    unfinished = sum(run.state not in ENDED for run in material.runs)
    told = [vars(check) for check in checks(law, columns=grid.columns, unfinished=unfinished)]
    plain = {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in vars(law).items()}
    return {**plain, "checks": told}


def _said(name: str, law: Part | None) -> str:
    if law is None or law["refused"]:
        return f"boundary: {name}"
    return f"boundary: {name}, y ∝ x^{law['exponent']:.2g} ({law['low']:.2g} to {law['high']:.2g})"


def _finite(values: Array, rows: NDArray[np.int64]) -> Array:
    """(runs,) infinity is later than was looked, and no number to take a mean of."""
    of_runs = np.append(values, np.nan)[rows]
    return np.where(np.isfinite(of_runs), of_runs, np.nan)


def _lines(name: str, boundary: Boundary, law: Part | None, dash: str, grid: Grid) -> list[Part]:
    """Dark on light, so that a line is seen on every colour."""
    if not boundary.lines:
        return []
    gap = np.full((1, 2), np.nan)
    points = np.vstack([piece for line in boundary.lines for piece in (line, gap)])
    shared: Part = {
        "type": "scatter", "mode": "lines", "x": _back(points[:, 0], grid.x).astype(np.float32),
        "y": _back(points[:, 1], grid.y).astype(np.float32), "legendgroup": f"boundary {name}", "hoverinfo": "skip",
    }  # fmt: skip
    return [
        {**shared, "name": f"{name}, halo", "showlegend": False, "line": {"color": "#ffffff", "width": 4}},
        {**shared, "name": name, "showlegend": False, "line": {"color": "#111111", "width": 2, "dash": dash}},
        style.legend_entry(
            _said(name, law), mode="lines", line={"color": style.NEUTRAL, "width": 2, "dash": dash},
            legendgroup=f"boundary {name}", meta={"law": law},
        ),
    ]  # fmt: skip


def _back(places: Array, axis: GridAxis | None) -> Array:
    """From the coordinates of a boundary to values of the axis."""
    return np.power(10.0, places) if axis is not None and axis.scale == "log" else places


def _uncertain(found: list[Boundary], across: Places, up: Places) -> list[Part]:
    band = np.logical_or.reduce([boundary.band for boundary in found]) if found else np.zeros(0, dtype=np.bool_)
    if not band.any():
        return []
    row, column = np.divmod(np.flatnonzero(band), len(across.centres))
    return [
        {
            "type": "scatter", "mode": "markers", "name": f"uncertain side {int(band.sum()):,}", "hoverinfo": "skip",
            "legendgroup": "boundary, uncertain",
            "x": across.centres[column].astype(np.float32), "y": up.centres[row].astype(np.float32),
            "marker": {"size": 6, "color": "#111111", "line": {"width": 1.5, "color": "#ffffff"}},
        }
    ]  # fmt: skip

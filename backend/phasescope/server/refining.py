"""Where an experiment should grow: new points near the boundaries of the diagram that a view shows."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from phasescope.analyses import cells, phases, refinement
from phasescope.analyses.cells import SEED
from phasescope.core.axes import Axis
from phasescope.core.catalogue import Catalogue
from phasescope.core.curves import Curves
from phasescope.core.door import is_whole
from phasescope.core.spec import Extension
from phasescope.core.view import View
from phasescope.figures import FIGURES, Material
from phasescope.figures.cell_values import PHASE, newest, rows_of
from phasescope.server.drawing import gather
from phasescope.server.looking import cut, cuts_of
from phasescope.server.run_memory import remembered

Heights = Mapping[str, tuple[NDArray[np.float64], float]]  # name -> (R,) values of the curves' rows, and the level


def proposed(session: Session, view: View, catalogue: Catalogue, count: int) -> list[Extension]:
    """Up to `count` extensions of one point each, over the axes of the diagram; none where nothing can be told yet or
    nothing is left: points that are trained, or wait to be, are not proposed. Where the view cuts a further axis, the
    points lie in that slice alone; along one that it does not cut they are trained at all its values.

    A diagram of phases is refined at all its boundaries in turn, one of numbers at the view's first level, or half-way
    between its least and its greatest value. Raises InvalidSpec for a view that cannot be drawn.
    """
    material = gather(session, FIGURES["phase_diagram"], view, catalogue)
    grid = cells.grid(material.experiment, material.runs, view.x, view.y)
    if SEED in [axis.path for axis in (grid.x, grid.y) if axis is not None]:
        return []  # more seeds are no place on a boundary
    rows = rows_of(material.curves, [run.id for run in material.runs])
    paths = [axis.path for axis in material.experiment.axes]
    whole = [path for path in paths if is_whole(material.experiment, path, catalogue)]
    measured = np.append(_measured(material.curves), False)[rows]
    cuts = cuts_of(view)
    trained = [run.point for run in cut(remembered(session, view.experiment), cuts)]  # also what the filter leaves out
    found = [
        refinement.proposed(
            np.append(values, np.nan)[rows], grid, level, count, whole=whole, measured=measured, trained=trained
        )
        for values, level in _heights(material).values()
    ]
    in_turn = [point for point in chain.from_iterable(zip_longest(*found)) if point is not None]
    once = list({tuple(point.items()): point for point in in_turn}.values())
    shown = {path: value for path, value in cuts.items() if path in paths}
    first = cuts.get(SEED, material.experiment.first_seed)
    return [_extension({**shown, **point}, first) for point in once[:count]]


def _extension(point: Mapping[str, Any], first_seed: int) -> Extension:
    """One point, with one seed; along an axis that it does not name, at all its values."""
    return Extension(axes=tuple(Axis(path=path, values=(at,)) for path, at in point.items()), first_seed=first_seed)


def _measured(curves: Curves) -> NDArray[np.bool_]:
    """(R,) the rows in which there is any value."""
    found = np.zeros(len(curves.runs), dtype=np.bool_)
    for values in curves.values.values():
        found |= np.isfinite(values).any(axis=1)
    return found


def _heights(material: Material) -> Heights:
    if material.view.colour == PHASE:
        parameters = phases.order_parameters(material.curves, material.rule)
        return {name: (values, 0.0) for name, values in parameters.items()}
    values = newest(material, material.view.colour)
    finite = values[np.isfinite(values)]
    if not len(finite):
        return {}
    middle = (float(finite.min()) + float(finite.max())) / 2
    return {material.view.colour: (values, material.view.levels[0] if material.view.levels else middle)}

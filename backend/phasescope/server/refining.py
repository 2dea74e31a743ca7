"""Where an experiment should grow: new points near the boundaries of the diagram that a view shows."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, zip_longest

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from phasescope.analyses import cells, phases, refinement
from phasescope.core.axes import Axis
from phasescope.core.catalogue import Catalogue
from phasescope.core.spec import Extension
from phasescope.core.view import View
from phasescope.figures import FIGURES, Material
from phasescope.figures.cell_values import PHASE, newest, rows_of
from phasescope.server.drawing import gather

Heights = Mapping[str, tuple[NDArray[np.float64], float]]  # name -> (R,) values of the curves' rows, and the level


def proposed(session: Session, view: View, catalogue: Catalogue, count: int) -> list[Extension]:
    """Up to `count` extensions of one point each, over the axes of the diagram; none where nothing can be told yet.

    A diagram of phases is refined at all its boundaries in turn, one of numbers at the view's first level, or half-way
    between its least and its greatest value. Raises InvalidSpec for a view that cannot be drawn.
    """
    material = gather(session, FIGURES["phase_diagram"], view, catalogue)
    grid = cells.grid(material.experiment, material.runs, view.x, view.y)
    rows = rows_of(material.curves, [run.id for run in material.runs])
    found = [
        refinement.proposed(np.append(values, np.nan)[rows], grid, level, count)
        for values, level in _heights(material).values()
    ]
    in_turn = [point for point in chain.from_iterable(zip_longest(*found)) if point is not None]
    return [
        Extension(axes=tuple(Axis(path=path, values=(value,)) for path, value in point.items()), first_seed=first)
        for point in in_turn[:count]
        for first in [material.experiment.first_seed]
    ]


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

"""The colours of heat maps of how alike representations are, and what they say of cells that have no value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.similarity import WAYS, Way
from phasescope.core.estimators import Estimator
from phasescope.figures import style
from phasescope.figures.style import Part


def drift_label(way: Way) -> str:
    """What a map of drift shows: the distance itself, or 1 minus the similarity."""
    return way.label if way.distance else f"1 − {way.label}"


def colour_axis(values: Sequence[NDArray[np.float64]], label: str, most: float | None, *, shown: bool) -> Part:
    """One scale for all maps from 0 to the greatest value that the estimator can have, else to the greatest here."""
    colours = [[place / (len(style.SEQUENTIAL) - 1), colour] for place, colour in enumerate(style.SEQUENTIAL)]
    finite = np.concatenate([each[np.isfinite(each)] for each in values]) if values else np.zeros(0)
    greatest = most if most is not None else float(finite.max(initial=0.0)) or 1.0
    bar: Part = {"title": {"text": label, "side": "right"}, "thickness": 12, "outlinewidth": 0}
    return {"colorscale": colours, "cmin": 0, "cmax": greatest, "colorbar": bar, "showscale": shown}


def gaps(values: Sequence[NDArray[np.float64]], estimator: Estimator) -> list[Part]:
    """Why some cells are empty, where some are."""
    if all(np.isfinite(each).all() for each in values):
        return []
    way = WAYS[estimator]
    if not any(np.isfinite(each).any() for each in values):
        return [style.note(f"{way.label} is undefined here:<br>{way.undefined}.")]
    return [style.remark(f"empty: {way.undefined}")]

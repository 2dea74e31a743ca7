"""How alike layers are at each step of a film, by linear CKA or another estimator, of what was kept newest then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.representation_embeddings import unbiased_gram
from phasescope.analyses.similarity import check_comparable, similarities
from phasescope.core.arrays import KeptArray
from phasescope.core.errors import NotComparable
from phasescope.core.estimators import Estimator
from phasescope.figures import filmed, kept_arrays, style
from phasescope.figures.style import Part

Floats = NDArray[np.float64]
Layer = Sequence[KeptArray]
"""What was kept of one layer of one run, along its checkpoints."""
MOST_GRAMS = 320  # of a film: each costs about a millisecond
MOST_PAIRS = 640  # of layers of a film by an estimator that looks at each pair anew: each costs about half of one


def steps_kept(layers: Sequence[Layer]) -> list[int]:
    """The steps at which some layer was kept."""
    return sorted({array.step for layer in layers for array in layer})


def steps_of(layers: Sequence[Layer], pairs: int, estimator: Estimator = "cka") -> list[int]:
    """The steps of the film: those at which some layer was kept; evenly fewer where there would be too many."""
    steps = steps_kept(layers)
    most = MOST_GRAMS // max(len(layers), 1) if estimator == "cka" else MOST_PAIRS // max(pairs, 1)
    return [steps[place] for place in filmed.spread(len(steps), pairs, max(2, most))]


def film(up: Sequence[Layer], across: Sequence[Layer], steps: Sequence[int], estimator: Estimator) -> Iterator[Floats]:
    """(len(up), len(across)) at each step, by any estimator, of layers that can be compared."""
    if estimator == "cka":
        yield from matrices(up, across, steps)
        return
    for step in steps:
        rows = [_newest(layer, step).values for layer in up]
        columns = rows if across is up else [_newest(layer, step).values for layer in across]
        yield similarities(rows, columns, estimator)


def matrices(up: Sequence[Layer], across: Sequence[Layer], steps: Sequence[int]) -> Iterator[Floats]:
    """(len(up), len(across)) at each step; NaN where the examples of two layers differ or nothing varies."""
    grams: dict[int, Floats] = {}
    for step in steps:
        left, right = ([_newest(layer, step) for layer in layers] for layers in (up, across))
        here = {id(array): array for array in (*left, *right)}
        grams = {key: grams[key] if key in grams else unbiased_gram(one.values) for key, one in here.items()}
        yield _matrix(left, right, grams)


def _matrix(left: Sequence[KeptArray], right: Sequence[KeptArray], grams: dict[int, Floats]) -> Floats:
    found = np.full((len(left), len(right)), np.nan)
    for examples in {array.kind.examples for array in left} & {array.kind.examples for array in right}:
        rows, columns = (
            [place for place, array in enumerate(arrays) if array.kind.examples == examples] for arrays in (left, right)
        )
        one, other = (
            np.stack([grams[id(arrays[place])] for place in places])
            for arrays, places in ((left, rows), (right, columns))
        )
        found[np.ix_(rows, columns)] = one @ other.T
    return found


def _newest(layer: Layer, step: int) -> KeptArray:
    found = kept_arrays.at(layer, step)
    assert found is not None  # a layer of which nothing was kept is none
    return found


def reason_against(ones: Sequence[Layer], others: Sequence[Layer]) -> str | None:
    """Why these cannot be compared; nothing where they can."""
    for one, other in product(ones, others):
        try:
            check_comparable(one[-1].kind, other[-1].kind)
        except NotComparable as error:
            return str(error)
    return None


def heat_map(values: Floats) -> Part:
    """The values of one step as they change with the clock."""
    return {"type": "heatmap", "z": kept_arrays.shortened(values)}


def colours(*, shown: bool) -> Part:
    """The colour axis of CKA, from 0 to 1 whatever is drawn."""
    scale = [[place / (len(style.SEQUENTIAL) - 1), colour] for place, colour in enumerate(style.SEQUENTIAL)]
    bar: Part = {"title": {"text": "CKA", "side": "right"}, "thickness": 12, "outlinewidth": 0}
    return {"colorscale": scale, "cmin": 0, "cmax": 1, "colorbar": bar, "showscale": shown}

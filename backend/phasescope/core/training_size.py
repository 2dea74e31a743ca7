"""How large the training sets of runs are beside each other: those of like size are trained together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from phasescope.core.spec import RunSpec

SETTINGS = ("train_examples", "train_fraction")
WIDEST = 4  # times the smallest; training sets are padded to the longest that is trained beside them


def training_size(spec: RunSpec) -> float:
    """The largest number or share of training examples that the run names, now or later; 1 where it names none.

    Only the ratio of two runs of one kind means anything.
    """
    return max((size for choice in (spec.task, *spec.interventions) for size in _sizes(choice)), default=1.0)


def band(spec: RunSpec) -> int:
    """Runs of one band differ in the size of their training sets by less than WIDEST."""
    return math.floor(math.log(training_size(spec), WIDEST))


def _sizes(value: JsonValue) -> Iterator[float]:
    """What is said under these names, however deep."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in SETTINGS and isinstance(inner, int | float) and inner > 0:
                yield float(inner)
            else:
                yield from _sizes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sizes(inner)

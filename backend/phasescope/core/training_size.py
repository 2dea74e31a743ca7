"""How large training sets and batches of runs are beside each other: those of like size are trained together."""

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


def batch_size(spec: RunSpec) -> int:
    """The largest number of examples that a step takes, now or later; 1 where it is the whole training set."""
    changed = [choice.get("value") for choice in spec.interventions if choice.get("field") == "batch_size"]
    sizes = [spec.batch_size, *changed] if spec.batch_size is not None else []
    return max((int(size) for size in sizes if isinstance(size, int | float)), default=1)


def band(spec: RunSpec) -> tuple[int, int]:
    """Runs of one band differ by less than WIDEST in the size of their training sets, and in that of their batches."""
    return _band(training_size(spec)), _band(batch_size(spec))


def larger(one: RunSpec, other: RunSpec) -> RunSpec:
    """A run as large as either of two: the one with the larger training set, with the larger batches."""
    largest = max(one, other, key=training_size)
    size = max(batch_size(one), batch_size(other))
    return largest if largest.batch_size is None else largest.model_copy(update={"batch_size": size})


def _band(size: float) -> int:
    return math.floor(math.log(size, WIDEST) + 1e-9)  # 64 is 4³, and its logarithm is a little less than 3


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

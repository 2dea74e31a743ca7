"""What a quantity is: a number of each seed, computed from stored series alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from phasescope.core.curves import Curves, Floats
from phasescope.core.record import Record
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec

Numbers = NDArray[np.float64]
S = TypeVar("S", bound=Record)


@dataclass(frozen=True)
class Evidence:
    """An experiment, its runs, and their stored series."""

    experiment: ExperimentSpec
    runs: tuple[Run, ...]  # in grid order
    curves: Curves

    def cells(self, where: Mapping[str, Any]) -> dict[int, Evidence]:
        """By seed, the runs at the points that agree with `where` (axis path -> value or values), in grid order."""
        found: dict[int, list[Run]] = {}
        for run in self.runs:
            if all(path in run.point and _agree(run.point[path], value) for path, value in where.items()):
                found.setdefault(run.seed, []).append(run)
        return {
            seed: Evidence(self.experiment, tuple(runs), self.curves.of([run.id for run in runs]))
            for seed, runs in sorted(found.items())
        }

    def series(self, name: str) -> Floats:
        """(R, C) one series, a row for each run; NaN throughout for a run that has none of it."""
        missing = np.full((len(self.runs), len(self.curves.steps)), np.nan)
        return self.curves.values.get(name, missing)


def _agree(one: Any, other: Any) -> bool:
    """Is a point at a value, or at one of a list of values?"""
    if isinstance(other, (list, tuple)):
        return any(_agree(one, each) for each in other)
    numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
    return bool(np.isclose(one, other, rtol=1e-4)) if numbers else bool(one == other)


@dataclass(frozen=True, kw_only=True)
class Quantity(Generic[S]):
    """A kind of number that a claim can be about.

    `measure` gives one number per seed: infinity for what has not happened, NaN for what is undefined.
    """

    name: str
    summary: str
    settings: type[S]
    series: Callable[[S], tuple[str, ...]]
    measure: Callable[[S, Evidence], dict[int, float]]

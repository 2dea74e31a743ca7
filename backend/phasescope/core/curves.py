"""Stored series of many runs side by side: what analyses read and figures draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Curves:
    """Series of R runs over the union of their C checkpoints.

    `values[name]` is (R, C); NaN where a run has no value at that step (not taken there, ended before, or undefined).
    `taken[name]` tells these apart: NaN where it is true is undefined.
    """

    runs: tuple[int, ...]
    steps: NDArray[np.int64]  # (C,), increasing
    values: Mapping[str, Floats]  # name -> (R, C)
    undefined: Mapping[tuple[int, str], str] = field(
        default_factory=dict
    )  # (run, series) -> why some values are missing
    taken: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)  # name -> (R, C), where it is known

    def of(self, runs: Sequence[int]) -> Curves:
        """The same curves of some of the runs, in the order asked for; runs that are not here are left out."""
        rows = {run: row for row, run in enumerate(self.runs)}
        kept = [run for run in runs if run in rows]
        index = [rows[run] for run in kept]
        values = {name: table[index] for name, table in self.values.items()}
        taken = {name: table[index] for name, table in self.taken.items()}
        return Curves(tuple(kept), self.steps, values, self.undefined, taken)

    def at(self, name: str, step: int | None) -> Floats:
        """(R,) each run's newest value no later than `step` (None: its newest at all); NaN where it has none."""
        values = self.values[name]
        if values.shape[1] == 0:
            return np.full(len(self.runs), np.nan)
        seen = np.isfinite(values) if step is None else np.isfinite(values) & (self.steps <= step)
        last = values.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1)
        return np.where(seen.any(axis=1), np.take_along_axis(values, last[:, None], axis=1)[:, 0], np.nan)

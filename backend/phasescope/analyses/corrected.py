"""Events with what was corrected by hand put in the place of what was found; its confidence is NaN: nobody computed it.

The size of a drop is still read off the curve, at the steps that the person gave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.drops import Drops
from phasescope.analyses.plateaus import Plateaus
from phasescope.analyses.spikes import Spikes
from phasescope.analyses.timelines import Reading, Time, read
from phasescope.core.corrections import Correction, DropMark, PlateauMark
from phasescope.core.curves import Floats

Array = NDArray[np.float64]
Corrections = Sequence[Correction | None]
Kind = TypeVar("Kind", Drops, Plateaus, Spikes)


class Curve:
    """One run's curve as event finders read it, between its own checkpoints."""

    def __init__(self, values: Floats, steps: NDArray[np.int64], reading: Reading, time: Time) -> None:
        y = read(values[None], reading)[0]
        finite = np.isfinite(y)
        self.steps, self.values = steps[finite].astype(np.float64), y[finite]
        self.time, self.last = time, float(steps[-1]) if len(steps) else 1.0

    def at(self, step: float) -> float:
        """The height at a step; NaN for a curve without values."""
        if not len(self.steps):
            return float("nan")
        return float(np.interp(np.log1p(step), np.log1p(self.steps), self.values))

    def span(self, start: float, end: float) -> float:
        """Time between two steps, as the finders count it."""
        if self.time == "linear":
            return 10 * (end - start) / max(self.last, 1.0)
        return float(np.log(max(end, 1.0)) - np.log(max(start, 1.0)))


def corrected_drops(found: Drops, corrections: Corrections, curve: Callable[[int], Curve]) -> Drops:
    """Drops, those of corrected rows as they were given."""

    def rows(row: int, given: Sequence[DropMark]) -> Drops:
        line = curve(row)
        least = 1.0 if line.time == "log" else 0.0  # step 0 has no place in log time
        onset, middle, end = (
            np.maximum([getattr(drop, name) for drop in given], least) for name in ("onset", "midpoint", "end")
        )
        width = np.array([line.span(drop.onset, drop.end) for drop in given])
        fall = np.array([line.at(drop.onset) - line.at(drop.end) for drop in given])
        return Drops(np.full(len(given), row), onset, middle, end, width, fall, np.full(len(given), np.nan))

    replaced = {row: one.drops for row, one in enumerate(corrections) if one is not None and one.drops is not None}
    return _joined(found, [rows(row, given) for row, given in replaced.items()], list(replaced), "midpoint")


def corrected_plateaus(found: Plateaus, corrections: Corrections, curve: Callable[[int], Curve]) -> Plateaus:
    """Plateaus, those of corrected rows as they were given."""

    def rows(row: int, given: Sequence[PlateauMark]) -> Plateaus:
        line = curve(row)
        start, end = (np.array([getattr(plateau, name) for plateau in given]) for name in ("start", "end"))
        ends = [(line.at(plateau.start), line.at(plateau.end)) for plateau in given]
        level = np.array([(first + last) / 2 for first, last in ends])
        spans = [max(line.span(plateau.start, plateau.end), 1e-9) for plateau in given]
        slope = np.array([(last - first) / span for (first, last), span in zip(ends, spans, strict=True)])
        return Plateaus(np.full(len(given), row), start, end, level, slope, np.full(len(given), np.nan))

    replaced = {r: one.plateaus for r, one in enumerate(corrections) if one is not None and one.plateaus is not None}
    return _joined(found, [rows(row, given) for row, given in replaced.items()], list(replaced), "start")


def corrected_spikes(found: Spikes, corrections: Corrections, curve: Callable[[int], Curve]) -> Spikes:
    """Spikes, those of corrected rows as they were given; their height is above the neighbours."""

    def rows(row: int, given: Sequence[int]) -> Spikes:
        line = curve(row)
        beside = [(line.at(step * 0.8), line.at(step * 1.25)) for step in given]
        height = np.array([line.at(step) - sum(pair) / 2 for step, pair in zip(given, beside, strict=True)])
        steps = np.array(given, dtype=np.int64)
        return Spikes(np.full(len(given), row), steps, height, np.full(len(given), np.nan))

    replaced = {row: one.spikes for row, one in enumerate(corrections) if one is not None and one.spikes is not None}
    return _joined(found, [rows(row, given) for row, given in replaced.items()], list(replaced), "step")


def _joined(found: Kind, given: Sequence[Kind], rows: Sequence[int], order: str) -> Kind:
    """What was found of other rows and what was given, in the order of the rows and of time."""
    if not rows:
        return found
    parts = [found.of(~np.isin(found.row, rows)), *given]
    together = type(found)(*(np.concatenate([getattr(part, name) for part in parts]) for name in vars(found)))
    return together.of(np.lexsort((getattr(together, order), together.row)))

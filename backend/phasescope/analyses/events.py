"""Events of a series: plateaus, drops (several are a staircase) and spikes of every run, in log or in linear time.

Steps are counted as training counts them, and lie between checkpoints where a straight line says so: an event is no
more precise than the distance between its two checkpoints.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.corrected import (
    Corrections,
    Curve,
    corrected_drops,
    corrected_plateaus,
    corrected_spikes,
)
from phasescope.analyses.drops import Drops, find_drops, no_drops
from phasescope.analyses.plateaus import Plateaus, find_plateaus, no_plateaus
from phasescope.analyses.spikes import Spikes, find_spikes, no_spikes
from phasescope.analyses.timelines import Reading, Time, enough, reading_of, timelines
from phasescope.core.corrections import Correction
from phasescope.core.curves import Curves, Floats

EVENTS = Analysis(
    name="events",
    title="Events",
    description="Plateaus, drops and spikes of a series, with where each lies, how large it is and how sure that is.",
)

Kind = Literal["plateaus", "drops", "spikes"]
KINDS: tuple[Kind, ...] = ("plateaus", "drops", "spikes")
ONLY_DROPS: tuple[Kind, ...] = ("drops",)

COLOURS = {
    "drop_step": "step of the deepest drop",
    "drop_size": "size of the deepest drop",
    "drop_count": "number of drops",
    "plateau_length": "length of the longest plateau",
}
"""What of the events of a run one number can tell."""
UNITS = {"drop_step": "steps", "drop_size": "nats", "drop_count": "drops", "plateau_length": "ratio of steps"}


@dataclass(frozen=True)
class Events:
    """What was found on one series of R runs; of a run with `few` values nothing can be said, and nothing was found."""

    plateaus: Plateaus
    drops: Drops
    spikes: Spikes
    few: NDArray[np.bool_]  # (R,)

    @property
    def too_few(self) -> bool:
        """Whether that is so of all of them."""
        return bool(self.few.all())

    def numbers(self, rows: int) -> dict[str, NDArray[np.float64]]:
        """(R,) for each of COLOURS: steps, nats, a count, and a ratio of steps; NaN where there is no such event."""
        deepest = self.drops.largest(rows)
        step, size = (np.append(values, np.nan)[deepest] for values in (self.drops.midpoint, self.drops.fall))
        length = np.full(rows, np.nan)
        np.fmax.at(length, self.plateaus.row, self.plateaus.end / np.maximum(self.plateaus.start, 1))
        count = np.where(self.few, np.nan, self.drops.counts(rows))
        return {"drop_step": step, "drop_size": size, "drop_count": count, "plateau_length": length}


def find(
    values: Floats,
    steps: NDArray[np.int64],
    reading: Reading | None = None,
    time: Time = "log",
    corrections: Corrections = (),
    kinds: Collection[Kind] = KINDS,
) -> Events:
    """Events of (R, C) values, NaN where a run has none; `corrections` (R,) hold instead of what is found.

    `kinds` are those that are wanted; drops are always sought, since plateaus end at them.
    """
    how = reading or Reading()
    lines = timelines(values, steps, how, time)
    drops = no_drops() if lines is None else find_drops(lines, logarithm=how.logarithm)

    def curve(row: int) -> Curve:
        return Curve(values[row], steps, how, time)

    if any(corrections):
        drops = corrected_drops(drops, corrections, curve)
    plateaus, spikes = no_plateaus(), no_spikes()
    if "plateaus" in kinds and lines is not None:
        plateaus = find_plateaus(lines, drops)
    if "spikes" in kinds:
        spikes = find_spikes(values, steps, how)
    if any(corrections):
        plateaus = corrected_plateaus(plateaus, corrections, curve)
        spikes = corrected_spikes(spikes, corrections, curve)
    return Events(plateaus, drops, spikes, ~enough(values, steps, time))


def of_series(
    curves: Curves,
    series: str,
    time: Time = "log",
    floor: float = 0.0,
    corrections: Mapping[tuple[int, str], Correction] | None = None,
    kinds: Collection[Kind] = KINDS,
) -> Events:
    """Events of a stored series, read as its name asks for; a series that was never stored has none.

    `corrections` by run and series hold instead of what is found.
    """
    missing = np.full((len(curves.runs), len(curves.steps)), np.nan)
    reading = reading_of(series)
    how = replace(reading, floor=floor if reading.logarithm else 0.0)
    own = [corrections.get((run, series)) for run in curves.runs] if corrections else []
    return find(curves.values.get(series, missing), curves.steps, how, time, own, kinds)

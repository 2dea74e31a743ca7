"""When measures are taken: a schedule is a value, not an `if` in the loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from phasescope.core.record import Record, Rule, setting


class Checkpoints(Record):
    """The training steps at which measures are taken; step 0 and the last step always are."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "(log_spaced != None) + (every != None) + (at != None) == 1",
            "checkpoints: give exactly one of log_spaced, every and at.",
        ),
    )

    log_spaced: int | None = setting(None, "How many checkpoints, evenly spaced in log step.", ge=2, le=2000)
    every: int | None = setting(None, "A checkpoint every so many steps.", ge=1, unit="steps")
    at: tuple[int, ...] | None = setting(None, "Exactly these steps.")

    def steps(self, total: int) -> tuple[int, ...]:
        """The steps of a run of `total` steps, increasing, without repetition, from 0 to `total`."""
        if self.at is not None:
            wanted = np.asarray(self.at, dtype=np.int64)
        elif self.every is not None:
            wanted = np.arange(0, total + 1, self.every, dtype=np.int64)
        else:
            wanted = _log_spaced(total, self.log_spaced or 2)
        inside = wanted[(wanted > 0) & (wanted < total)]
        return tuple(int(step) for step in np.unique(np.concatenate([[0], inside, [total]])))


class MeasureSchedule(Record):
    """How one measure is taken, where it is not simply taken at every checkpoint. The first and the last always are."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("(every != None) + (checkpoints != None) <= 1", "schedules: give every or checkpoints, not both."),
    )

    every: int | None = setting(None, "At every so many-th checkpoint.", ge=1, unit="checkpoints")
    checkpoints: Checkpoints | None = setting(None, "At the first checkpoint at or after each of these steps.")
    examples: int | None = setting(None, "Of arrays: keep at most so many probe examples.", ge=4, le=65_536)
    features: int | None = setting(
        None, "Of arrays: keep at most so many features; more are projected to so many at random.", ge=2, le=65_536
    )

    @property
    def limits(self) -> MeasureSchedule:
        """How much is kept, without when."""
        return MeasureSchedule(examples=self.examples, features=self.features)

    def steps(self, scheduled: Sequence[int]) -> tuple[int, ...]:
        """Those of the experiment's checkpoints at which the measure is taken."""
        if not scheduled or (self.every is None and self.checkpoints is None):
            return tuple(scheduled)
        if self.checkpoints is None:
            return tuple(dict.fromkeys((*scheduled[:: self.every], scheduled[-1])))
        places = np.searchsorted(np.asarray(scheduled), self.checkpoints.steps(scheduled[-1]))
        return tuple(scheduled[place] for place in dict.fromkeys([0, *places.tolist()]))


def _log_spaced(total: int, count: int) -> np.ndarray:
    """At most `count` distinct whole steps from 1 to total, as evenly spaced in log step as whole numbers allow."""
    low, high = 2, 4 * count + 8
    while low < high:  # the finest geometric grid that, rounded, has no more than `count` distinct steps
        middle = (low + high + 1) // 2
        grid = np.unique(np.round(np.geomspace(1, total, middle)).astype(np.int64))
        low, high = (middle, high) if len(grid) <= count - 1 else (low, middle - 1)
    return np.unique(np.round(np.geomspace(1, total, low)).astype(np.int64))

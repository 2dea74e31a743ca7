"""When measures are taken: a schedule is a value, not an `if` in the loop."""

from __future__ import annotations

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


def _log_spaced(total: int, count: int) -> np.ndarray:
    """At most `count` distinct whole steps from 1 to total, as evenly spaced in log step as whole numbers allow."""
    low, high = 2, 4 * count + 8
    while low < high:  # the finest geometric grid that, rounded, has no more than `count` distinct steps
        middle = (low + high + 1) // 2
        grid = np.unique(np.round(np.geomspace(1, total, middle)).astype(np.int64))
        low, high = (middle, high) if len(grid) <= count - 1 else (low, middle - 1)
    return np.unique(np.round(np.geomspace(1, total, low)).astype(np.int64))

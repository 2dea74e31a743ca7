"""Learning-rate schedules: by what each run's rate is multiplied at each step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from phasescope.optimizers.optimizer import Optimizer


def is_constant(optimizers: Sequence[Optimizer]) -> bool:
    """Does every run keep its rate?"""
    return all(one.schedule == "constant" and one.warm_up == 0 for one in optimizers)


def multipliers(optimizers: Sequence[Optimizer], first: int, count: int) -> NDArray[np.float64]:
    """(count, R) for `count` updates from number `first` (counted from 1)."""

    def over_runs(field: str) -> NDArray[np.float64]:
        return np.array([getattr(one, field) for one in optimizers], dtype=np.float64)

    warm_up, length, floor = (over_runs(field) for field in ("warm_up", "schedule_steps", "schedule_floor"))
    kinds = np.array([one.schedule for one in optimizers])
    update = np.arange(first, first + count, dtype=np.float64)[:, None]
    since = np.maximum(update - 1 - warm_up, 0)  # updates done since the warm-up
    cosine = floor + (1 - floor) * 0.5 * (1 + np.cos(np.pi * np.minimum(since / length, 1)))
    stairs = np.maximum(floor, over_runs("schedule_factor") ** np.floor(since / length))
    root = np.maximum(floor, np.sqrt(length / np.maximum(since, length)))
    chosen = np.select(
        [kinds == "cosine", kinds == "step", kinds == "inverse_square_root"], [cosine, stairs, root], default=1.0
    )
    made: NDArray[np.float64] = chosen * np.minimum(update / np.maximum(warm_up, 1), 1)
    return made

"""What interventions on data share: training examples come from elsewhere, or are changed, while testing stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue
from torch import Tensor

from phasescope.core.record import setting
from phasescope.interventions.intervention import Lasting


class DataChange(Lasting):
    """Base of interventions under which examples are drawn in another way; test set and probe examples stay.

    Which way is a stage, a number: the examples of a stage are drawn when it begins. They are drawn with the run's own
    randomness, so that what the change does not concern is as before.
    """

    chooses: ClassVar[bool] = False
    """Does it choose among the examples of a training set? Then there must be one."""

    share: float = setting(
        1.0,
        "Share of each batch that comes from there; the rest is as without this intervention.",
        gt=0,
        le=1,
        per_run=True,
    )

    def stage(self, since: int) -> int:
        """Which way holds after so many steps since it began."""
        return 0

    def next_stage(self, since: int) -> int | None:
        """After how many steps since it began the next stage does; nothing where there is none."""
        return None

    def stages(self) -> tuple[int, ...]:
        """Those that are looked at before training begins: it must be possible to draw them."""
        return (0,)

    def task_settings(self, stage: int) -> dict[str, JsonValue]:
        """Settings of the task that have other values at a stage."""
        return {}

    def kept(self, inputs: NDArray[Any], targets: NDArray[Any], stage: int) -> NDArray[np.int64] | None:
        """Places of the training examples (n, …) that are trained on at a stage; nothing means all."""
        return None


@dataclass(frozen=True)
class Shown:
    """The inputs of a batch of the runs that an intervention holds for, and random tables of their own."""

    inputs: Tensor  # (D, n, …)
    vocabulary: int  # of tokens
    numbers: Mapping[str, Tensor]  # settings over the run axis, (D, 1, …) as they multiply inputs
    uniform: Callable[[], Tensor]  # float64, of the shape of the inputs, each time the same
    normal: Callable[[], Tensor]  # the same, standard normal


class InputChange(Lasting):
    """Base of interventions that change the inputs of each training batch; test set and probe examples stay."""

    def changed_inputs(self, shown: Shown) -> Tensor:
        """(D, n, …) what is trained on instead."""
        raise NotImplementedError

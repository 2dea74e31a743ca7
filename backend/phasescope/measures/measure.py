"""What a measure is: a name, what is needed to read what it gives, and a function of a checkpoint.

Most give numbers; some keep an array per run, or both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue
from torch import Tensor

from phasescope.core.arrays import Kept
from phasescope.core.schedule import MeasureSchedule
from phasescope.engine.checkpoint import Checkpoint

Values = dict[str, Tensor]
"""Series name -> (R,) one value per run; NaN where the measure is undefined."""


@dataclass(frozen=True, kw_only=True)
class RunArrays:
    """One array per run. `examples` are digests of what they were taken on, `about` says what was kept of what."""

    values: Tensor  # (R, ...)
    dtype: Kept
    examples: tuple[str, ...]  # (R,)
    about: dict[str, JsonValue]
    counts: tuple[int, ...] | None = None  # (R,) how much of the axis after the runs' is real; None: all


Arrays = dict[str, RunArrays]
"""Array name -> an array per run."""


def no_numbers(_checkpoint: Checkpoint) -> Values:
    """What a measure that only keeps arrays gives as numbers."""
    return {}


EVERY = {"cheap": 1, "moderate": 1, "dear": 5}
"""At every so many-th checkpoint a measure of this cost is taken, unless an experiment says when."""
EVERY_ARRAY = 8


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A quantity of R networks at a checkpoint. `measure` changes nothing: not weights, gradients or random state."""

    name: str
    label: str
    measure: Callable[[Checkpoint], Values] = no_numbers
    keep: Callable[[Checkpoint, MeasureSchedule], Arrays] | None = None
    """The arrays it keeps, within the limits of its schedule."""
    summary: str
    """The definition, with its formula and estimator."""
    unit: str
    source: str
    """Paper and equation."""
    series: tuple[str, ...] = ()
    """Names of what it gives; `name.*` stands for one series per layer."""
    arrays: tuple[str, ...] = ()
    """Names of the arrays it keeps; `name.*` stands for one per layer."""
    caps: tuple[str, ...] = ()
    """Which limits of a schedule it obeys: `examples`, `features`."""
    range: tuple[float | None, float | None] = (None, None)
    cost: Literal["cheap", "moderate", "dear"] = "cheap"
    version: int = 1
    """Raised when the definition changes; old values stay and stay labelled."""
    needs: tuple[str, ...] = ()
    """What task or model must offer: words of `Task.offers` and `Model.offers`, or a kind of input (`tokens`)."""
    updates: bool = False
    """Whether it looks at `Checkpoint.update`, for which the training loop has to keep copies of the parameters."""
    undefined: str = "the value overflowed"
    """Why a value is missing, where one is."""

    @property
    def every(self) -> int:
        """It is taken at every so many-th checkpoint, unless an experiment says when."""
        return EVERY_ARRAY if self.arrays else EVERY[self.cost]

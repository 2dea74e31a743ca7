"""What a measure is: a name, what is needed to read what it gives, and a function of a checkpoint.

Most give numbers; some keep an array per run, or both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint

Values = dict[str, Tensor]
"""Series name -> (R,) one value per run; NaN where the measure is undefined."""


EVERY = {"cheap": 1, "moderate": 1, "dear": 5}
"""At every so many-th checkpoint a measure of this cost is taken, unless an experiment says when."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A quantity of R networks at a checkpoint. `measure` changes nothing: not weights, gradients or random state."""

    name: str
    label: str
    measure: Callable[[Checkpoint], Values]
    summary: str
    """The definition, with its formula and estimator."""
    unit: str
    source: str
    """Paper and equation."""
    series: tuple[str, ...]
    """Names of what it gives; `name.*` stands for one series per layer."""
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
        return EVERY[self.cost]

"""What every optimizer is: settings and an update rule over the stacked parameters of many runs.

Every number of an optimizer is a column over the run axis: runs that differ in it train in one program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.record import Record, setting

Moments = dict[str, Tensor]
Numbers = Mapping[str, Tensor]


class Optimizer(Record):
    """Base of all optimizers. `embedding_*` settings, where given, replace theirs for the embedding group."""

    name: ClassVar[str]
    label: ClassVar[str]
    source: ClassVar[str]
    moments: ClassVar[tuple[str, ...]]
    """Names of the tensors, each like the parameters and zero at the start, that the rule carries along."""

    learning_rate: float = setting(1e-3, "Step size.", gt=0, le=1e3, per_run=True)
    weight_decay: float = setting(0.0, "Decay of the weights; see the rule for how it enters.", ge=0, per_run=True)
    embedding_learning_rate: float | None = setting(
        None, "Step size of the embedding; nothing means the same as the rest.", gt=0, le=1e3, per_run=True
    )
    embedding_weight_decay: float | None = setting(
        None, "Decay of the embedding; nothing means the same as the rest.", ge=0, per_run=True
    )

    def start(self, parameters: Tensor) -> Moments:
        """Moments at step 0."""
        return {name: torch.zeros_like(parameters) for name in self.moments}

    def update(self, parameters: Tensor, gradients: Tensor, moments: Moments, *, numbers: Numbers, step: int) -> None:
        """One step in place.

        parameters, gradients and each moment: (runs, parameters); numbers: (runs, 1) each; step counts from 1.
        """
        raise NotImplementedError

    def for_group(self, group: str) -> dict[str, float]:
        """The numbers of this run's settings that hold for a parameter group (`embedding` or `rest`)."""
        values = {name: getattr(self, name) for name in self.per_run_fields()}
        if group == "embedding":
            for name in ("learning_rate", "weight_decay"):
                separate = values[f"embedding_{name}"]
                values[name] = values[name] if separate is None else separate
        return {name: float(v) for name, v in values.items() if not name.startswith("embedding_")}

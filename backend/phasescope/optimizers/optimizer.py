"""What every optimizer is: settings and an update rule over the stacked parameters of many runs.

Every number of an optimizer is a column over the run axis: runs that differ in it train in one program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import torch
from torch import Tensor

from phasescope.core.record import Record, setting

Moments = dict[str, Tensor]
Numbers = Mapping[str, Tensor]

STAGES = (
    "warm_up", "schedule", "schedule_steps", "schedule_factor", "schedule_floor",
    "filter_strength", "filter_memory", "clip_norm", "gradient_noise",
)  # fmt: skip
"""Settings over the run axis that the engine applies around every update rule; they are no numbers of the rule."""


class Optimizer(Record):
    """Base of all optimizers. `embedding_*` settings, where given, replace theirs for the embedding group."""

    name: ClassVar[str]
    label: ClassVar[str]
    source: ClassVar[str]
    moments: ClassVar[tuple[str, ...]]
    """Names of the tensors, each like the parameters and zero at the start, that the rule carries along."""
    looks_around: ClassVar[bool] = False
    """Does the rule take its gradient elsewhere, at the point that `ascend` gives?"""
    is_noisy: ClassVar[bool] = False
    """Does the rule add noise of its own, in `disturb`?"""

    learning_rate: float = setting(1e-3, "Step size.", gt=0, le=1e3, per_run=True)
    weight_decay: float = setting(0.0, "Decay of the weights; see the rule for how it enters.", ge=0, per_run=True)
    embedding_learning_rate: float | None = setting(
        None, "Step size of the embedding; nothing means the same as the rest.", gt=0, le=1e3, per_run=True
    )
    embedding_weight_decay: float | None = setting(
        None, "Decay of the embedding; nothing means the same as the rest.", ge=0, per_run=True
    )

    warm_up: int = setting(
        0, "The rate rises in a straight line over this many steps.", ge=0, unit="steps", per_run=True, neutral=True
    )
    schedule: Literal["constant", "cosine", "step", "inverse_square_root"] = setting(
        "constant",
        "How the rate goes on: as it is; down half a cosine over `schedule_steps` and then at the floor; times "
        "`schedule_factor` every `schedule_steps`; or as 1/√step once `schedule_steps` have passed.",
        per_run=True,
        neutral=True,
    )
    schedule_steps: int = setting(1000, "The length that the schedule has.", ge=1, unit="steps", per_run=True,
                                  neutral=True)  # fmt: skip
    schedule_factor: float = setting(0.1, "Of schedule `step`: what the rate is multiplied by.", gt=0, le=1,
                                     per_run=True, neutral=True)  # fmt: skip
    schedule_floor: float = setting(0.0, "The schedule never goes below this share of the rate.", ge=0, le=1,
                                    per_run=True, neutral=True)  # fmt: skip
    gradient_filter: Literal["none", "ema", "moving_average"] = setting(
        "none",
        "Amplify the slow part of the gradient: add an exponential moving average of it, or, once the window is "
        "full, its mean over the window, times `filter_strength` (Lee et al. 2024, arXiv:2405.20233).",
        neutral=True,
    )
    filter_strength: float = setting(2.0, "How much of the slow part is added.", ge=0, per_run=True, neutral=True)
    filter_memory: float = setting(0.98, "Of filter `ema`: its memory.", ge=0, lt=1, per_run=True, neutral=True)
    filter_window: int = setting(100, "Of filter `moving_average`: its length.", ge=1, le=1000, unit="steps",
                                 neutral=True)  # fmt: skip
    clip_norm: float | None = setting(
        None, "A longer gradient is shortened to this norm, after filter and noise; nothing means never.",
        gt=0, per_run=True, neutral=True,
    )  # fmt: skip
    gradient_noise: float = setting(
        0.0, "Standard deviation of Gaussian noise added to each component of the gradient, after the filter.",
        ge=0, per_run=True, neutral=True,
    )  # fmt: skip

    def start(self, parameters: Tensor) -> Moments:
        """Moments at step 0."""
        return {name: torch.zeros_like(parameters) for name in self.moments}

    def update(self, parameters: Tensor, gradients: Tensor, moments: Moments, *, numbers: Numbers, step: int) -> None:
        """One step in place.

        parameters, gradients and each moment: (runs, parameters); numbers: (runs, 1) each; step counts from 1.
        """
        raise NotImplementedError

    def ascend(self, parameters: Tensor, gradients: Tensor, *, numbers: Numbers) -> Tensor:
        """Where the gradient that counts is taken, for a rule that `looks_around`; nothing is changed in place."""
        raise NotImplementedError

    def disturb(self, parameters: Tensor, noise: Tensor, *, numbers: Numbers) -> None:
        """What noise (standard normal, like the parameters) does after the update, for a rule that `is_noisy`."""
        raise NotImplementedError

    def for_group(self, group: str) -> dict[str, float]:
        """The numbers of this run's settings that hold for a parameter group (`embedding` or `rest`)."""
        values = {name: getattr(self, name) for name in self.per_run_fields() if name not in STAGES}
        if group == "embedding":
            for name in ("learning_rate", "weight_decay"):
                separate = values[f"embedding_{name}"]
                values[name] = values[name] if separate is None else separate
        return {name: float(v) for name, v in values.items() if not name.startswith("embedding_")}

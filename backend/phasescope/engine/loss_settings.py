"""What belongs to the loss of each run, over the run axis, as interventions have it at a step: label smoothing."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from phasescope.engine.agenda import Agenda
from phasescope.engine.changes import BetweenTurns, Changes
from phasescope.engine.examples import Examples
from phasescope.engine.shard import SMOOTHING, Shard

EXTRA = "label_smoothing"  # as the loss knows it


class LossSettings:
    """The examples of a shard with what the loss reads beside them. Made anew only when something begins or ends."""

    def __init__(self, shard: Shard, agenda: Agenda) -> None:
        self._examples = shard.examples
        self._smoothing = Changes(agenda, SMOOTHING, [getattr(task, EXTRA, 0.0) for task in shard.tasks])
        self._made = BetweenTurns(agenda, self._smoothing.numbers, self._make)

    def training(self, step: int) -> dict[str, Tensor]:
        """What the loss of the training step after `step` others reads."""
        return self._at(step).extras

    def looking(self, step: int) -> Examples:
        """For those who look after `step` steps: as the last of them had it."""
        return self._at(step - 1)

    def _at(self, step: int) -> Examples:
        if not self._smoothing.numbers:
            return self._examples
        return self._made.at(step)

    def _make(self, step: int) -> Examples:
        like = self._examples.extras[EXTRA]
        share = torch.tensor(self._smoothing.at(step), dtype=like.dtype, device=like.device)
        return replace(self._examples, extras={**self._examples.extras, EXTRA: share})

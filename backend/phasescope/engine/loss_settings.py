"""What belongs to the loss of each run, over the run axis, as interventions have it at a step: label smoothing."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from phasescope.engine.agenda import Agenda
from phasescope.engine.changes import Changes
from phasescope.engine.examples import Examples
from phasescope.engine.shard import SMOOTHING, Shard

EXTRA = "label_smoothing"  # as the loss knows it


class LossSettings:
    """The examples of a shard with what the loss reads beside them. Made anew only when something begins or ends."""

    def __init__(self, shard: Shard, agenda: Agenda) -> None:
        self._examples, self._agenda = shard.examples, agenda
        self._smoothing = Changes(agenda, SMOOTHING, [getattr(task, EXTRA, 0.0) for task in shard.tasks])
        self._version = -1
        self._kept: dict[int, Examples] = {}  # between the same turns all is the same

    def training(self, step: int) -> dict[str, Tensor]:
        """What the loss of the training step after `step` others reads."""
        return self._at(step).extras

    def looking(self, step: int) -> Examples:
        """For those who look after `step` steps: as the last of them had it."""
        return self._at(step - 1)

    def _at(self, step: int) -> Examples:
        if not self._smoothing.numbers:
            return self._examples
        if self._version != self._agenda.version:
            self._turns, self._version = self._agenda.turns(self._smoothing.numbers), self._agenda.version
            self._kept = {}
        place = int(self._turns.searchsorted(step, side="right"))
        if place not in self._kept:
            like = self._examples.extras[EXTRA]
            share = torch.tensor(self._smoothing.at(step), dtype=like.dtype, device=like.device)
            made = replace(self._examples, extras={**self._examples.extras, EXTRA: share})
            self._kept = {place: made, **dict(list(self._kept.items())[:1])}
        return self._kept[place]

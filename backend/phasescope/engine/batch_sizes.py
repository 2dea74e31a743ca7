"""How many examples each run takes a step: its own number, and others for a while where interventions say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from phasescope.engine.agenda import Agenda
from phasescope.engine.shard import Shard
from phasescope.interventions.intervention import NEVER

FIELD = "batch_size"  # as interventions name it
ALL = 0  # examples: the whole training set


@dataclass(frozen=True)
class Sizes:
    """What holds for a while; the same object as long as nothing changes."""

    counts: Tensor  # (R,) examples a step, ALL for the whole training set
    since: Tensor  # (R,) the step from which on this has been so
    most: int  # the largest count; ALL where some run takes all of its examples

    @classmethod
    def of(cls, counts: list[int], since: list[int], device: torch.device) -> Sizes:
        """From the numbers of the runs."""
        most = ALL if ALL in counts else max(counts)
        return cls(torch.tensor(counts, device=device), torch.tensor(since, device=device), most)


SizesAt = Callable[[int], Sizes]
"""The sizes for the training step after so many others."""


class BatchSizes:
    """The sizes of a shard. They follow from the step and from when conditions were met: nothing is carried along."""

    def __init__(self, shard: Shard, agenda: Agenda) -> None:
        self._shard, self._agenda = shard, agenda
        first = shard.interventions[0] if shard.interventions else ()
        self._changing = [number for number, one in enumerate(first) if FIELD in one.changed()]
        self.batched = bool(self._changing) or any(spec.batch_size is not None for spec in shard.specs)
        self._version, self._begin, self._until = -1, 0, -1  # what is known holds from _begin up to _until
        self._sizes = Sizes.of([ALL], [0], shard.initial.device)

    def __call__(self, step: int) -> Sizes:
        """For the training step after `step` others."""
        if not self._begin <= step < self._until or self._version != self._agenda.version:
            turns = self._agenda.turns(self._changing).tolist()
            self._version = self._agenda.version
            self._begin = max((turn for turn in turns if turn <= step), default=0)
            self._until = min((turn for turn in turns if turn > step), default=NEVER)
            counts, since = zip(*(self._of_run(run, step) for run in range(len(self._shard.specs))), strict=True)
            self._sizes = Sizes.of(list(counts), list(since), self._shard.initial.device)
        return self._sizes

    def _of_run(self, run: int, step: int) -> tuple[int, int]:
        """Examples a step, and since when: what sets the number it is already changes nothing."""
        turns = {int(table[number][run]) for table in (self._agenda.first, self._agenda.end)
                 for number in self._changing}  # fmt: skip
        size, since = self._at_turn(run, -1), 0
        for turn in sorted(turn for turn in turns if turn <= step):
            new = self._at_turn(run, turn)
            size, since = (new, turn) if new != size else (size, since)
        return size, since

    def _at_turn(self, run: int, step: int) -> int:
        """Examples in the step after `step` others; of several interventions in force the last of the list counts."""
        size = self._shard.specs[run].batch_size or ALL
        for number in self._changing:
            if self._agenda.holds(number, step)[run]:
                size = int(self._agenda.interventions[run][number].changed()[FIELD])
        return size

"""Settings over the run axis that interventions have changed at a step, other than those of the optimizer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np

from phasescope.engine.agenda import Agenda

Made = TypeVar("Made")


class BetweenTurns(Generic[Made]):
    """What is made of a step, kept for as long as none of some interventions begins or ends."""

    def __init__(self, agenda: Agenda, numbers: Iterable[int], make: Callable[[int], Made]) -> None:
        self._agenda, self._numbers, self._make = agenda, tuple(numbers), make
        self._version, self._turns = -1, np.zeros(0, dtype=np.int64)  # of the agenda, and when something changes
        self._kept: dict[int, Made] = {}  # between the same turns all is the same; of the last two

    def at(self, step: int) -> Made:
        """For the training step after `step` others."""
        if self._version != self._agenda.version:
            self._turns = self._agenda.turns(self._numbers)
            self._version, self._kept = self._agenda.version, {}
        place = int(self._turns.searchsorted(step, side="right"))
        if place not in self._kept:
            self._kept = {place: self._make(step), **dict(list(self._kept.items())[:1])}
        return self._kept[place]


class Changes:
    """One setting of every run, such as `model.dropout`, and what interventions make of it."""

    def __init__(self, agenda: Agenda, field: str, base: Sequence[float]) -> None:
        self._agenda, self._field, self._base = agenda, field, list(base)
        first = agenda.interventions[0] if agenda.interventions else ()
        self.numbers = [number for number, one in enumerate(first) if field in one.changed()]

    def at(self, step: int) -> list[float]:
        """For the training step after `step` others; of several interventions in force the last of the list counts."""
        values = list(self._base)
        for number in self.numbers:
            for run in self._agenda.holds(number, step).nonzero()[0].tolist():
                values[run] = float(self._agenda.interventions[run][number].changed()[self._field])
        return values

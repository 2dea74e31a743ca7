"""When the interventions of a shard's runs are due: by their settings, and by conditions that a run has met."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from phasescope.interventions.intervention import NEVER, Intervention

Bools = NDArray[np.bool_]
Steps = NDArray[np.int64]
NOT_YET = -1


class Agenda:
    """First step, steps between and end of every intervention, (interventions, R) each.

    `began` (R, interventions) says at which step the condition of a run was met; it is all the state there is.
    """

    def __init__(self, interventions: Sequence[Sequence[Intervention]], began: Steps | None = None) -> None:
        self.interventions = interventions
        shape = (len(interventions), len(interventions[0]) if interventions else 0)
        self.began = np.full(shape, NOT_YET, dtype=np.int64) if began is None else began
        self.version = 0  # raised whenever a condition has been met
        self._look = self._looking()
        self._next_look = -1
        self._plan()

    def of(self, rows: Sequence[int]) -> Agenda:
        """That of some of the runs."""
        return Agenda([self.interventions[row] for row in rows], self.began[list(rows)])

    def holds(self, number: int, step: int) -> Bools:
        """(R,) has it begun, and is it not over, for the training step after `step` others?"""
        return np.asarray((self.first[number] <= step) & (step < self.end[number]))

    def due(self, number: int, step: int) -> Bools:
        """(R,) is anything to be done before that step?"""
        return np.asarray(self.holds(number, step) & ((step - self.first[number]) % self.period[number] == 0))

    def next_due(self, number: int, step: int) -> int:
        """The first step from `step` on at which it is due for some run, as far as is known yet."""
        since = np.maximum(step - self.first[number], 0)
        due = self.first[number] + -(-since // self.period[number]) * self.period[number]
        return int(np.where(due < self.end[number], due, NEVER).min())

    def turns(self, numbers: Sequence[int]) -> Steps:
        """The steps at which one of these begins or ends for some run, increasing."""
        both = np.concatenate([self.first[list(numbers)].ravel(), self.end[list(numbers)].ravel()])
        return np.unique(both)

    def watch(self, step: int, quantity: Callable[[str], NDArray[np.float64]]) -> None:
        """Look at the quantities that a condition is to be checked with at `step`; what is met begins here."""
        if self._next_look < step:
            self._next_look = self._first_look(step)
        if step != self._next_look:
            return
        self._next_look = -1
        asked = self._asked(step)
        values = {kind: quantity(kind) for kind in sorted(self._kind(number) for number in set(asked[1].tolist()))}
        met = [
            (run, number)
            for run, number in zip(*(places.tolist() for places in asked), strict=True)
            if self.interventions[run][number].is_met(float(values[self._kind(number)][run]))
        ]
        for run, number in met:
            self.began[run, number] = step
        if met:
            self.version += 1
            self._plan()

    def _kind(self, number: int) -> str:
        return str(self.interventions[0][number].when)

    def _looking(self) -> Steps:
        """(3, R, interventions) from which step on, how often and until when a condition is looked at."""
        looks = np.full((3, *self.began.shape), NEVER, dtype=np.int64)
        looks[1] = 1
        for run, row in enumerate(self.interventions):
            for number, one in enumerate(row):
                if one.when is not None:
                    looks[:, run, number] = one.at, one.look_every, NEVER if one.until is None else one.until
        return looks

    def _asked(self, step: int) -> tuple[NDArray[np.intp], ...]:
        """Runs and interventions whose condition is looked at, at `step`."""
        first, every, until = self._look
        waits = (self.began == NOT_YET) & (first <= step) & (step < until)
        return np.nonzero(waits & ((step - first) % every == 0))

    def _first_look(self, step: int) -> int:
        first, every, until = self._look
        at = first + -(-np.maximum(step - first, 0) // every) * every
        waits = (self.began == NOT_YET) & (first < NEVER) & (at < until)
        return int(np.where(waits, at, NEVER).min(initial=NEVER))

    def _plan(self) -> None:
        timings = [
            [one.timing(None if began == NOT_YET else int(began)) for one, began in zip(row, starts, strict=True)]
            for row, starts in zip(self.interventions, self.began, strict=True)
        ]
        table = np.array(timings, dtype=np.int64).reshape(*self.began.shape, 3)
        self.first, self.period, self.end = table.transpose(2, 1, 0)


def marks(interventions: Sequence[Sequence[Intervention]]) -> Steps:
    """(R, interventions) a number for each, by its settings: a fork that changes one does not inherit its beginning."""
    rows = [[_mark(one) for one in row] for row in interventions]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(rows[0]) if rows else 0)


def _mark(one: Intervention) -> int:
    text = type(one).name + one.model_dump_json()
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)

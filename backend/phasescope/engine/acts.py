"""The interventions of a shard: which runs each is due for at a step, and the tensors that it acts on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from phasescope.engine.agenda import Agenda
from phasescope.engine.seeding import generator, normal
from phasescope.engine.shard import Shard, initial_weights
from phasescope.interventions.data_change import DataChange, InputChange
from phasescope.interventions.intervention import Intervention, Subject
from phasescope.optimizers.optimizer import Moments

Kept = list[tuple[Intervention, Subject, tuple[Tensor, ...]]]


class Acts:
    """All interventions on the weights of the runs of a shard."""

    def __init__(self, shard: Shard, agenda: Agenda) -> None:
        places = range(len(shard.interventions[0]) if shard.interventions else 0)
        self._acts = [_Act(shard, agenda, number) for number in places]
        self._acts = [act for act in self._acts if act.acts]

    def before(self, step: int, parameters: Tensor, moments: Moments, gradients: Callable[[], Tensor]) -> Kept:
        """Act before the training step that follows `step` others; what comes back goes to `after`.

        `gradients` gives those of all runs, (R, P), at the parameters as they are when it is asked.
        """
        kept: Kept = []
        for act in self._acts:
            if step == act.next_due(step):
                subject = act.subject(step, parameters, moments, gradients)
                kept.append((act.record, subject, act.record.before(subject)))
        return kept

    def after(self, kept: Kept) -> None:
        """Act after that training step, in the order of the list."""
        for record, subject, values in kept:
            record.after(subject, values)


class _Act:
    """One intervention of the list, over the run axis."""

    def __init__(self, shard: Shard, agenda: Agenda, number: int) -> None:
        records = [run[number] for run in shard.interventions]
        self.record, self._records, self._shard, self._number = records[0], records, shard, number
        # changed settings are the controls' business, activations the alterations', data the feed's
        elsewhere = isinstance(self.record, (DataChange, InputChange)) or self.record.alters() is not None
        self.acts = not self.record.changed() and not elsewhere
        self._agenda, self._version = agenda, -1
        device = shard.initial.device
        self._columns = torch.tensor(shard.network.layout.columns(self.record.weights_named()), device=device)
        self._next = -1
        self._due = np.zeros(0, dtype=np.int64)
        self._rows = torch.zeros(0, dtype=torch.int64, device=device)
        self._numbers: dict[str, Tensor] = {}

    def next_due(self, step: int) -> int:
        """The first step from `step` on at which it is due for some run."""
        if self._next < step or self._version != self._agenda.version:
            self._next, self._version = self._agenda.next_due(self._number, step), self._agenda.version
        return self._next

    def subject(self, step: int, parameters: Tensor, moments: Moments, gradients: Callable[[], Tensor]) -> Subject:
        """The runs it is due for at `step`."""
        due = np.flatnonzero(self._agenda.due(self._number, step))
        if not np.array_equal(due, self._due):  # a window has the same runs at most of its steps
            self._due, self._rows = due, torch.from_numpy(due).to(parameters.device)
            self._numbers = self._columns_of([self._records[row] for row in due], parameters)
        rows = self._rows
        keys = self._shard.keys[rows]
        count = parameters.shape[1]

        def noise() -> Tensor:
            return normal(keys, f"intervention {self._number}", torch.full_like(keys, step), count)

        return Subject(
            rows=rows,
            columns=self._columns,
            parameters=parameters,
            moments=moments,
            initial=self._shard.initial,
            numbers=self._numbers,
            gradients=lambda: gradients()[rows],
            normal=noise,
            fresh=lambda: self._fresh(due, step).to(parameters),
        )

    def _columns_of(self, records: Sequence[Intervention], like: Tensor) -> dict[str, Tensor]:
        numbers = {}
        for field in self.record.per_run_fields():
            values = [getattr(one, field) for one in records]
            if all(isinstance(value, (int, float)) for value in values):
                numbers[field] = torch.tensor(values, dtype=like.dtype, device=like.device)[:, None]
        return numbers

    def _fresh(self, due: np.ndarray, step: int) -> Tensor:
        """Weights drawn anew, by generators that belong to the run, the intervention and the step."""
        shard, purpose = self._shard, f"intervention {self._number} at {step}"
        flats = [initial_weights(shard, row, generator(shard.specs[row].seed, purpose)) for row in due.tolist()]
        return torch.from_numpy(np.stack(flats))

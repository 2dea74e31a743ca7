"""What steers each run at a step: the numbers of its optimizer, as schedules and interventions make them then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from phasescope.engine.agenda import Agenda
from phasescope.engine.rates import is_constant, multipliers
from phasescope.interventions.intervention import NEVER
from phasescope.optimizers.optimizer import Numbers, Optimizer

AHEAD = 128  # steps for which multipliers of the rate are made at once


@dataclass(frozen=True)
class Stages:
    """Numbers of the stages around the update rule, (R, 1) each; None where no run asks for the stage."""

    filter_strength: Tensor
    filter_memory: Tensor
    clip_norm: Tensor | None
    gradient_noise: Tensor | None


class Controls:
    """The numbers in force. They are remade only when an intervention changes a setting, or a schedule the rate."""

    def __init__(
        self,
        optimizers: Sequence[Optimizer],
        agenda: Agenda,
        *,
        groups: Iterable[str],
        like: Tensor,
    ) -> None:
        self._optimizers, self._agenda = optimizers, agenda
        self._groups, self._like = tuple(groups), like
        first = agenda.interventions[0] if agenda.interventions else ()
        self._changing = [number for number, one in enumerate(first) if one.changed()]
        self._version = -1  # of the agenda
        self._until = -1  # what is in force holds for steps from _since up to this
        self._since = 0
        self._table: Tensor | None = None
        self._table_from = 0

    def at(self, step: int) -> tuple[Mapping[str, Numbers], Stages]:
        """Numbers of each parameter group, and of the stages, for the training step after `step` others.

        Groups whose numbers are the same in every run share one mapping, so that they can be updated in one pass.
        """
        if not self._since <= step < self._until or self._version != self._agenda.version:
            self._renew(step)
        if self._constant:
            return self._numbers, self._stages
        if self._table is None or not 0 <= step - self._table_from < AHEAD:
            made = torch.from_numpy(multipliers(self._now, step + 1, AHEAD))
            self._table, self._table_from = made.to(self._like), step
        factor = self._table[step - self._table_from][:, None]
        scaled = {id(n): {**n, "learning_rate": n["learning_rate"] * factor} for n in self._numbers.values()}
        return {group: scaled[id(n)] for group, n in self._numbers.items()}, self._stages

    def _renew(self, step: int) -> None:
        self._version = self._agenda.version
        self._now = [self._changed(run, step) for run in range(len(self._optimizers))]
        self._constant, self._table = is_constant(self._now), None
        turns = self._agenda.turns(self._changing).tolist()
        self._since = max((turn for turn in turns if turn <= step), default=0)
        self._until = min((turn for turn in turns if turn > step), default=NEVER)
        per_group = {group: [one.for_group(group) for one in self._now] for group in self._groups}
        made: list[tuple[list[dict[str, float]], Numbers]] = []
        self._numbers = {group: self._once(made, rows) for group, rows in per_group.items()}
        clips = [one.clip_norm for one in self._now]
        noises = [one.gradient_noise for one in self._now]
        self._stages = Stages(
            filter_strength=self._column([one.filter_strength for one in self._now]),
            filter_memory=self._column([one.filter_memory for one in self._now]),
            clip_norm=self._column([torch.inf if c is None else c for c in clips]) if any(clips) else None,
            gradient_noise=self._column(noises) if any(noises) else None,
        )

    def _once(self, made: list[tuple[list[dict[str, float]], Numbers]], rows: list[dict[str, float]]) -> Numbers:
        """(R, 1) each number of a group; what another group has already been given, where all rows are the same."""
        for others, numbers in made:
            if others == rows:
                return numbers
        made.append((rows, {name: self._column([row[name] for row in rows]) for name in rows[0]}))
        return made[-1][1]

    def _column(self, values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=self._like.dtype, device=self._like.device)[:, None]

    def _changed(self, run: int, step: int) -> Optimizer:
        """A run's optimizer with the changes that hold at a step; those of other things are not among them."""
        changes: dict[str, float | str] = {}
        optimizer = self._optimizers[run]
        for number in self._changing:
            if self._agenda.holds(number, step)[run]:
                changed = self._agenda.interventions[run][number].changed()
                changes |= {name: value for name, value in changed.items() if name in type(optimizer).model_fields}
        return optimizer.model_copy(update=changes) if changes else optimizer

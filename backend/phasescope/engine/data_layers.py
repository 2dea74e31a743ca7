"""Interventions on data over the run axis: tables that are drawn in another way for a while, inputs that are changed.

What holds at a step follows from the step and from when conditions were met, so that a run taken up anywhere is fed
as if it had never stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from pydantic import JsonValue, ValidationError
from torch import Tensor
from torch.nn.functional import pad

from phasescope.core.errors import PhasescopeError
from phasescope.engine.agenda import Agenda
from phasescope.engine.batch_sizes import BatchSizes
from phasescope.engine.examples import EmptySet, Split, stack
from phasescope.engine.seeding import uniform
from phasescope.engine.shard import Shard, drawn, lacks
from phasescope.engine.sources import NewExamples, Source, is_fresh, of_table
from phasescope.interventions.data_change import DataChange, InputChange, Shown
from phasescope.interventions.intervention import NEVER, Intervention
from phasescope.tasks.randomness import Draws, over_runs_as
from phasescope.tasks.task import Data, Task

Way = tuple[tuple[int, int], ...]
"""In which way examples are drawn: the numbers of the interventions in force, and their stages."""


class RefusedChange(PhasescopeError):
    """An intervention asks for data that the task, or the network, does not have."""


class DataLayer:
    """One intervention under which examples are drawn in another way, on top of those before it in the list."""

    def __init__(self, shard: Shard, agenda: Agenda, numbers: Sequence[int], sizes: BatchSizes) -> None:
        self._shard, self._agenda, self._numbers, self._sizes = shard, agenda, tuple(numbers), sizes
        self._own = self._numbers[-1]
        self._ways: list[Way] = [()] * len(shard.specs)
        self._tasks, self._world = list(shard.tasks), dict(shard.examples.extras)
        self._train = shard.examples.train
        self._version, self._since, self._until = -1, 0, -1
        self._source: Source | None = None
        records = [self._record(row, self._own) for row in range(len(shard.specs))]
        shares = torch.tensor([record.share for record in records], dtype=torch.float64)
        self._shares = shares.to(shard.initial.device)
        self._holds = torch.zeros(len(records), dtype=torch.bool, device=shard.initial.device)
        _check(self._own, records[0], shard.tasks[0])
        for row, record in enumerate(records):
            for stage in record.stages():
                self._task(row, ((self._own, stage),))

    def over(self, below: Split, step: int) -> Split:
        """The examples of `below`, with this intervention's in place of its share where it is in force."""
        if not self._since <= step < self._until or self._version != self._agenda.version:
            self._renew(step)
        if self._source is None:
            return below
        above, whole = self._source.at(step), self._shares == 1
        if bool((self._holds & whole).all()):
            return above
        keys = self._shard.keys
        places = max(below.inputs.shape[1], above.inputs.shape[1])
        chance = uniform(keys, f"intervention {self._own} share", torch.full_like(keys, step), places)
        return _mixed(below, above, (chance < self._shares[:, None]) & self._holds[:, None], self._holds & whole)

    def _renew(self, step: int) -> None:
        """Draw the examples of the runs for which another way holds now."""
        self._version, self._since, self._until = self._agenda.version, step, NEVER
        changed = []
        for row, before in enumerate(self._ways):
            self._ways[row] = self._way(row, step)
            if self._ways[row] != before:
                changed.append(row)
        self._holds = torch.tensor([bool(way) for way in self._ways], device=self._shares.device)
        if not any(self._ways):
            self._source = None
        elif changed or self._source is None:
            self._draw([row for row in changed if self._ways[row]])

    def _way(self, row: int, step: int) -> Way:
        """Which interventions are in force for a run, this one among them; and how long all this holds at least."""
        way = []
        for number in self._numbers:
            first, end = (int(table[number][row]) for table in (self._agenda.first, self._agenda.end))
            turns = [first, end]
            if first <= step < end:
                record = self._record(row, number)
                way.append((number, record.stage(step - first)))
                coming = record.next_stage(step - first)
                turns += [] if coming is None else [first + coming]
            self._until = min(self._until, *(turn if turn > step else NEVER for turn in turns))
        return tuple(way) if way and way[-1][0] == self._own else ()

    def _draw(self, rows: Sequence[int]) -> None:
        shard = self._shard
        if rows:
            for row in rows:
                self._tasks[row] = self._task(row, self._ways[row])
            data = self._filled(rows)
            made = stack(data, dtype=shard.initial.dtype, device=shard.initial.device)
            places = torch.tensor(rows, device=shard.initial.device)
            self._train = _with_rows(self._train, places, made.train)
            self._world = {n: v.index_copy(0, places, made.extras[n]) if n in made.extras else v
                           for n, v in self._world.items()}  # fmt: skip
        self._source = (
            NewExamples(shard, self._tasks, self._world, self._sizes)
            if is_fresh(shard.tasks[0])
            else of_table(shard, self._train, self._sizes)
        )

    def _filled(self, rows: Sequence[int]) -> list[Data]:
        """What runs are shown now; raises EmptySet, of the whole shard's rows, where a run would be shown nothing."""
        data = [self._data(row) for row in rows]
        reasons = {row: lacks(self._tasks[row], one, self._said(row)) for row, one in zip(rows, data, strict=True)}
        empty = {row: reason for row, reason in reasons.items() if reason}
        if empty:
            raise EmptySet(empty)
        return data

    def _said(self, row: int) -> str:
        """What is in force for a run and from where on."""
        way = self._ways[row]
        changed = ", ".join(f"{name} = {value}" for name, value in self._changed(way, row).items())
        stage = changed or ", ".join(f"stage {stage}" for _, stage in way)
        return f" once {stage} (interventions.{self._own}, from step {self._since} on)"

    def _data(self, row: int) -> Data:
        data = drawn(self._tasks[row], self._shard.specs[row])
        for number, stage in self._ways[row]:
            record = self._record(row, number)
            if not len(data.train):
                return data
            kept = record.kept(data.inputs[data.train], data.targets[data.train], stage)
            if kept is not None:
                data = replace(data, train=data.train[kept])
        return data

    def _task(self, row: int, way: Way) -> Task:
        """The task of a run under some interventions; raises RefusedChange."""
        task, settings = self._shard.tasks[row], self._changed(way, row)
        where, said = f"interventions.{self._own}", ", ".join(f"{k} = {v}" for k, v in settings.items())
        try:
            changed = type(task).model_validate({**task.model_dump(), **settings})
        except ValidationError as error:
            reason = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise RefusedChange(f"{where}: task {task.name} cannot have {said}: {reason}") from error
        if changed.shape() != task.shape():
            raise RefusedChange(f"{where}: with {said} task {task.name} needs another network; that cannot change.")
        return changed

    def _changed(self, way: Way, row: int) -> dict[str, JsonValue]:
        """The settings of a run's task that interventions have changed."""
        settings: dict[str, JsonValue] = {}
        for number, stage in way:
            settings |= self._record(row, number).task_settings(stage)
        return settings

    def _record(self, row: int, number: int) -> DataChange:
        record = self._shard.interventions[row][number]
        assert isinstance(record, DataChange)
        return record


class InputLayer:
    """One intervention that changes the inputs of each batch."""

    def __init__(self, shard: Shard, agenda: Agenda, number: int) -> None:
        self._agenda, self._number, self._keys = agenda, number, shard.keys
        self._records = [run[number] for run in shard.interventions]
        self._vocabulary = shard.network.task.shape().vocabulary
        _check(number, self._records[0], shard.tasks[0])

    def over(self, below: Split, step: int) -> Split:
        """The same examples with the inputs of the runs that it holds for changed."""
        holds = self._agenda.holds(self._number, step)
        if not holds.any():
            return below
        rows = torch.from_numpy(holds).to(self._keys.device).nonzero()[:, 0]
        record, inputs = self._records[0], below.inputs[rows]
        assert isinstance(record, InputChange)
        draws = Draws(self._keys[rows], f"intervention {self._number}", step)

        def normal() -> Tensor:
            # number by number, so that padding after a run's examples changes nothing
            length = (-2 * torch.log1p(-draws.uniform("length", *inputs.shape[1:]))).sqrt()
            return length * (2 * torch.pi * draws.uniform("angle", *inputs.shape[1:])).cos()

        shown = Shown(
            inputs=inputs,
            vocabulary=self._vocabulary,
            numbers=self._columns(rows, inputs),
            uniform=lambda: draws.uniform("inputs", *inputs.shape[1:]),
            normal=normal,
        )
        return replace(below, inputs=below.inputs.index_copy(0, rows, record.changed_inputs(shown)))

    def _columns(self, rows: Tensor, inputs: Tensor) -> dict[str, Tensor]:
        numbers = {}
        for field in self._records[0].per_run_fields():
            values = [getattr(self._records[row], field) for row in rows.tolist()]
            if all(isinstance(value, (int, float)) for value in values):
                column = torch.tensor(values, dtype=torch.float64, device=inputs.device)
                numbers[field] = over_runs_as(column, inputs.dim())
        return numbers


def _check(number: int, record: Intervention, task: Task) -> None:
    """Raises RefusedChange where an intervention does not go with a task."""
    missing = set(record.needs) - set(task.offers)
    if task.inputs not in record.accepts or missing:
        what = f"the {', '.join(sorted(missing))}" if missing else f"inputs that are {' or '.join(record.accepts)}"
        raise RefusedChange(f"interventions.{number}: {record.name} needs {what}, which task {task.name} has not.")
    if isinstance(record, DataChange) and record.chooses and is_fresh(task):
        raise RefusedChange(f"interventions.{number}: {record.name} needs a training set; take task.fresh away.")


def _padded(values: Tensor, places: int) -> Tensor:
    """(R, n, …) with zeros up to (R, places, …)."""
    return pad(values, [0, 0] * (values.dim() - 2) + [0, places - values.shape[1]])


def _padded_split(split: Split, places: int) -> Split:
    if split.inputs.shape[1] == places:
        return split
    tables = {name: _padded(getattr(split, name), places) for name in ("inputs", "targets", "weights")}
    return replace(split, **tables)


def _with_rows(table: Split, rows: Tensor, new: Split) -> Split:
    """The table with other examples in some rows."""
    places = max(table.inputs.shape[1], new.inputs.shape[1])
    table, new = _padded_split(table, places), _padded_split(new, places)
    return Split(
        inputs=table.inputs.index_copy(0, rows, new.inputs),
        targets=table.targets.index_copy(0, rows, new.targets),
        weights=table.weights.index_copy(0, rows, new.weights),
        counts=table.counts.index_copy(0, rows, new.counts),
    )


def _mixed(below: Split, above: Split, chosen: Tensor, whole: Tensor) -> Split:
    """From above where chosen (R, n), else from below; runs that are `whole` (R,) have nothing from below."""
    places = chosen.shape[1]
    below, above = _padded_split(below, places), _padded_split(above, places)
    taken = chosen & (above.weights > 0)
    real = taken | ((below.weights > 0) & ~whole[:, None])
    counts = real.sum(1)
    return Split(
        inputs=torch.where(over_as(taken, above.inputs), above.inputs, below.inputs),
        targets=torch.where(over_as(taken, above.targets), above.targets, below.targets),
        weights=real.to(below.weights.dtype) / counts.clamp(min=1)[:, None],
        counts=counts,
    )


def over_as(mask: Tensor, values: Tensor) -> Tensor:
    """(R, n) as (R, n, 1, …) of as many dimensions as values."""
    return mask.reshape(*mask.shape, *[1] * (values.dim() - 2))

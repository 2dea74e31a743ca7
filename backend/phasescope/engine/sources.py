"""Where the training examples of a shard come from: a table, in batches or whole, or a task that makes new ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from phasescope.engine.batches import Batches
from phasescope.engine.examples import Split
from phasescope.engine.shard import Shard
from phasescope.tasks.fresh import FreshTask, Numbers, World, numbers_over
from phasescope.tasks.task import Task


class Source(Protocol):
    """The training examples of every run of a shard, for any step."""

    def at(self, step: int) -> Split:
        """What the training step after `step` others sees."""


def is_fresh(task: Task) -> bool:
    """Does a run with this task train on new examples at every step?"""
    return isinstance(task, FreshTask) and task.fresh


class Whole:
    """The whole training set at every step."""

    def __init__(self, train: Split) -> None:
        self._train = train

    def at(self, step: int) -> Split:
        """The same at every step."""
        return self._train


def of_table(shard: Shard, train: Split) -> Source:
    """Batches of a training set, or all of it."""
    return Batches(train, shard.keys, shard.batch_size) if shard.batch_size else Whole(train)


Group = tuple[FreshTask, Tensor, World, Numbers]  # a task, the rows of its runs, their world and their numbers


class NewExamples:
    """Examples made anew for every step; runs whose tasks differ in numbers alone are made together."""

    def __init__(self, shard: Shard, tasks: Sequence[Task], world: World) -> None:
        self._size, self._like = shard.batch_size or 0, shard.initial
        together: dict[str, list[int]] = {}
        for row, task in enumerate(tasks):
            structure = task.model_dump_json(exclude=set(task.per_run_fields()))
            together.setdefault(structure, []).append(row)
        self._groups = [self._group(tasks, rows, world) for rows in together.values()]
        self._weights = self._like.new_full((len(tasks), self._size), 1 / self._size)
        self._counts = torch.full((len(tasks),), self._size, device=self._like.device)

    def _group(self, tasks: Sequence[Task], rows: Sequence[int], world: World) -> Group:
        task, places = tasks[rows[0]], torch.tensor(rows, device=self._like.device)
        assert isinstance(task, FreshTask)
        own = {name: values[places] for name, values in world.items()}
        return task, places, own, numbers_over([tasks[row] for row in rows], self._like.device)

    def at(self, step: int) -> Split:
        """The examples of step `step` (counted from 0)."""
        made = [task.batch(world, numbers, step=step, size=self._size) for task, _, world, numbers in self._groups]
        inputs, targets = (self._joined(parts) for parts in zip(*made, strict=True))
        return Split(inputs=inputs, targets=targets, weights=self._weights, counts=self._counts)

    def _joined(self, parts: Sequence[Tensor]) -> Tensor:
        typed = [part.to(self._like.dtype) if part.is_floating_point() else part for part in parts]
        if len(typed) == 1:
            return typed[0]
        joined = typed[0].new_empty(len(self._weights), *typed[0].shape[1:])
        for (_, places, _, _), part in zip(self._groups, typed, strict=True):
            joined[places] = part
        return joined

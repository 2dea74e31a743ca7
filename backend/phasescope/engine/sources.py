"""Where the training examples of a shard come from: a table, in batches or whole, or a task that makes new ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from phasescope.engine.batch_sizes import BatchSizes, Sizes, SizesAt
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


def of_table(shard: Shard, train: Split, sizes: BatchSizes) -> Source:
    """Batches of a training set, or all of it."""
    return Batches(train, shard.keys, sizes) if sizes.batched else Whole(train)


@dataclass(frozen=True)
class Group:
    """Runs whose tasks differ in numbers alone and that take as many examples."""

    task: FreshTask
    size: int
    rows: Tensor
    world: World
    numbers: Numbers


class NewExamples:
    """Examples made anew for every step; runs of a group are made together, and padded to the largest size."""

    def __init__(self, shard: Shard, tasks: Sequence[Task], world: World, sizes: SizesAt) -> None:
        self._tasks, self._world, self._sizes, self._like = tuple(tasks), world, sizes, shard.initial
        self._now: Sizes | None = None
        self._groups: list[Group] = []

    def at(self, step: int) -> Split:
        """The examples of step `step` (counted from 0)."""
        sizes = self._sizes(step)
        if sizes is not self._now:
            self._now, self._groups = sizes, self._grouped(sizes.counts.tolist())
            real = torch.arange(sizes.most, device=self._like.device) < sizes.counts[:, None]
            self._weights = real.to(self._like.dtype) / sizes.counts[:, None]
        made = [one.task.batch(one.world, one.numbers, step=step, size=one.size) for one in self._groups]
        inputs, targets = (self._joined(parts) for parts in zip(*made, strict=True))
        return Split(inputs=inputs, targets=targets, weights=self._weights, counts=sizes.counts)

    def _grouped(self, sizes: Sequence[int]) -> list[Group]:
        together: dict[tuple[str, int], list[int]] = {}
        for row, (task, size) in enumerate(zip(self._tasks, sizes, strict=True)):
            structure = task.model_dump_json(exclude=set(task.per_run_fields()))
            together.setdefault((structure, size), []).append(row)
        return [self._group(rows, size) for (_, size), rows in together.items()]

    def _group(self, rows: Sequence[int], size: int) -> Group:
        task, places = self._tasks[rows[0]], torch.tensor(rows, device=self._like.device)
        assert isinstance(task, FreshTask)
        own = {name: values[places] for name, values in self._world.items()}
        return Group(task, size, places, own, numbers_over([self._tasks[row] for row in rows], self._like.device))

    def _joined(self, parts: Sequence[Tensor]) -> Tensor:
        typed = [part.to(self._like.dtype) if part.is_floating_point() else part for part in parts]
        if len(typed) == 1:
            return typed[0]
        longest = max(part.shape[1] for part in typed)
        joined = typed[0].new_empty(len(self._tasks), longest, *typed[0].shape[2:])
        for group, part in zip(self._groups, typed, strict=True):
            joined[group.rows, : group.size] = part
            joined[group.rows, group.size :] = part[:, :1]  # padding: an example that there is
        return joined

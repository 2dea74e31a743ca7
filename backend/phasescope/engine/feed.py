"""What each run is trained on at a step: its whole training set, the next batch of it, or new examples."""

from __future__ import annotations

import torch

from phasescope.engine.batches import Batches
from phasescope.engine.examples import Split
from phasescope.engine.shard import Shard
from phasescope.tasks.fresh import FreshTask, numbers_over


class Feed:
    """The training examples of a shard, step by step. Nothing is carried along: any step can be asked for."""

    def __init__(self, shard: Shard) -> None:
        task, train = shard.tasks[0], shard.examples.train
        self._whole = train
        self._source: Batches | NewExamples | None = None
        if isinstance(task, FreshTask) and task.fresh:
            self._source = NewExamples(task, shard)
        elif shard.batch_size:
            self._source = Batches(train, shard.keys, shard.batch_size)

    def at(self, step: int) -> Split:
        """What the training step after `step` others sees."""
        return self._whole if self._source is None else self._source.at(step)


class NewExamples:
    """Examples made anew for every step, of all runs at once."""

    def __init__(self, task: FreshTask, shard: Shard) -> None:
        self._task, self._world, self._size = task, shard.examples.extras, shard.batch_size or 0
        self._numbers = numbers_over(shard.tasks, shard.initial.device)
        runs = len(shard.tasks)
        self._weights = shard.initial.new_full((runs, self._size), 1 / self._size)
        self._counts = torch.full((runs,), self._size, device=shard.initial.device)

    def at(self, step: int) -> Split:
        """The examples of step `step` (counted from 0)."""
        inputs, targets = self._task.batch(self._world, self._numbers, step=step, size=self._size)
        dtype = self._weights.dtype
        return Split(
            inputs=inputs.to(dtype) if inputs.is_floating_point() else inputs,
            targets=targets.to(dtype) if targets.is_floating_point() else targets,
            weights=self._weights,
            counts=self._counts,
        )

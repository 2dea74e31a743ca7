"""The training loop: one generator that yields checkpoints and knows nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from phasescope.core.spec import RunSpec
from phasescope.engine.batches import Batches
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.shard import Shard, prepare
from phasescope.engine.snapshot import Snapshot
from phasescope.optimizers.optimizer import Moments


def train(
    runs: Mapping[int, RunSpec],
    steps: Sequence[int],
    *,
    device: torch.device | str = "cpu",
    resume: Snapshot | None = None,
) -> Iterator[Checkpoint]:
    """Train runs of one signature (number -> spec) together and yield a checkpoint at each of `steps` (increasing).

    A run's trajectory does not depend on the runs beside it. After a checkpoint, runs that its reader retired and
    runs that became non-finite leave the batch; the loop ends when none is left. With `resume`, every one of `runs`
    must be in the snapshot, and the first checkpoint is the first of `steps` after it.
    """
    shard = prepare(tuple(runs.values()), torch.device(device))
    state = State.begin(shard, tuple(runs)) if resume is None else State.at(shard, resume.of(tuple(runs)))
    for target in (step for step in steps if resume is None or step > resume.step):
        state.advance(target)
        diverged = state.drop_diverged()
        checkpoint = state.checkpoint(diverged)
        yield checkpoint
        state.settle(checkpoint)
        if not state.runs:
            return


class State:
    """What changes while a shard trains."""

    def __init__(self, shard: Shard, runs: tuple[int, ...], step: int, parameters: Tensor, moments: Moments) -> None:
        self.shard, self.runs, self.step = shard, runs, step
        self.parameters, self.moments = parameters, moments
        self.previous = parameters.clone()
        self._ready_batches()

    @classmethod
    def begin(cls, shard: Shard, runs: tuple[int, ...]) -> State:
        """At step 0."""
        parameters = shard.initial.clone()
        return cls(shard, runs, 0, parameters, shard.optimizer.start(parameters))

    @classmethod
    def at(cls, shard: Shard, snapshot: Snapshot) -> State:
        """Where the snapshot was taken."""
        device = shard.initial.device
        moments = {name: value.to(device) for name, value in snapshot.moments.items()}
        return cls(shard, snapshot.runs, snapshot.step, snapshot.parameters.to(device), moments)

    def advance(self, target: int) -> None:
        """Train up to step `target`."""
        network, extras = self.shard.network, self.shard.examples.extras
        while self.step < target:
            batch = self.batches.at(self.step) if self.batches else self.shard.examples.train
            gradients = network.gradients(self.parameters, batch, extras)
            self.step += 1
            for group, columns in network.layout.groups.items():
                self.shard.optimizer.update(
                    self.parameters[:, columns],
                    gradients[:, columns],
                    {name: moment[:, columns] for name, moment in self.moments.items()},
                    numbers=self.shard.numbers[group],
                    step=self.step,
                )

    def drop_diverged(self) -> tuple[int, ...]:
        """Take the runs whose parameters are no longer finite out of the batch and say which they were."""
        finite = torch.isfinite(self.parameters).all(dim=1)
        gone = tuple(run for run, fine in zip(self.runs, finite.tolist(), strict=True) if not fine)
        if gone:
            self._keep(finite)
        return gone

    def checkpoint(self, diverged: tuple[int, ...]) -> Checkpoint:
        """What may be looked at now."""
        return Checkpoint(
            step=self.step,
            runs=self.runs,
            diverged=diverged,
            network=self.shard.network,
            examples=self.shard.examples,
            parameters=self.parameters,
            initial=self.shard.initial,
            previous=self.previous,
            snapshot=lambda: Snapshot(self.step, self.runs, self.parameters, self.moments).to_bytes(),
        )

    def settle(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint: retired runs leave."""
        if checkpoint.retired:
            kept = torch.tensor([run not in checkpoint.retired for run in self.runs], device=self.parameters.device)
            self._keep(kept)
        self.previous = self.parameters.clone()

    def _keep(self, mask: Tensor) -> None:
        """Compaction: the tensors of the runs that stay move together."""
        rows = mask.nonzero()[:, 0]
        self.runs = tuple(self.runs[row] for row in rows.tolist())
        self.shard = self.shard.of(rows)
        self.parameters, self.previous = self.parameters[rows], self.previous[rows]
        self.moments = {name: moment[rows] for name, moment in self.moments.items()}
        self._ready_batches()

    def _ready_batches(self) -> None:
        size, train_split = self.shard.batch_size, self.shard.examples.train
        self.batches = Batches(train_split, self.shard.keys, size) if size else None

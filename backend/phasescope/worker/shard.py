"""Train one leased shard to its end: measure at each checkpoint, upload in blocks, keep a snapshot to resume from."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

import torch

from phasescope.core.spec import RunSpec
from phasescope.core.wire import Lease, RunEnd
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.compiled import Compiler
from phasescope.engine.estimate import ENOUGH_STEPS, TRIED_TOGETHER, runs_in_step_with
from phasescope.engine.examples import EmptySet
from phasescope.engine.memory import OutOfMemory, told_apart
from phasescope.engine.plan import Plan
from phasescope.engine.shard import lacks_examples
from phasescope.engine.snapshot import Snapshot
from phasescope.engine.train import train
from phasescope.measures import MEASURES
from phasescope.worker.keeping import keep
from phasescope.worker.measuring import Pile, StopWatch, Taken, take
from phasescope.worker.post import Post

log = logging.getLogger("phasescope.worker")

UPLOAD_SECONDS = 1.0
SNAPSHOT_SECONDS = 30.0


class Orders(Protocol):
    """What the heartbeat has heard from the server, and the speed it passes on."""

    def leave(self) -> bool:
        """Should this shard be left (cancelled, or another worker's now)?"""
        ...

    def report(self, run_steps: int) -> None:
        """So many run-steps were done since the last report."""
        ...

    def between(self) -> None:
        """What else there is to do, at a checkpoint."""
        ...


def train_shard(
    lease: Lease, *, post: Post, orders: Orders, device: torch.device, snapshot: Snapshot | None = None,
    compiler: Compiler | None = None,
) -> None:  # fmt: skip
    """Train what is left of the shard. Returns when every run has ended and been said so, or when told to leave."""
    specs = {leased.run: leased.spec for leased in lease.runs}
    resumed = {run: spec for run, spec in specs.items() if snapshot is not None and run in snapshot.runs}
    fresh = {run: spec for run, spec in specs.items() if run not in resumed}
    for runs, begin in ((resumed, snapshot), (fresh, None)):
        _train_all(lease, post, orders, runs=runs, device=device, begin=begin, compiler=compiler)


def _train_all(
    lease: Lease, post: Post, orders: Orders, *, runs: Mapping[int, RunSpec], device: torch.device,
    begin: Snapshot | None, compiler: Compiler | None,
) -> None:  # fmt: skip
    """Train runs in groups that fit into memory. A group that does not is tried again as two, from where it began."""
    plan = Plan(runs, device, at_most=lambda specs: _at_most(lease, specs, device))
    said: dict[int, int] = {}  # run -> the last step whose values were sent; they are not sent again
    ended: set[int] = set()
    try:
        for group in plan.groups():
            if orders.leave() or post.lost():
                return
            part = _Part(lease, post, orders, said=max(said.get(run, -1) for run in group))
            try:
                part.run(group, device, begin, compiler=compiler)
            except OutOfMemory as error:
                log.warning("%d runs do not fit into memory together (%s); trying half.", len(group), error)
                part.send()
                said |= dict.fromkeys(group, part.said)
                plan.too_many({run: spec for run, spec in group.items() if run not in part.ended})
            ended |= part.ended
    except EmptySet:  # before the first step of a group: nothing was said of any run of it
        rest = _with_examples({run: spec for run, spec in runs.items() if run not in ended}, post)
        _train_all(lease, post, orders, runs=rest, device=device, begin=begin, compiler=compiler)


def _with_examples(runs: Mapping[int, RunSpec], post: Post) -> dict[int, RunSpec]:
    """The runs that have something to train on and to be tested on; the others have failed, and say why."""
    reasons = {run: lacks_examples(spec) for run, spec in runs.items()}
    post.ends([RunEnd(run=run, state="failed", step=0, message=reason) for run, reason in reasons.items() if reason])
    return {run: spec for run, spec in runs.items() if not reasons[run]}


def _at_most(lease: Lease, specs: Sequence[RunSpec], device: torch.device) -> int | None:
    """How many may train together so that a step stays short. A few runs are tried first, where there are many.

    When not even these fit, groups are halved like any that do not.
    """
    few = TRIED_TOGETHER.get(device.type, 1)
    if len(specs) <= few or lease.steps[-1] < ENOUGH_STEPS:
        return None
    try:
        with told_apart():
            return runs_in_step_with(specs, device=device)
    except OutOfMemory:
        return None


class _Part:
    """The runs of a shard that are in memory together."""

    def __init__(self, lease: Lease, post: Post, orders: Orders, *, said: int) -> None:
        self.lease, self.post, self.orders, self.said = lease, post, orders, said
        self.ended: set[int] = set()
        self.pile, self.watch = Pile(lease.measures), StopWatch(lease.stop)
        self.ends: list[RunEnd] = []
        self.uploaded = self.kept = time.monotonic()
        self.step = 0
        self.due = lease.due()

    def run(
        self, specs: Mapping[int, RunSpec], device: torch.device, resume: Snapshot | None, *, compiler: Compiler | None
    ) -> None:
        self.step = reported = resume.step if resume else 0
        self.watch = StopWatch(self.lease.stop, _counts(resume))
        updates = any(MEASURES[name].updates for name in self.lease.measures)
        steps, pause = self.lease.steps, lambda: self._due() or self._waiting()
        training = train(specs, steps, device=device, resume=resume, updates=updates, compiler=compiler, pause=pause)
        for checkpoint in training:
            self.orders.report((checkpoint.step - reported) * (len(checkpoint.runs) + len(checkpoint.diverged)))
            reported = checkpoint.step
            self._failed(checkpoint)
            if checkpoint.scheduled:
                self._measure(checkpoint)
            self.orders.between()
            if self._due():
                self._keep(checkpoint)
            elif self._waiting():
                self.send()
            if self._leave():
                return
        self.send()

    def _leave(self) -> bool:
        return self.orders.leave() or self.post.lost()

    def _due(self) -> bool:
        """Is it time for a snapshot? However far apart checkpoints are, no more than so many seconds can be lost."""
        return self._leave() or time.monotonic() - self.kept >= SNAPSHOT_SECONDS

    def _waiting(self) -> bool:
        """Have values waited long enough? They are seen soon, however far the next checkpoint is."""
        return bool(self.pile.taken or self.ends) and time.monotonic() - self.uploaded >= UPLOAD_SECONDS

    def _measure(self, checkpoint: Checkpoint) -> None:
        self._diverged(checkpoint)
        self.step = checkpoint.step
        with told_apart():
            taken = take(checkpoint, self.due[checkpoint.step])
        if checkpoint.step > self.said:
            for data in keep(checkpoint, self.due[checkpoint.step], self.lease.schedules):
                self.post.arrays(data)
            self.pile.add(taken)
            self.said = checkpoint.step
        self._retire(checkpoint, taken)
        if checkpoint.step == 0:
            self.send()

    def _diverged(self, checkpoint: Checkpoint) -> None:
        message = f"The weights became non-finite between steps {self.step} and {checkpoint.step}."
        self.ends += [RunEnd(run=run, state="diverged", step=self.step, message=message) for run in checkpoint.diverged]

    def _failed(self, checkpoint: Checkpoint) -> None:
        ends = [RunEnd(run=run, state="failed", step=self.step, message=why) for run, why in checkpoint.failed.items()]
        self.ends += ends

    def _retire(self, checkpoint: Checkpoint, taken: Taken) -> None:
        last = checkpoint.step == self.lease.steps[-1]
        stopped = () if last else self.watch.over(taken)
        checkpoint.retire(stopped)
        ending = checkpoint.runs if last else stopped
        state = "finished" if last else "stopped"
        self.ends += [RunEnd(run=run, state=state, step=checkpoint.step, message=None) for run in ending]

    def _keep(self, checkpoint: Checkpoint) -> None:
        """A snapshot of the runs that go on. Values up to it go out before it, so that resuming leaves no gap."""
        self.send()
        if checkpoint.runs and checkpoint.step < self.lease.steps[-1]:
            self.post.snapshot(checkpoint.step, checkpoint.snapshot(self.watch.in_a_row))
        self.kept = time.monotonic()

    def send(self) -> None:
        """Send what is on the pile, and how runs ended."""
        self.uploaded = time.monotonic()
        block = self.pile.block()
        if block is not None:
            self.post.block(block)
        self.post.ends(self.ends)
        self.ended.update(end.run for end in self.ends)
        self.ends = []


def _counts(snapshot: Snapshot | None) -> dict[int, int]:
    """For how many checkpoints runs had kept to the stop rule; a snapshot of before these were kept says nothing."""
    if snapshot is None or snapshot.in_a_row is None:
        return {}
    return dict(zip(snapshot.runs, snapshot.in_a_row.tolist(), strict=True))

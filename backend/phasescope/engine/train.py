"""The training loop: one generator that yields checkpoints and knows nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.spec import RunSpec
from phasescope.engine.acts import Acts
from phasescope.engine.agenda import NOT_YET, Agenda, marks
from phasescope.engine.alterations import Alterations
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.compiled import Compiler, QuickerGradients, available, pays
from phasescope.engine.controls import Controls
from phasescope.engine.examples import EmptySet, Split
from phasescope.engine.feed import Feed
from phasescope.engine.gradients import carried_from_the_start, staged
from phasescope.engine.loss_settings import LossSettings
from phasescope.engine.memory import told_apart
from phasescope.engine.quantities import quantity
from phasescope.engine.seeding import normal
from phasescope.engine.shard import Shard, prepare
from phasescope.engine.snapshot import Snapshot, UnreadableSnapshot
from phasescope.engine.trail import Trail
from phasescope.optimizers.optimizer import Moments, Numbers


def train(
    runs: Mapping[int, RunSpec],
    steps: Sequence[int],
    *,
    device: torch.device | str = "cpu",
    resume: Snapshot | None = None,
    from_there: bool = False,
    updates: bool = False,
    compiler: Compiler | None = None,
    pause: Callable[[], bool] = lambda: False,
) -> Iterator[Checkpoint]:
    """Train runs of one signature (number -> spec) together and yield a checkpoint at each of `steps` (increasing).

    A run's trajectory does not depend on the runs beside it. After a checkpoint, runs that its reader retired and
    runs that became non-finite leave the batch, and so do those that an intervention leaves without an example; the
    loop ends when none is left. Raises EmptySet where a run has no example from the start. With `resume`, every one
    of `runs` must be in the snapshot, and the first checkpoint is the first of `steps` after it (`from_there`: after
    or at it).
    With `updates`, checkpoints have the last two updates too; the trajectories are the same. With a `compiler`, code is
    compiled where it pays, and trajectories agree up to rounding. `pause` is asked after every step; when it says so,
    a checkpoint off the schedule is yielded, for a snapshot. Raises OutOfMemory when the runs do not fit together.
    """
    with told_apart():
        shard = prepare(tuple(runs.values()), torch.device(device))
        state = State.begin(shard, tuple(runs)) if resume is None else State.at(shard, resume.of(tuple(runs)))
        state.updates = updates
        if compiler is not None:
            state.compile_for(steps[-1], compiler)
    begin = 0 if resume is None else resume.step + (not from_there)
    for target in (step for step in steps if step >= begin):
        checkpoint = None
        while checkpoint is None or not checkpoint.scheduled:
            with told_apart():
                state.advance(target, pause)
            checkpoint = state.checkpoint(scheduled=state.step == target)
            yield checkpoint
            state.settle(checkpoint)
            if not state.runs:
                return


class State:
    """What changes while a shard trains."""

    def __init__(self, shard: Shard, runs: tuple[int, ...], step: int, parameters: Tensor) -> None:
        self.shard, self.runs, self.step = shard, runs, step
        self.parameters, self.previous = parameters, parameters.clone()  # previous: at the checkpoint before
        self.previous_step = step
        self.agenda = Agenda(shard.interventions)
        self.moments: Moments = shard.optimizer.start(parameters)
        self.carried = carried_from_the_start(shard.optimizer, parameters)
        self.trail, self.updates = Trail(), False
        self.failed: dict[int, str] = {}  # run -> why it could not go on, since the last checkpoint
        self.quicker: QuickerGradients | None = None
        self._ready()

    @classmethod
    def begin(cls, shard: Shard, runs: tuple[int, ...]) -> State:
        """At step 0."""
        return cls(shard, runs, 0, shard.initial.clone())

    @classmethod
    def at(cls, shard: Shard, snapshot: Snapshot) -> State:
        """Where the snapshot was taken; what it does not hold (another optimizer's moments) begins at zero."""
        if snapshot.parameters.shape != shard.initial.shape:
            there, here = tuple(snapshot.parameters.shape), tuple(shard.initial.shape)
            raise UnreadableSnapshot(f"The snapshot has parameters of shape {there}, these runs of shape {here}.")
        state = cls(shard, snapshot.runs, snapshot.step, snapshot.parameters.to(shard.initial, copy=True))
        if snapshot.previous is not None:
            state.previous = snapshot.previous.to(shard.initial, copy=True)
            state.previous_step = snapshot.step if snapshot.previous_step is None else snapshot.previous_step
        state._remember(snapshot)
        state.trail = Trail({step: place.to(shard.initial, copy=True) for step, place in snapshot.trail.items()})
        for own, kept in ((state.moments, snapshot.moments), (state.carried, snapshot.carried)):
            for name, value in own.items():
                if name in kept and kept[name].shape == value.shape:
                    value.copy_(kept[name])
        return state

    def _remember(self, snapshot: Snapshot) -> None:
        """Conditions that were met before the snapshot; not of interventions that are others now."""
        here = marks(self.shard.interventions)
        if snapshot.began is not None and snapshot.marks is not None and snapshot.marks.shape == here.shape:
            kept = snapshot.marks.numpy() == here
            self.agenda = Agenda(self.shard.interventions, np.where(kept, snapshot.began.numpy(), NOT_YET))
            self._ready()

    def compile_for(self, last: int, compiler: Compiler) -> None:
        """Compile the gradients if training up to step `last` is long enough for it to pay."""
        whole = self.shard.examples.train.inputs.shape[1]
        examples = max(spec.batch_size or whole for spec in self.shard.specs)
        if available(self.parameters.device) and pays(self.parameters, examples=examples, steps=last - self.step):
            self.quicker = compiler.gradients(self.shard.network, self.parameters.dtype)

    def advance(self, target: int, pause: Callable[[], bool] = lambda: False) -> None:
        """Train up to step `target`, or until `pause` says so."""
        began = self.step
        while self.step < target and not (self.step > began and pause()):
            if self.updates:
                self.trail.mark(self.step, target, self.parameters)
            self.agenda.watch(self.step, self._quantity)
            batch = self._batch()
            if batch is None:
                return
            kept = self.acts.before(self.step, self.parameters, self.moments, self._whole_gradients)
            numbers, stages = self.controls.at(self.step)
            gradients = staged(
                self._gradients(batch, numbers["rest"]),
                self.carried,
                stages,
                keys=self.shard.keys,
                step=self.step,
                kind=self.shard.optimizer.gradient_filter,
            )
            self.step += 1
            self._update(gradients, numbers)
            self.acts.after(kept)

    def _batch(self) -> Split | None:
        """What is trained on now. Runs that are left without an example have failed and leave; nothing if all do."""
        while True:
            try:
                return self.feed.at(self.step)
            except EmptySet as error:
                self.failed |= {self.runs[row]: reason for row, reason in error.reasons.items()}
                stay = [row not in error.reasons for row in range(len(self.runs))]
                self._keep(torch.tensor(stay, device=self.parameters.device))
            if not self.runs:
                return None

    def _gradients(self, batch: Split, numbers: Numbers) -> Tensor:
        network, extras = self.alterations.training(self.step), self.loss.training(self.step)
        optimizer = self.shard.optimizer
        gradients_of = self.quicker if self.quicker is not None and network.is_plain else network.gradients
        gradients = gradients_of(self.parameters, batch, extras)
        if not optimizer.looks_around:
            return gradients
        return gradients_of(optimizer.ascend(self.parameters, gradients, numbers=numbers), batch, extras)

    def _whole_gradients(self) -> Tensor:
        """(R, P) of the mean loss over the whole training set, of the networks as a checkpoint would show them now."""
        examples = self.loss.looking(self.step)
        return self.alterations.looking(self.step).gradients(self.parameters, examples.train, examples.extras)

    def _update(self, gradients: Tensor, numbers: Mapping[str, Numbers]) -> None:
        optimizer, keys = self.shard.optimizer, self.shard.keys
        noise = None
        if optimizer.is_noisy:
            drawn = normal(keys, "update", torch.full_like(keys, self.step), self.parameters.shape[1])
            noise = drawn.to(self.parameters.dtype)
        groups = self.shard.network.layout.groups
        if all(numbers[group] is numbers["rest"] for group in groups):
            groups = {"rest": slice(None)}  # one pass over memory instead of two
        for group, columns in groups.items():
            parameters = self.parameters[:, columns]
            moments = {name: moment[:, columns] for name, moment in self.moments.items()}
            optimizer.update(parameters, gradients[:, columns], moments, numbers=numbers[group], step=self.step)
            if noise is not None:
                optimizer.disturb(parameters, noise[:, columns], numbers=numbers[group])

    def drop_diverged(self) -> tuple[int, ...]:
        """Take the runs whose parameters are no longer finite out of the batch and say which they were."""
        finite = torch.isfinite(self.parameters).all(dim=1)
        gone = tuple(run for run, fine in zip(self.runs, finite.tolist(), strict=True) if not fine)
        if gone:
            self._keep(finite)
        return gone

    def checkpoint(self, *, scheduled: bool) -> Checkpoint:
        """What may be looked at now. Runs that diverged leave at checkpoints of the schedule."""
        diverged = self.drop_diverged() if scheduled else ()
        return Checkpoint(
            step=self.step,
            scheduled=scheduled,
            runs=self.runs,
            diverged=diverged,
            failed=dict(self.failed),
            network=self.alterations.looking(self.step),
            networks={"initial": self.shard.network, "previous": self.alterations.looking(self.previous_step)},
            examples=self.loss.looking(self.step),
            parameters=self.parameters,
            initial=self.shard.initial,
            previous=self.previous,
            previous_step=self.previous_step,
            trail=self.trail.places,
            snapshot=partial(self._pack, scheduled=scheduled),
        )

    def _pack(self, in_a_row: Mapping[int, int] | None = None, *, scheduled: bool) -> bytes:
        counts = None if in_a_row is None else torch.tensor([in_a_row.get(run, 0) for run in self.runs])
        return Snapshot(
            step=self.step,
            runs=self.runs,
            parameters=self.parameters,
            moments=self.moments,
            carried=self.carried,
            trail=self.trail.places,
            previous=self.parameters if scheduled else self.previous,
            previous_step=self.step if scheduled else self.previous_step,
            began=torch.from_numpy(self.agenda.began) if self.agenda.began.size else None,
            marks=torch.from_numpy(marks(self.shard.interventions)) if self.agenda.began.size else None,
            in_a_row=counts,
        ).to_bytes()

    def _quantity(self, kind: str) -> NDArray[np.float64]:
        network = self.alterations.looking(self.step)
        return quantity(kind, network, self.parameters, self.loss.looking(self.step))

    def settle(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint: retired runs leave."""
        if checkpoint.retired:
            kept = torch.tensor([run not in checkpoint.retired for run in self.runs], device=self.parameters.device)
            self._keep(kept)
        self.failed = {}
        if checkpoint.scheduled:
            self.previous, self.previous_step = self.parameters.clone(), self.step

    def _keep(self, mask: Tensor) -> None:
        """Compaction: the tensors of the runs that stay move together."""
        rows = mask.nonzero()[:, 0]
        self.runs = tuple(self.runs[row] for row in rows.tolist())
        self.shard, self.agenda = self.shard.of(rows), self.agenda.of(rows.tolist())
        self.parameters, self.previous = self.parameters[rows], self.previous[rows]
        self.moments = {name: moment[rows] for name, moment in self.moments.items()}
        self.carried = {name: value[rows] for name, value in self.carried.items()}
        self.trail = self.trail.of(rows)
        if self.runs:
            self._ready()

    def _ready(self) -> None:
        shard = self.shard
        self.feed = Feed(shard, self.agenda)
        self.acts = Acts(shard, self.agenda)
        self.alterations = Alterations(shard, self.agenda)
        self.loss = LossSettings(shard, self.agenda)
        groups = shard.network.layout.groups
        self.controls = Controls(shard.optimizers, self.agenda, groups=(*groups, "rest"), like=shard.initial)

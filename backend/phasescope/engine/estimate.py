"""What training will cost: run-steps, seconds on this machine, and memory, from a short measured trial."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice

import torch

from phasescope.core.spec import RunSpec
from phasescope.core.training_size import batch_size, larger, training_size
from phasescope.engine.plan import bytes_of_run, runs_of_bytes
from phasescope.engine.shard import prepare
from phasescope.engine.train import State

TRIAL_SECONDS = 0.5
STEP_SECONDS = 0.5  # a step that takes longer lets nobody see, pause or cancel anything
TRIED_TOGETHER = {"cpu": 4, "cuda": 64}  # what a few runs cost together tells what many do, once the device is busy
FEW_SECONDS, FEW_STEPS = 0.05, 4  # for which a few are tried
ENOUGH_STEPS = 50  # of fewer it is not worth while to try some first


@dataclass(frozen=True)
class Speed:
    """Seconds that R runs of one signature take together on a device."""

    preparing: float  # to make them ready
    stepping: float  # for one step of all of them


@dataclass(frozen=True)
class Estimate:
    """Cost of training R runs of one signature for so many steps; measuring and sending come on top."""

    run_steps: int
    seconds: float
    bytes: int  # of the runs that are in memory together
    together: int  # runs in memory at a time


def estimate(
    specs: Sequence[RunSpec], steps: int, *, device: torch.device | str = "cpu", trial_seconds: float = TRIAL_SECONDS
) -> Estimate:
    """Train the first group of runs (one signature) for a moment and multiply up; nothing of the trial is kept."""
    place = torch.device(device)
    size = bytes_of_run(reduce(larger, specs))
    together = min(len(specs), runs_of_bytes(size, place))
    rounds, rest = divmod(len(specs), together)
    seconds = rounds * _seconds(specs[:together], steps, place, trial_seconds)
    if rest:
        seconds += _seconds(list(islice(specs, rest)), steps, place, trial_seconds)
    return Estimate(len(specs) * steps, seconds, together * size, together)


def _seconds(specs: Sequence[RunSpec], steps: int, device: torch.device, trial_seconds: float) -> float:
    speed, _ = tried(specs, steps, device=device, trial_seconds=trial_seconds)
    return speed.preparing + steps * speed.stepping


def tried(
    specs: Sequence[RunSpec], steps: int, *, device: torch.device, trial_seconds: float = TRIAL_SECONDS
) -> tuple[Speed, State]:
    """Train runs of one signature for a moment, at most `steps` steps; their state can then be measured.

    Raises OutOfMemory when they do not fit.
    """
    began = time.perf_counter()
    shard = prepare(specs, device)
    state = State.begin(shard, tuple(range(len(specs))))
    preparing = time.perf_counter() - began
    state.advance(min(2, steps))  # the first steps also allocate
    count, spent = 0, 0.0
    while spent < trial_seconds and state.step < steps:
        ahead = max(1, count)  # twice as many each time: a device that answers late is asked seldom
        began = time.perf_counter()
        state.advance(min(state.step + ahead, steps))
        bool(torch.isfinite(state.parameters[0, 0]))  # waits for the device
        spent, count = spent + time.perf_counter() - began, count + ahead
    return Speed(preparing, spent / count if count else preparing), state


def runs_in_step_with(specs: Sequence[RunSpec], *, device: torch.device) -> int:
    """How many runs of one signature may train together if a step is to take no longer than STEP_SECONDS; at least 1.

    Raises OutOfMemory when a few do not fit.
    """
    few = sorted(specs, key=lambda spec: (batch_size(spec), training_size(spec)))[-TRIED_TOGETHER.get(device.type, 4) :]
    speed, _ = tried(few, FEW_STEPS, device=device, trial_seconds=0.0 if len(specs) == 1 else FEW_SECONDS)
    return max(1, int(STEP_SECONDS * len(few) / speed.stepping))

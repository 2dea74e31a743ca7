"""A trial: a moment of training and measuring that tells what runs would cost, asked for before they are started."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch

from phasescope.core.errors import PhasescopeError
from phasescope.core.schedule import MeasureSchedule
from phasescope.core.spec import RunSpec
from phasescope.core.wire import Trial, TrialResult
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.estimate import ENOUGH_STEPS, FEW_SECONDS, FEW_STEPS, STEP_SECONDS, TRIED_TOGETHER, Speed, tried
from phasescope.engine.memory import OutOfMemory, told_apart
from phasescope.engine.plan import bytes_of_run, runs_of_bytes
from phasescope.engine.train import State
from phasescope.worker.keeping import sizes
from phasescope.worker.measuring import take

TRIAL_SECONDS = 0.3
LEAST_SHARE = 0.02  # of a step, that a run costs even where another seems to cost nothing
ENOUGH = {"cpu": 32}  # on a processor more runs at a time are no faster


def answered(trial: Trial, *, worker: int, device: torch.device) -> TrialResult:
    """What such runs cost, or why they cannot be trained: a question must not stop a worker that trains others."""
    try:
        with told_apart():
            return try_out(trial, worker=worker, device=device)
    except (PhasescopeError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # what was refused on purpose says itself what to do
        reason = str(error) if isinstance(error, PhasescopeError) else f"{type(error).__name__}: {error}"
        return TrialResult(
            worker=worker, key=trial.key, preparing=0, stepping=0, measuring={}, series={}, memory_bytes=0, together=1,
            refusal=reason,
        )  # fmt: skip


def try_out(trial: Trial, *, worker: int, device: torch.device) -> TrialResult:
    """Train and measure a few such runs; nothing of it is kept. Raises OutOfMemory when not even one fits."""
    began = time.perf_counter()
    size = bytes_of_run(trial.spec)
    measuring_size = time.perf_counter() - began
    fitting = runs_of_bytes(size, device)
    count = min(trial.runs, fitting, ENOUGH.get(device.type, fitting))
    speed, state, count = _tried(trial, count, device)
    stepping = _of_one_more(trial, speed, count, device)
    checkpoint = state.checkpoint(scheduled=True)
    measuring, series, arrays = _measured(checkpoint, trial.measures, trial.limits)
    keeping = [name for name, size in arrays.items() if size]
    first = sizes(replace(checkpoint, step=0), keeping, trial.limits)
    return TrialResult(
        worker=worker,
        key=trial.key,
        preparing=speed.preparing / count,
        stepping=stepping,
        beginning=measuring_size + _first_tried(trial, speed, count, device),
        overhead=max(0.0, speed.stepping - count * stepping),
        measuring={name: seconds / count for name, seconds in measuring.items()},
        series=series,
        arrays={name: arrays[name] // count for name in keeping},
        first_arrays={name: size // count for name, size in first.items()},
        limits=trial.limits,
        memory_bytes=size,
        together=max(1, min(trial.runs, fitting, int(STEP_SECONDS * count / speed.stepping))),
    )


def _of_one_more(trial: Trial, speed: Speed, count: int, device: torch.device) -> float:
    """Seconds of a step that one run more costs: what fewer runs cost tells it from what any number does."""
    share = speed.stepping / count
    fewer = count // 4
    if not fewer:
        return share
    of_fewer, _ = tried(_seeds(trial, fewer), trial.steps, device=device, trial_seconds=TRIAL_SECONDS / 3)
    return min(share, max(LEAST_SHARE * share, (speed.stepping - of_fewer.stepping) / (count - fewer)))


def _seeds(trial: Trial, count: int) -> list[RunSpec]:
    return [trial.spec.model_copy(update={"seed": seed}) for seed in range(count)]


def _first_tried(trial: Trial, speed: Speed, count: int, device: torch.device) -> float:
    """Seconds that a worker trains a few runs for, before it begins, to see how many may train together."""
    few = TRIED_TOGETHER.get(device.type, 1)
    if trial.runs <= few or trial.steps < ENOUGH_STEPS:
        return 0.0
    share = min(1.0, few / count)
    return share * speed.preparing + max(FEW_SECONDS, FEW_STEPS * share * speed.stepping)


def _tried(trial: Trial, count: int, device: torch.device) -> tuple[Speed, State, int]:
    """With half as many runs for as long as they do not fit."""
    while True:
        try:
            speed, state = tried(_seeds(trial, count), trial.steps, device=device, trial_seconds=TRIAL_SECONDS)
        except OutOfMemory:
            if count == 1:
                raise
            count //= 2
        else:
            return speed, state, count


def _measured(
    checkpoint: Checkpoint, measures: Sequence[str], limits: Mapping[str, MeasureSchedule]
) -> tuple[dict[str, float], dict[str, int], dict[str, int]]:
    """Seconds, numbers and bytes of arrays of each measure, of all runs together.

    What one measure keeps for the next is not paid twice, as in training.
    """
    seconds: dict[str, float] = {}
    series: dict[str, int] = {}
    arrays: dict[str, int] = {}
    for name in measures:
        began = time.perf_counter()
        taken = take(checkpoint, (name,))
        arrays |= sizes(checkpoint, (name,), limits)
        seconds[name], series[name] = time.perf_counter() - began, len(taken.series)
    return seconds, series, arrays

"""How many runs train together, what it costs, and what a lack of memory is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch

from phasescope.core.spec import RunSpec
from phasescope.core.training_size import training_size
from phasescope.engine.estimate import estimate, runs_in_step_with
from phasescope.engine.memory import OutOfMemory, most_bytes, told_apart
from phasescope.engine.plan import Plan, bytes_of_run
from phasescope.engine.train import train

from .families import family, run_spec

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: 12 bytes"),
    ],
)
def test_every_allocator_s_error_is_one(error: Exception) -> None:
    with pytest.raises(OutOfMemory), told_apart():
        raise error


def test_the_processor_s_own_allocator_is_understood() -> None:
    with pytest.raises(OutOfMemory), told_apart():
        torch.empty(2**60, dtype=torch.uint8)


def test_other_errors_pass() -> None:
    with pytest.raises(RuntimeError, match="shapes"), told_apart():
        raise RuntimeError("shapes do not match")


def test_runs_whose_steps_are_slow_train_fewer_at_a_time() -> None:
    quick, slow = (
        [run_spec(model="mlp", seed=seed, model_settings={"width": width}) for seed in range(4)] for width in (4, 2048)
    )
    assert runs_in_step_with(quick, device=CPU) > 10 * runs_in_step_with(slow, device=CPU) >= 10
    assert [len(group) for group in Plan(family(20), CPU, at_most=lambda _: 8).groups()] == [8, 8, 4]


def test_a_group_that_does_not_fit_comes_again_as_halves_and_later_groups_are_smaller() -> None:
    plan = Plan(family(20), CPU)
    plan.size = 8
    groups = plan.groups()
    assert list(next(groups)) == list(range(8))
    plan.too_many({run: run_spec() for run in range(8)})
    assert list(next(groups)) == [0, 1, 2, 3]
    plan.too_many({run: run_spec() for run in range(3)})  # one of four had ended
    assert [list(group) for group in groups] == [[0], [1, 2], [4, 5, 6, 7], *([n] for n in range(8, 20))]


def test_training_sets_of_like_size_are_trained_together_and_the_largest_decides_how_many() -> None:
    sizes = [20, 900, 25, 60, 20_000, 30_000]
    specs = {
        run: run_spec("teacher_student", "mlp", task_settings={"train_examples": size, "test_examples": 4})
        for run, size in enumerate(sizes)
    }
    asked: list[list[Any]] = []

    def at_most(together: Sequence[RunSpec]) -> None:
        asked.append([spec.task["train_examples"] for spec in together])

    assert [list(group) for group in Plan(specs, CPU, at_most=at_most).groups()] == [[0, 2, 3], [1], [4, 5]]
    assert asked == [[20, 25, 60], [900], [20_000, 30_000]]
    shown = estimate([specs[0], specs[4]], 1, trial_seconds=0.0)
    assert shown.bytes == 2 * bytes_of_run(specs[4])
    assert bytes_of_run(specs[4]) > 100 * bytes_of_run(specs[0])


def test_a_single_run_that_does_not_fit_is_an_error_that_says_what_to_do() -> None:
    plan = Plan(family(1), CPU)
    with pytest.raises(OutOfMemory, match="make the model"):
        plan.too_many(next(plan.groups()))


def test_a_window_of_gradients_counts_as_memory() -> None:
    plain, filtered = (
        run_spec(optimizer={"name": "sgd", "gradient_filter": kind, "filter_window": 50})
        for kind in ("none", "moving_average")
    )
    parameters = next(iter(train({0: plain}, (0,)))).parameters.shape[1]
    assert bytes_of_run(filtered) - bytes_of_run(plain) == 51 * parameters * 8


def test_what_is_done_to_activations_counts_as_memory() -> None:
    plain, dropping = (
        run_spec("modular_arithmetic", "mlp", task_settings={"modulus": 31}, model_settings={"width": 8, "dropout": p})
        for p in (0.0, 0.5)
    )
    units = 576 * 8  # examples in a step, units of a layer
    assert bytes_of_run(dropping) - bytes_of_run(plain) >= units * 8


def test_the_meter_tells_the_most_that_was_there_at_a_time() -> None:
    before = torch.zeros(1000)

    def one_after_the_other() -> None:
        first = before + 1
        first += before.view(10, 100).flatten()  # nothing new
        del first
        torch.cat([before, before])

    def both() -> None:
        second = torch.cat([before, before])
        second.double()

    assert most_bytes(one_after_the_other) == 8_000
    assert most_bytes(both) == 8_000 + 16_000


def test_an_estimate_counts_run_steps_and_memory_and_takes_a_measured_time() -> None:
    """How near the seconds are is the benchmark's question: a test that times fails when the machine is busy."""
    specs = list(family(16).values())
    short, long = (estimate(specs, steps, trial_seconds=0.05) for steps in (1, 100_000))
    assert (short.run_steps, long.run_steps) == (16, 1_600_000)
    assert short.together == long.together == 16
    assert long.bytes == 16 * bytes_of_run(max(specs, key=training_size))
    assert 0 < short.seconds < long.seconds / 100


def test_runs_with_batches_of_like_size_train_together_and_of_others_apart() -> None:
    sizes = (2, 64, 3, 100, 2, None)
    specs = {number: run_spec(batch_size=size) for number, size in enumerate(sizes) if size is not None}
    groups = [set(group) for group in Plan(specs, torch.device("cpu")).groups()]
    assert groups == [{0, 2, 4}, {1, 3}]

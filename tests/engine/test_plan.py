"""How many runs train together, what it costs, and what a lack of memory is called."""

from __future__ import annotations

import time

import pytest
import torch

from phasescope.engine.estimate import estimate
from phasescope.engine.memory import OutOfMemory, told_apart
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


def test_a_group_that_does_not_fit_comes_again_as_halves_and_later_groups_are_smaller() -> None:
    plan = Plan(family(20), CPU)
    plan.size = 8
    groups = plan.groups()
    assert list(next(groups)) == list(range(8))
    plan.too_many({run: run_spec() for run in range(8)})
    assert list(next(groups)) == [0, 1, 2, 3]
    plan.too_many({run: run_spec() for run in range(3)})  # one of four had ended
    assert [list(group) for group in groups] == [[0], [1, 2], [4, 5, 6, 7], *([n] for n in range(8, 20))]


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


def test_the_estimate_is_near_what_it_then_takes() -> None:
    """Within a factor of four, since other work may come and go on this machine; the benchmark is stricter."""
    runs = family(16)
    told = estimate(list(runs.values()), 300, trial_seconds=0.2)
    began = time.perf_counter()
    for _ in train(runs, (300,)):
        pass
    took = time.perf_counter() - began
    assert told.run_steps == 4800
    assert told.together == 16
    assert took / 4 < told.seconds < took * 4

"""A run's trajectory is its own: alone, in any shard, in any order, resumed or after others have left."""

from __future__ import annotations

import numpy as np
import pytest

from phasescope.core.spec import RunSpec
from phasescope.engine.snapshot import Snapshot
from phasescope.engine.train import train

from .families import OPTIMIZER_NAMES, PAIRS, collect, family, run_spec, steps_of, trajectories

STEPS = (0, 1, 10, 100, 200)
EXACT = 1e-9


@pytest.mark.parametrize(("task", "model"), PAIRS)
@pytest.mark.parametrize("batch_size", [None, 4])
def test_alone_equals_in_a_shard_of_seven(task: str, model: str, batch_size: int | None) -> None:
    runs, steps = family(7, task, model, batch_size=batch_size), steps_of(task, model)
    together = trajectories(runs, steps)
    for run in (0, 3, 6):
        alone = trajectories({run: runs[run]}, steps)
        np.testing.assert_allclose(alone[run], together[run], rtol=0, atol=EXACT)


@pytest.mark.slow
@pytest.mark.parametrize(("task", "model"), PAIRS)
def test_every_pair_in_another_order_resumed_and_after_others_have_left(task: str, model: str) -> None:
    runs, steps = family(5, task, model, batch_size=4), (0, 2, 5, 9)
    together = trajectories(runs, steps)
    ways = {
        "reversed": trajectories(dict(reversed(runs.items())), steps),
        "alone": trajectories({3: runs[3]}, steps),
    }
    ways["left"], data = left_at_two(runs, steps, gone=(0, 3))
    ways["resumed"] = trajectories({4: runs[4], 1: runs[1]}, steps, resume=Snapshot.from_bytes(data))
    seen = {way: {run: len(path) for run, path in found.items()} for way, found in ways.items()}
    assert seen["left"] == {0: 2, 1: 4, 2: 4, 3: 2, 4: 4}
    assert seen["resumed"] == {4: 2, 1: 2}
    for way, found in ways.items():
        for run, path in found.items():
            part = slice(2, None) if way == "resumed" else slice(len(path))
            np.testing.assert_allclose(path, together[run][part], rtol=0, atol=EXACT, err_msg=f"{way}, run {run}")


def left_at_two(
    runs: dict[int, RunSpec], steps: tuple[int, ...], gone: tuple[int, ...]
) -> tuple[dict[int, np.ndarray], bytes]:
    """Trajectories where some runs leave at step 2, and a snapshot from there."""
    kept: dict[int, list[np.ndarray]] = {run: [] for run in runs}
    data = b""
    for checkpoint in train(runs, steps):
        collect(checkpoint, kept)
        if checkpoint.step == 2:
            data = checkpoint.snapshot()
            checkpoint.retire(gone)
    return {run: np.stack(values) for run, values in kept.items()}, data


@pytest.mark.parametrize("optimizer", OPTIMIZER_NAMES)
def test_every_optimizer_keeps_runs_apart(optimizer: str) -> None:
    runs = family(7, optimizer=optimizer)
    together = trajectories(runs, STEPS)
    alone = trajectories({5: runs[5]}, STEPS)
    np.testing.assert_allclose(alone[5], together[5], rtol=0, atol=EXACT)


def test_alone_equals_in_a_shard_of_256_in_another_order() -> None:
    runs = family(256)
    together = trajectories(dict(reversed(runs.items())), (0, 60, 120))
    for run in (0, 100, 255):
        alone = trajectories({run: runs[run]}, (0, 60, 120))
        np.testing.assert_allclose(alone[run], together[run], rtol=0, atol=EXACT)


def test_float32_stays_within_a_thousandth() -> None:
    runs = family(64, precision="float32")
    together = trajectories(runs, STEPS)
    alone = trajectories({9: runs[9]}, STEPS)
    np.testing.assert_allclose(alone[9], together[9], rtol=0, atol=1e-3)


def test_bfloat16_stays_within_two_hundredths() -> None:
    """A sum that is rounded in another order now and then becomes another bfloat16, 0.4 % away."""
    runs = family(64, precision="bfloat16")
    together = trajectories(runs, STEPS)
    alone = trajectories({9: runs[9]}, STEPS)
    np.testing.assert_allclose(alone[9], together[9], rtol=0, atol=2e-2)


@pytest.mark.parametrize("batch_size", [None, 4])
def test_resumed_equals_never_stopped(batch_size: int | None) -> None:
    runs = family(7, batch_size=batch_size)
    whole = trajectories(runs, STEPS)
    kept: dict[int, list[np.ndarray]] = {run: [] for run in runs}
    data = b""
    for checkpoint in train(runs, STEPS):
        collect(checkpoint, kept)
        if checkpoint.step == 10:
            data = checkpoint.snapshot()
            break
    for checkpoint in train(runs, STEPS, resume=Snapshot.from_bytes(data)):
        collect(checkpoint, kept)
    for run in runs:
        np.testing.assert_allclose(np.stack(kept[run]), whole[run], rtol=0, atol=EXACT)


def test_runs_that_leave_do_not_change_those_that_stay() -> None:
    runs = family(7, batch_size=4)
    whole = trajectories(runs, STEPS)
    kept: dict[int, list[np.ndarray]] = {run: [] for run in runs}
    for checkpoint in train(runs, STEPS):
        collect(checkpoint, kept)
        if checkpoint.step == 10:
            checkpoint.retire([0, 2, 5])
    assert [len(kept[run]) for run in range(7)] == [3, 5, 3, 5, 5, 3, 5]
    for run in runs:
        np.testing.assert_allclose(np.stack(kept[run]), whole[run][: len(kept[run])], rtol=0, atol=EXACT)


@pytest.mark.parametrize("batch_size", [None, 4])
def test_training_ends_when_all_have_left(batch_size: int | None) -> None:
    seen = []
    for checkpoint in train(family(3, batch_size=batch_size), STEPS):
        seen.append(checkpoint.step)
        if checkpoint.step == 10:
            checkpoint.retire(checkpoint.runs)
    assert seen == [0, 1, 10]


def test_a_run_that_diverges_leaves_and_harms_nobody() -> None:
    wild = run_spec(seed=3, optimizer={"name": "sgd", "learning_rate": 1000.0, "weight_decay": 1.0})
    calm = run_spec(seed=4, optimizer={"name": "sgd", "learning_rate": 0.05})
    seen = list(train({1: wild, 2: calm}, STEPS))
    gone = [run for checkpoint in seen for run in checkpoint.diverged]
    assert gone == [1]
    assert seen[-1].runs == (2,)
    np.testing.assert_allclose(seen[-1].parameters[0].numpy(), trajectories({2: calm}, STEPS)[2][-1], atol=EXACT)


def test_the_same_seed_starts_the_same_and_another_does_not() -> None:
    first, second, other = (trajectories({0: run_spec(seed=s)}, (0,))[0] for s in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.allclose(first, other)

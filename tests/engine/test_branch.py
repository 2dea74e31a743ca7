"""Replay gives the stored values, and a fork that changes nothing is its parent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from phasescope.engine.branch import fork, replay
from phasescope.engine.snapshot import Snapshot, UnreadableSnapshot
from phasescope.engine.train import train

from .families import family, run_spec

STEPS = (0, 5, 20, 40)
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "mini-batches, filter, schedule": {
        "batch_size": 4,
        "optimizer_settings": {"gradient_filter": "moving_average", "filter_window": 5},
        "over_runs": {"warm_up": [0, 30]},
    },
    "kicks": {"interventions": ({"name": "perturb_weights", "at": [5, 11], "every": 6, "norm": 0.5},)},
}


@pytest.mark.parametrize("case", CASES)
def test_a_denser_replay_gives_the_stored_values_at_shared_checkpoints(case: str) -> None:
    runs = family(5, **CASES[case])
    first: dict[int, np.ndarray] = {}
    data = b""
    for checkpoint in train(runs, STEPS):
        first[checkpoint.step] = checkpoint.parameters.numpy().copy()
        data = checkpoint.snapshot() if checkpoint.step == 5 else data
    again = {c.step: c.parameters.numpy().copy() for c in replay(runs, Snapshot.from_bytes(data), range(3, 41))}
    assert list(again) == list(range(5, 41))
    for step in (5, 20, 40):
        np.testing.assert_allclose(again[step], first[step], rtol=0, atol=1e-12)
    assert not np.array_equal(again[21], again[20])


@pytest.mark.parametrize("case", CASES)
def test_a_fork_without_a_change_reproduces_its_parent_and_one_with_a_change_does_not(case: str) -> None:
    runs = family(5, **CASES[case])
    parents: dict[int, np.ndarray] = {}
    data = b""
    for checkpoint in train(runs, STEPS):
        data = checkpoint.snapshot() if checkpoint.step == 5 else data
        parents = dict(zip(checkpoint.runs, checkpoint.parameters.numpy().copy(), strict=True))
    other = runs[2].model_copy(update={"optimizer": {**runs[2].optimizer, "weight_decay": 3.0}})
    children = {70: (4, runs[4]), 71: (2, runs[2]), 72: (2, other)}
    for checkpoint in fork(children, Snapshot.from_bytes(data), STEPS):
        if checkpoint.step == 5:
            np.testing.assert_array_equal(checkpoint.parameters[1].numpy(), checkpoint.parameters[2].numpy())
    assert (checkpoint.step, checkpoint.runs) == (40, (70, 71, 72))
    ends = checkpoint.parameters.numpy()
    np.testing.assert_allclose(ends[0], parents[4], rtol=0, atol=1e-9)
    np.testing.assert_allclose(ends[1], parents[2], rtol=0, atol=1e-9)
    assert np.abs(ends[2] - parents[2]).max() > 1e-3


def test_a_fork_may_go_on_with_another_optimizer_and_an_intervention() -> None:
    data = next(iter(train({1: run_spec()}, (10,)))).snapshot()
    spec = run_spec(
        optimizer={"name": "sgd", "learning_rate": 1e-3},
        interventions=({"name": "perturb_weights", "at": 10, "norm": 2.0},),
    )
    start, after = fork({5: (1, spec)}, Snapshot.from_bytes(data), (10, 11))
    assert start.step == 10
    assert after.step == 11
    assert float((after.parameters - start.initial).norm()) > 1


def test_a_fork_of_what_is_not_there_or_of_another_shape_is_refused() -> None:
    snapshot = Snapshot.from_bytes(next(iter(train({1: run_spec()}, (2,)))).snapshot())
    with pytest.raises(UnreadableSnapshot, match=r"runs \[3\]"):
        next(iter(fork({5: (3, run_spec())}, snapshot, (4,))))
    with pytest.raises(UnreadableSnapshot, match="shape"):
        next(iter(fork({5: (1, run_spec(model_settings={"width": 11}))}, snapshot, (4,))))

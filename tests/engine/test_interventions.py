"""Interventions happen at exactly their steps, to exactly what they name, and to no other run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.engine.layout import UnknownWeights
from phasescope.engine.shard import prepare
from phasescope.engine.train import train

from .families import run_spec, trajectories

SPAN = tuple(range(13))
ADAMW = {"name": "adamw", "learning_rate": 3e-3, "weight_decay": 0.1}


def path(*interventions: dict[str, Any], seed: int = 0, optimizer: dict[str, Any] | None = None) -> np.ndarray:
    """(steps, P) parameters of one run at every step."""
    runs = {0: run_spec(seed=seed, interventions=interventions, optimizer=optimizer or ADAMW)}
    return trajectories(runs, SPAN)[0]


def columns(name: str) -> list[int]:
    return prepare([run_spec()], torch.device("cpu")).network.layout.columns(name)


def first_difference(one: np.ndarray, other: np.ndarray) -> int:
    """The first step at which two paths differ."""
    return int(np.argmax((one != other).any(axis=1)))


PLAIN = path()


@pytest.mark.parametrize(
    "intervention",
    [
        {"name": "change_setting", "field": "learning_rate", "value": 0.1},
        {"name": "perturb_weights", "norm": 1.0},
        {"name": "reset_weights"},
        {"name": "freeze_weights", "weights": "hidden_1"},
        {"name": "constrain_norm", "share": 0.5},
    ],
    ids=lambda choice: str(choice["name"]),
)
def test_the_checkpoint_at_its_step_is_untouched_and_the_next_is_not(intervention: dict[str, Any]) -> None:
    assert first_difference(path({**intervention, "at": 5}), PLAIN) == 6
    assert first_difference(path({**intervention, "at": 0}), PLAIN) == 1


def test_a_setting_has_its_other_value_in_its_window_only() -> None:
    sgd = {"name": "sgd", "learning_rate": 0.1}
    still = path({"name": "change_setting", "field": "learning_rate", "value": 1e-12, "at": 3, "until": 7},
                 optimizer=sgd)  # fmt: skip
    moved = np.abs(np.diff(still, axis=0)).max(axis=1)
    assert (moved[[0, 1, 2, 7, 8]] > 1e-6).all()
    assert (moved[3:7] < 1e-10).all()
    np.testing.assert_allclose(still[8], path(optimizer=sgd)[4], rtol=0, atol=1e-9)  # four steps later, that is all


def test_a_kick_has_its_length_and_moves_only_what_it_names() -> None:
    plain = {"name": "sgd", "learning_rate": 1e-30}
    kick = {"name": "perturb_weights", "norm": 0.7, "at": 4, "weights": "hidden_1"}
    moved = path(kick, optimizer=plain)[5] - path(optimizer=plain)[5]
    assert np.linalg.norm(moved) == pytest.approx(0.7)
    assert set(np.flatnonzero(moved)) == set(columns("hidden_1"))
    other = path(kick, seed=1, optimizer=plain)[5] - path(seed=1, optimizer=plain)[5]
    assert abs(moved @ other) < 0.7 * 0.7**2  # 30 weights: 1/√30 is the usual cosine
    relative = path({**kick, "relative": True}, optimizer=plain)
    length = np.linalg.norm(relative[4][columns("hidden_1")])
    assert np.linalg.norm(relative[5] - relative[4]) == pytest.approx(0.7 * length)


@pytest.mark.parametrize("weights", [None, "hidden_1"])
@pytest.mark.parametrize(("direction", "sign"), [("ascend", -1), ("descend", 1)])
def test_a_kick_along_the_gradient_goes_where_a_step_of_descent_goes(
    direction: str, sign: int, weights: str | None
) -> None:
    """The twin is another run, which takes one plain step on its whole training set."""
    kick = {"name": "perturb_weights", "norm": 0.7, "at": 4, "direction": direction, "weights": weights}
    spec = run_spec(interventions=(kick,), optimizer={"name": "sgd", "learning_rate": 1e-30}, batch_size=4)
    moved = np.diff(trajectories({0: spec}, (4, 5))[0], axis=0)[0]
    step = np.diff(path(optimizer={"name": "sgd", "learning_rate": 0.01})[:2], axis=0)[0]
    own = columns("hidden_1") if weights else list(range(len(step)))
    expected = np.zeros_like(step)
    expected[own] = sign * 0.7 * step[own] / np.linalg.norm(step[own])
    np.testing.assert_allclose(moved, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize(("direction", "sign"), [("towards_initial", -1), ("away_from_initial", 1)])
def test_a_kick_may_lead_towards_the_initial_weights_or_away_from_them(direction: str, sign: int) -> None:
    kick = {"name": "perturb_weights", "norm": 0.01, "at": 6, "direction": direction, "weights": "hidden_1"}
    sgd = {"name": "sgd", "learning_rate": 0.1}
    plain, own = path(optimizer=sgd), columns("hidden_1")
    way = (plain[6] - plain[0])[own]
    kicked = plain[6][own] + sign * 0.01 * way / np.linalg.norm(way)
    still = {"name": "freeze_weights", "weights": "hidden_1", "at": 6}  # no step hides the kick
    np.testing.assert_allclose(path(kick, still, optimizer=sgd)[7][own], kicked, rtol=0, atol=1e-12)
    whole = path({**kick, "norm": 1.0, "at": 0}, optimizer=sgd)
    np.testing.assert_array_equal(whole, plain)  # at the start there is no such direction


def test_weights_are_reset_every_so_many_steps_and_differently_each_time() -> None:
    sgd = {"name": "sgd", "learning_rate": 1e-30}
    reset = {"name": "reset_weights", "weights": "embedding", "at": 2, "every": 4, "until": 10}
    seen = path(reset, optimizer=sgd)
    changes = [step for step in SPAN[:-1] if (seen[step] != seen[step + 1]).any()]
    assert changes == [2, 6]
    changed = {int(c) for step in changes for c in np.flatnonzero(seen[step] != seen[step + 1])}
    assert changed == set(columns("embedding"))
    assert not np.allclose(seen[3], seen[7])
    back = path({**reset, "to": "initial"}, {"name": "perturb_weights", "norm": 1.0}, optimizer=sgd)
    np.testing.assert_array_equal(back[3][columns("embedding")], PLAIN[0][columns("embedding")])


def test_a_reset_takes_the_moments_along() -> None:
    sgd = {"name": "sgd", "momentum": 0.9, "learning_rate": 0.01}
    same = path({"name": "reset_weights", "at": 6, "to": "initial"}, optimizer=sgd)
    np.testing.assert_allclose(same[7:], same[1:7], rtol=0, atol=1e-12)  # the same path again, from the start


def test_frozen_weights_and_their_moments_stay_and_learn_on_afterwards() -> None:
    frozen = path({"name": "freeze_weights", "weights": "readout", "at": 3, "until": 8})
    own = columns("readout")
    assert (frozen[3:9, own] == frozen[3, own]).all()
    assert (frozen[9, own] != frozen[8, own]).any()
    others = [c for c in range(frozen.shape[1]) if c not in own]
    assert (frozen[3, others] != frozen[4, others]).any()


def test_a_constrained_norm_is_constant() -> None:
    lengths = np.linalg.norm(path({"name": "constrain_norm", "share": 0.8, "at": 2, "until": 9}), axis=1)
    initial = np.linalg.norm(PLAIN[0])
    np.testing.assert_allclose(lengths[3:10], 0.8 * initial, rtol=1e-12)
    assert lengths[2] == pytest.approx(np.linalg.norm(PLAIN[2]), rel=1e-12)
    assert lengths[10] != pytest.approx(0.8 * initial, rel=1e-9)


def test_other_runs_of_the_shard_are_not_touched() -> None:
    kicks = [{"name": "perturb_weights", "norm": norm, "at": at} for norm, at in ((1.0, 3), (0.0, 3), (2.0, 6))]
    runs = {n: run_spec(seed=n, interventions=(kick,), optimizer=ADAMW) for n, kick in enumerate(kicks)}
    together = trajectories(runs, SPAN)
    np.testing.assert_allclose(together[1], path(seed=1), rtol=0, atol=1e-12)
    np.testing.assert_allclose(together[2][:7], path(seed=2)[:7], rtol=0, atol=1e-12)


def test_weights_that_the_model_does_not_have_are_refused_by_name() -> None:
    spec = run_spec(interventions=({"name": "freeze_weights", "weights": "hidden_9"},))
    with pytest.raises(UnknownWeights, match=r"no weights 'hidden_9'.*hidden_1"):
        next(iter(train({0: spec}, (0, 1))))

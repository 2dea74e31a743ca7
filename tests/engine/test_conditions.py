"""An intervention on a condition begins where the run's own quantity says so, whatever is looked at and by whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from phasescope.engine.branch import fork
from phasescope.engine.snapshot import Snapshot
from phasescope.engine.train import train

from .families import collect, family, run_spec, trajectories

SPAN = tuple(range(61))
SGD = {"name": "sgd", "learning_rate": 0.05}
RESET = {"name": "reset_weights", "to": "initial", "look_every": 5}


def series(*interventions: dict[str, Any], steps: tuple[int, ...] = SPAN, **more: Any) -> dict[str, np.ndarray]:
    """Quantities of one run at every checkpoint."""
    found: dict[str, list[float]] = {"train_loss": [], "test_loss": [], "test_accuracy": [], "train_accuracy": [],
                                     "weight_norm": []}  # fmt: skip
    for checkpoint in train({0: run_spec(interventions=interventions, **{"optimizer": SGD, **more})}, steps):
        for split in ("train", "test"):
            found[f"{split}_loss"].append(float(checkpoint.losses(split)[0]))
            found[f"{split}_accuracy"].append(float(checkpoint.accuracy(split)[0]))
        found["weight_norm"].append(float(checkpoint.parameters[0].norm()))
    return {name: np.array(values) for name, values in found.items()}


PLAIN = series()


@pytest.mark.parametrize("quantity", PLAIN)
def test_it_begins_at_the_first_look_at_which_the_bound_is_reached(quantity: str) -> None:
    values = PLAIN[quantity][2::5]  # what is looked at
    rises = values[-1] > values[0]
    bound = (values[3] + values[4]) / 2 if values[3] != values[4] else np.unique(values)[1]
    met = values >= bound if rises else values <= bound
    expected = 2 + 5 * int(met.argmax())
    assert met.any()
    act = {**RESET, "when": quantity, "at": 2, "at_least" if rises else "at_most": float(bound)}
    found = series(act)["weight_norm"]
    assert int((found != PLAIN["weight_norm"]).argmax()) == expected + 1
    assert found[expected + 1] == pytest.approx(PLAIN["weight_norm"][1])  # one step from the start


def test_a_quantity_that_is_not_reached_leaves_the_run_alone_and_one_that_was_is_not_looked_at_again() -> None:
    never = {**RESET, "when": "train_loss", "at_most": -1.0}
    np.testing.assert_array_equal(series(never)["weight_norm"], PLAIN["weight_norm"])
    once = series({**RESET, "when": "train_loss", "at_least": 0.0, "at": 10})["weight_norm"]
    np.testing.assert_allclose(once[11:], PLAIN["weight_norm"][1:51], rtol=1e-12)


def test_it_lasts_as_long_as_it_says_and_never_beyond_until() -> None:
    still = {"name": "change_setting", "field": "learning_rate", "value": 1e-12, "when": "weight_norm",
             "look_every": 10, "at": 10, "at_least": 0.0}  # fmt: skip
    for more, moving in (({"lasts": 7}, 17), ({"lasts": 30, "until": 25}, 25), ({"until": 20}, 20)):
        moved = np.abs(np.diff(series({**still, **more})["weight_norm"]))
        assert (moved[:10] > 1e-9).all()
        assert (moved[10:moving] < 1e-9).all()
        assert (moved[moving:] > 1e-9).all()


def test_checkpoints_do_not_matter() -> None:
    act = {"name": "perturb_weights", "norm": 1.0, "when": "train_loss", "at_most": float(PLAIN["train_loss"][21])}
    often, seldom = (series({**act, "look_every": 4}, steps=steps)["weight_norm"] for steps in (SPAN, (0, 17, 60)))
    assert often[-1] != PLAIN["weight_norm"][-1]
    np.testing.assert_array_equal(seldom, often[[0, 17, 60]])


def test_a_run_that_diverges_meets_no_condition_and_harms_nobody() -> None:
    act = {"name": "perturb_weights", "norm": 1.0, "when": "train_loss", "at_least": 0.0, "at": 20, "look_every": 5}
    wild = run_spec(
        seed=3, optimizer={"name": "sgd", "learning_rate": 1000.0, "weight_decay": 1.0}, interventions=(act,)
    )
    calm = run_spec(seed=4, optimizer=SGD, interventions=(act,))
    alone = trajectories({2: calm}, (0, 60))[2]
    gone: list[int] = []
    for checkpoint in train({1: wild, 2: calm}, (0, 60)):
        gone += checkpoint.diverged
    assert gone == [1]
    np.testing.assert_allclose(checkpoint.parameters[0].numpy(), alone[-1], rtol=0, atol=1e-9)


def test_a_fork_goes_on_with_what_had_begun_and_a_changed_intervention_begins_anew() -> None:
    still = {"name": "change_setting", "field": "learning_rate", "value": 1e-12, "when": "weight_norm", "at_least": 0.0,
             "look_every": 20}  # fmt: skip
    parent = run_spec(optimizer=SGD, interventions=(still,))
    snapshots = {c.step: c.snapshot() for c in train({0: parent}, (0, 10))}
    other = run_spec(optimizer=SGD, interventions=({**still, "look_every": 15},))
    kept: dict[int, list[np.ndarray]] = {1: [], 2: []}
    for checkpoint in fork({1: (0, parent), 2: (0, other)}, Snapshot.from_bytes(snapshots[10]), (10, 14, 15, 16)):
        collect(checkpoint, kept)
    same, anew = (np.abs(np.diff(np.stack(kept[run]), axis=0)).max(1) for run in (1, 2))
    assert (same < 1e-9).all()
    assert anew[0] > 1e-6
    assert anew[1] > 1e-6
    assert anew[2] < 1e-9


def test_each_run_of_a_shard_has_its_own_bound() -> None:
    over = [float(PLAIN["weight_norm"][0]) * share for share in (0.5, 1.02, 10.0)]
    act = {"name": "perturb_weights", "norm": 2.0, "when": "weight_norm", "at_least": over, "look_every": 3}
    acting, plain = (trajectories(family(6, interventions=acts), SPAN) for acts in ((act,), ()))
    begun = [int((acting[run] != plain[run]).any(1).argmax()) for run in range(6)]
    assert begun[0] == begun[3] == 1
    assert begun[2] == begun[5] == 0  # argmax of nothing: never
    assert all(step % 3 == 1 for step in (begun[1], begun[4]) if step)

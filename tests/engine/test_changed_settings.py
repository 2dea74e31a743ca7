"""Settings other than the optimizer's that change while a run trains: what they are from then on, and who sees it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit
from phasescope.core.errors import InvalidSpec
from phasescope.core.signature import is_per_run, signature
from phasescope.engine.agenda import Agenda
from phasescope.engine.batch_sizes import BatchSizes
from phasescope.engine.shard import prepare
from phasescope.engine.train import train

from .families import run_spec, trajectories

CATALOGUE = kept_catalogue()
STEPS = (0, 5, 12, 20)
SUMS: dict[str, Any] = {"task": "modular_arithmetic", "model": "mlp"}


def change(field: str, value: float | str, **more: Any) -> dict[str, Any]:
    return {"name": "change_setting", "field": field, "value": value, **more}


@pytest.mark.parametrize(
    ("field", "value", "setting"),
    [
        ("batch_size", 3, {"batch_size": 3}),
        ("model.output_scale", 2.0, {"model_settings": {"output_scale": 2.0}}),
        ("task.label_smoothing", 0.3, {"task_settings": {"label_smoothing": 0.3}}),
        ("schedule", "cosine", {"optimizer": {"name": "adamw", "schedule": "cosine", "schedule_steps": 15}}),
    ],
)
def test_changed_from_the_first_step_on_it_is_the_setting_itself(
    field: str, value: float | str, setting: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {"batch_size": 5, "optimizer": {"name": "adamw", "schedule_steps": 15}}
    later = run_spec(**SUMS, **usual, interventions=(change(field, value, at=12),))
    at_once = run_spec(**SUMS, **usual, interventions=(change(field, value),))
    runs = {0: run_spec(**SUMS, **usual), 1: run_spec(**SUMS, **usual | setting), 2: at_once, 3: later}
    paths = {run: trajectories({run: spec}, STEPS)[run] for run, spec in runs.items()}
    np.testing.assert_allclose(paths[2], paths[1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(paths[3][:3], paths[0][:3], rtol=0, atol=1e-12)
    assert np.abs(paths[3][3] - paths[0][3]).max() > 1e-6
    assert np.abs(paths[3][3] - paths[1][3]).max() > 1e-6


def test_whoever_looks_sees_the_scale_and_the_smoothing_that_the_last_step_had() -> None:
    acts = (change("model.output_scale", 3.0, at=5, until=12), change("task.label_smoothing", 0.5, at=5, until=12))
    changed, plain = (train({0: run_spec(**SUMS, interventions=own)}, STEPS) for own in (acts, ()))
    for one, other in zip(changed, plain, strict=True):
        network, there = one.network, other.parameters
        outputs = network.outputs(there, one.examples.test)[0]
        losses = network.losses(outputs, one.examples.test, one.examples.extras)
        if one.step == 12:  # at 5 the change has not begun yet
            assert torch.allclose(outputs, 3 * other.network.outputs(there, one.examples.test)[0])
            chances = outputs.log_softmax(-1)
            own = chances.gather(-1, one.examples.test.targets[..., None])[..., 0]
            assert torch.allclose(losses, -0.5 * own - 0.5 * chances.mean(-1))
            assert torch.allclose(one.losses("test"), one.example_losses("test").mean(1))
        else:
            assert torch.allclose(outputs, other.network.outputs(there, one.examples.test)[0])
            assert torch.allclose(losses, other.network.losses(outputs, one.examples.test, other.examples.extras))


def test_what_the_checkpoint_before_looked_like_keeps_the_scale_it_had() -> None:
    act = change("model.output_scale", 3.0, at=5)
    seen = []
    for after in train({0: run_spec(**SUMS, interventions=(act,))}, (0, 5, 12)):
        seen.append(after.outputs("test"))  # parameters change in place as training goes on
    then = after.networks["previous"].outputs(after.previous, after.examples.test)[0]
    assert torch.allclose(then, seen[1])
    start = after.networks["initial"].outputs(after.initial, after.examples.test)[0]
    assert torch.allclose(start * 3, after.network.outputs(after.initial, after.examples.test)[0])


def test_runs_with_batches_of_other_sizes_share_a_signature_and_runs_without_any_do_not() -> None:
    specs = [run_spec(batch_size=size) for size in (4, 64, None)]
    few, many, none = (signature(spec, CATALOGUE) for spec in specs)
    assert few == many != none
    admitted = admit({**EXPERIMENT, "axes": [{"path": "batch_size", "values": [2, 4]}]}, CATALOGUE)
    assert is_per_run("batch_size", admitted, CATALOGUE)
    some = admit({**EXPERIMENT, "axes": [{"path": "batch_size", "values": [None, 4]}]}, CATALOGUE)
    assert not is_per_run("batch_size", some, CATALOGUE)


EXPERIMENT: dict[str, Any] = {
    "name": "a test",
    "task": {"name": "modular_arithmetic", "modulus": 5},
    "model": {"name": "mlp", "width": 8},
    "optimizer": {"name": "adamw"},
    "batch_size": 4,
    "steps": 50,
}


@pytest.mark.parametrize(
    ("field", "value", "place", "words"),
    [
        ("batch_size", 0, "value", "0.0 was given; allowed: a whole number from 1 to 2,147,483,647"),
        ("batch_size", 2.5, "value", "2.5 was given; allowed: a whole number"),
        ("batch_size", "many", "value", '"many" was given; allowed: a whole number'),
        ("batch_sizes", 4, "field", "Did you mean 'batch_size'"),
        ("model.output_scale", 0, "value", "more than 0"),
        ("model.output_scale", "large", "value", "a number"),
        ("model.width", 4, "field", "no setting 'width' to change"),
        ("task.label_smoothing", 1, "value", "less than 1"),
        ("task.train_fraction", 0.2, "field", "no setting 'train_fraction' to change"),
        ("schedule", "cosinus", "value", "constant, cosine, step, inverse_square_root"),
        ("learning_rate", "high", "value", "a number"),
        ("optimizer.learning_rate", 1.0, "field", "no setting 'optimizer.learning_rate'"),
    ],
)
def test_what_cannot_be_changed_so_is_refused_by_name(field: str, value: Any, place: str, words: str) -> None:
    with pytest.raises(InvalidSpec, match=words) as caught:
        admit({**EXPERIMENT, "interventions": [change(field, value, at=5)]}, CATALOGUE)
    assert [problem.field for problem in caught.value.problems] == [f"interventions.0.{place}"]


def test_smoothing_belongs_to_the_loss_and_is_no_other_data() -> None:
    act = {"name": "change_task", "field": "label_smoothing", "value": 0.3}
    with pytest.raises(InvalidSpec, match="no setting 'label_smoothing' that may change"):
        admit({**EXPERIMENT, "interventions": [act]}, CATALOGUE)
    hinge = {**EXPERIMENT, "task": {**EXPERIMENT["task"], "loss_kind": "hinge"}}
    with pytest.raises(InvalidSpec, match="label_smoothing must be 0 with loss_kind hinge"):
        admit({**hinge, "interventions": [change("task.label_smoothing", 0.1)]}, CATALOGUE)


def test_which_size_holds_and_since_when() -> None:
    acts = (
        change("batch_size", 6, at=5, until=20),
        change("batch_size", 3, at=10, until=15),
        change("batch_size", 6, at=16, until=18),  # as it is already: no epoch begins
    )
    shard = prepare([run_spec(**SUMS, batch_size=4, interventions=acts), run_spec(**SUMS, batch_size=4, interventions=(
        change("batch_size", 9, at=7), acts[1] | {"at": 30, "until": None}, acts[2] | {"at": 40, "until": None}))],
        torch.device("cpu"))  # fmt: skip
    sizes = BatchSizes(shard, Agenda(shard.interventions))
    found = {step: (sizes(step).counts.tolist(), sizes(step).since.tolist()) for step in (0, 6, 8, 10, 15, 17, 19, 25)}
    assert found == {
        0: ([4, 4], [0, 0]), 6: ([6, 4], [5, 0]), 8: ([6, 9], [5, 7]), 10: ([3, 9], [10, 7]), 15: ([6, 9], [15, 7]),
        17: ([6, 9], [15, 7]), 19: ([6, 9], [15, 7]), 25: ([4, 9], [20, 7]),
    }  # fmt: skip
    assert sizes(8).most == 9
    assert sizes(11) is sizes(14)

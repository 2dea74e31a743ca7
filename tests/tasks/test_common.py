"""What every registered task must do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.engine.seeding import generator
from phasescope.tasks import TASKS
from phasescope.tasks.task import Task

SMALL: dict[str, dict[str, Any]] = {
    "toy_addition": {"symbols": 5, "train_examples": 11},
    "modular_arithmetic": {"modulus": 7},
}


@pytest.fixture(params=TASKS)
def task(request: pytest.FixtureRequest) -> Task:
    return TASKS[request.param](**SMALL[request.param])


def test_the_same_seed_gives_the_same_data_and_another_does_not(task: Task) -> None:
    first, second, other = (task.draw(generator(seed, "data")) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.inputs, second.inputs)
    np.testing.assert_array_equal(first.train, second.train)
    assert not np.array_equal(first.train, other.train)


def test_train_and_test_are_disjoint_and_together_everything(task: Task) -> None:
    data = task.draw(generator(0, "data"))
    assert sorted([*data.train, *data.test]) == list(range(len(data.inputs)))


def test_probe_inputs_do_not_depend_on_the_seed(task: Task) -> None:
    probes = [task.draw(generator(seed, "data")) for seed in (1, 2)]
    np.testing.assert_array_equal(probes[0].inputs[probes[0].probe], probes[1].inputs[probes[1].probe])


def test_shapes_are_as_announced(task: Task) -> None:
    shape, data = task.shape(), task.draw(generator(0, "data"))
    assert shape.inputs == task.inputs
    if shape.inputs == "tokens":
        assert data.inputs.shape[1] == shape.positions
        assert data.inputs.min() >= 0
        assert data.inputs.max() < shape.vocabulary
    else:
        assert data.inputs.shape[1] == shape.features


def test_loss_is_per_example_finite_and_differentiable(task: Task) -> None:
    data = task.draw(generator(0, "data"))
    extras = {name: torch.from_numpy(np.asarray(value)) for name, value in data.extras.items()}
    outputs = torch.randn(len(data.inputs), task.shape().outputs, dtype=torch.float64, requires_grad=True)
    losses = task.loss(outputs, torch.from_numpy(data.targets), extras)
    assert losses.shape == (len(data.inputs),)
    losses.sum().backward()
    assert outputs.grad is not None
    assert torch.isfinite(outputs.grad).all()


def test_the_right_answer_is_correct_and_has_the_least_loss(task: Task) -> None:
    data = task.draw(generator(0, "data"))
    extras = {name: torch.from_numpy(np.asarray(value)) for name, value in data.extras.items()}
    targets = torch.from_numpy(data.targets)
    if "target_vectors" in extras:
        right, wrong = extras["target_vectors"][targets], extras["target_vectors"][targets - 1]
    else:
        right = 20 * torch.nn.functional.one_hot(targets, task.shape().outputs).double()
        wrong = right.roll(1, -1)
    assert task.correct(right, targets, extras).all()
    assert not task.correct(wrong, targets, extras).any()
    assert (task.loss(right, targets, extras) < task.loss(wrong, targets, extras)).all()

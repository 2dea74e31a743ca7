"""The state-space teacher is its recursion, and a student of the same decay learns as the theory says."""

from __future__ import annotations

import numpy as np

from phasescope.core.spec import RunSpec
from phasescope.engine.seeding import generator
from phasescope.engine.train import train
from phasescope.models.linear_ssm import LinearSsm
from phasescope.tasks.linear_ssm_teacher import LinearSsmTeacher

TASK = {"positions": 12, "train_examples": 30, "test_examples": 5, "strength": 2.0}


def test_the_targets_are_the_recursion() -> None:
    data = LinearSsmTeacher(**TASK, decay=0.7).draw(generator(0, "data"))
    state = np.zeros(len(data.inputs))
    for position in range(12):
        state = 0.7 * state + data.inputs[:, position, 0]
        np.testing.assert_allclose(data.targets[:, position], 2.0 * state, atol=1e-12)


def test_a_student_of_the_same_decay_learns_like_two_linear_layers() -> None:
    model, rate, steps = {"name": "linear_ssm", "width": 4, "initial_scale": 0.1}, 0.02, (0, 1, 50, 100, 200, 400)
    spec = RunSpec(
        task={"name": "linear_ssm_teacher", **TASK},
        model=model,
        optimizer={"name": "sgd", "learning_rate": rate},
        precision="float64",
    )
    task = LinearSsmTeacher(**TASK)
    data = task.draw(generator(0, "data"))
    power = np.square(data.targets[data.train] / 2.0).mean()
    weights = LinearSsm(width=4, initial_scale=0.1).initial(task.shape(), generator(0, "initial weights"))
    into, out = weights["input"][0].copy(), weights["readout_every"][:, 0].copy()
    step = 0
    for checkpoint in train({0: spec}, steps):
        while step < checkpoint.step:
            error = power * (2.0 - into @ out)
            into, out, step = into + rate * error * out, out + rate * error * into, step + 1
        np.testing.assert_allclose(checkpoint.weights()["input"][0, 0].numpy(), into, atol=1e-10)
        np.testing.assert_allclose(checkpoint.weights()["readout_every"][0, :, 0].numpy(), out, atol=1e-10)
    assert abs(into @ out - 2.0) < 1e-6

"""Regression with given singular values: the map, the loss, and the exact course of learning."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

from phasescope.core.spec import RunSpec
from phasescope.engine.seeding import generator
from phasescope.engine.train import train
from phasescope.tasks.deep_linear_regression import DeepLinearRegression

SINGULAR_VALUES = (4.0, 2.0, 1.0)
SCALE, RATE = 0.05, 0.002
STEPS = tuple(range(0, 3001, 25))


def test_the_map_has_the_singular_values_and_the_inputs_are_white() -> None:
    task = DeepLinearRegression(singular_values=SINGULAR_VALUES, basis="random", further_inputs=2, further_outputs=4)
    data = task.draw(generator(0, "data"))
    np.testing.assert_allclose(np.linalg.svd(data.extras["map"])[1], [4, 2, 1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(data.targets, data.inputs @ data.extras["map"], atol=1e-12)
    inputs = data.inputs[data.train]
    np.testing.assert_allclose(inputs.T @ inputs / len(inputs), np.eye(5), atol=1e-12)


def test_the_mean_loss_is_half_the_squared_distance_of_the_maps() -> None:
    task = DeepLinearRegression(basis="random", noise=0.0)
    data = task.draw(generator(1, "data"))
    other = np.random.default_rng(0).standard_normal((4, 4))
    outputs, targets = (torch.from_numpy(v[data.train]) for v in (data.inputs @ other, data.targets))
    mean = float(task.loss(outputs, targets, {}).mean())
    np.testing.assert_allclose(mean, 0.5 * np.square(other - data.extras["map"]).sum())


@cache
def strengths(depth: int) -> np.ndarray:
    """(checkpoints, modes) diagonal of the product of the trained matrices, whose other entries stay 0."""
    spec = RunSpec(
        task={"name": "deep_linear_regression", "singular_values": list(SINGULAR_VALUES), "test_examples": 5},
        model={
            "name": "deep_linear",
            "depth": depth,
            "width": 5,
            "initial_weights": "identity",
            "initial_scale": SCALE,
        },
        optimizer={"name": "sgd", "learning_rate": RATE},
        precision="float64",
    )
    courses = []
    for checkpoint in train({0: spec}, STEPS):
        product = torch.eye(3, dtype=torch.float64)
        for weight in checkpoint.weights().values():
            product = product @ weight[0]
        assert torch.allclose(product, product.diagonal().diag(), atol=1e-14)
        courses.append(product.diagonal().numpy().copy())
    return np.stack(courses)


def test_two_layers_follow_the_solution_of_saxe_and_others() -> None:
    found, start, time = strengths(2), SCALE**2, RATE * np.array(STEPS)
    for mode, s in enumerate(SINGULAR_VALUES):
        growth = np.exp(2 * s * time)
        exact = s * growth / (growth - 1 + s / start)
        np.testing.assert_allclose(found[:, mode], exact, atol=0.02 * s)
        half = np.interp(s / 2, found[:, mode], time)
        np.testing.assert_allclose(half, np.log(s / start - 1) / (2 * s), rtol=0.01)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_every_mode_follows_its_own_recursion(depth: int) -> None:
    """All matrices of a mode are one number u: u ← u + η u^(L−1) (s − u^L)."""
    found = strengths(depth)
    for mode, s in enumerate(SINGULAR_VALUES):
        u, course = SCALE, []
        for step in range(STEPS[-1] + 1):
            if step in STEPS:
                course.append(u**depth)
            u += RATE * u ** (depth - 1) * (s - u**depth)
        np.testing.assert_allclose(found[:, mode], course, atol=1e-9)

"""Deep linear networks: the product, and the kinds of initial weights."""

from __future__ import annotations

import itertools
from functools import reduce
from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.shape import Shape
from phasescope.engine.seeding import generator
from phasescope.models.deep_linear import DeepLinear

SHAPE = Shape(inputs="vectors", outputs=4, features=6)


def weights(**settings: Any) -> list[np.ndarray]:
    drawn = DeepLinear(**settings).initial(SHAPE, generator(1, "initial weights"))
    return list(drawn.values())


def test_the_outputs_are_the_product_of_the_matrices() -> None:
    model = DeepLinear(depth=4, width=5, initial_scale=1.0)
    drawn = model.initial(SHAPE, generator(1, "initial weights"))
    inputs = np.random.default_rng(0).standard_normal((7, 6))
    outputs, _ = model.forward({n: torch.from_numpy(v) for n, v in drawn.items()}, torch.from_numpy(inputs))
    np.testing.assert_allclose(outputs.numpy(), inputs @ reduce(np.matmul, drawn.values()), atol=1e-12)


@pytest.mark.parametrize("kind", ["balanced", "identity"])
def test_balanced_weights_are_balanced_and_their_product_has_equal_singular_values(kind: str) -> None:
    drawn = weights(depth=3, width=9, initial_weights=kind, initial_scale=0.3)
    for one, following in itertools.pairwise(drawn):
        np.testing.assert_allclose(one.T @ one, following @ following.T, atol=1e-12)
    np.testing.assert_allclose(np.linalg.svd(reduce(np.matmul, drawn))[1], [0.3**3] * 4, atol=1e-12)


def test_identity_weights_keep_the_axes_apart() -> None:
    product = reduce(np.matmul, weights(depth=2, width=8, initial_weights="identity", initial_scale=0.1))
    np.testing.assert_allclose(product, 0.01 * np.eye(6, 4), atol=1e-15)


def test_orthogonal_weights_have_one_singular_value() -> None:
    for drawn in weights(depth=3, width=8, initial_weights="orthogonal", initial_scale=0.7):
        np.testing.assert_allclose(np.linalg.svd(drawn)[1], 0.7, atol=1e-12)


def test_gaussian_weights_have_the_scale_asked_for() -> None:
    drawn = weights(depth=3, width=400, initial_scale=0.2)
    assert abs(drawn[1].std() * 400**0.5 - 0.2) < 0.002

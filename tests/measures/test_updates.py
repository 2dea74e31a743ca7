"""Updates and directions of gradients: plain descent as an oracle, closed forms, numpy."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch

from phasescope.core.spec import RunSpec
from phasescope.engine.train import train
from phasescope.measures.gradient_direction_variance import GRADIENT_DIRECTION_VARIANCE, direction_variance
from phasescope.measures.update_cosine import UPDATE_COSINE, cosine
from phasescope.measures.update_ratio import UPDATE_RATIO

from .checkpoints import alone, trained


def test_ratio_and_cosine_of_gradient_descent_are_those_of_its_gradients() -> None:
    spec = RunSpec(
        task={"name": "toy_addition", "symbols": 6, "train_examples": 15},
        model={"name": "mlp", "width": 8, "embedding_width": 4},
        optimizer={"name": "sgd", "learning_rate": 0.1},
        precision="float64",
    )
    *_, now = train({0: spec}, (0, 5), updates=True)
    network, examples = now.network, now.examples
    gradients = [network.gradients(now.trail[step], examples.train, examples.extras)[0] for step in (3, 4)]
    ratios, cosines = UPDATE_RATIO.measure(now), UPDATE_COSINE.measure(now)
    expected = 0.1 * gradients[1].norm() / now.trail[4].norm()
    assert float(ratios["update_ratio"]) == pytest.approx(float(expected), rel=1e-9)
    assert float(cosines["update_cosine"]) == pytest.approx(
        float(torch.cosine_similarity(gradients[0], gradients[1], dim=0)), rel=1e-9
    )
    part = now.network.layout.slices["hidden_2.weight"]
    expected = 0.1 * gradients[1][part].norm() / now.trail[4][0, part].norm()
    assert float(ratios["update_ratio.hidden_2"]) == pytest.approx(float(expected), rel=1e-9)
    assert float(cosines["update_cosine.hidden_2"]) == pytest.approx(
        float(torch.cosine_similarity(gradients[0][part], gradients[1][part], dim=0)), rel=1e-9
    )
    assert "update_ratio.hidden_2.bias" not in ratios


def test_undefined_where_no_step_has_been_taken() -> None:
    first = replace(trained(), step=0, trail={}, retired=set(), _kept={})
    for values in (UPDATE_RATIO.measure(first), UPDATE_COSINE.measure(first)):
        assert all(torch.isnan(column).all() for column in values.values())


def test_straight_on_and_back_and_forth() -> None:
    one = torch.tensor([[3.0, 4.0], [3, 4], [0, 0]]).double()
    assert cosine(one, torch.tensor([[6.0, 8.0], [-3, -4], [1, 1]]).double())[:2].tolist() == pytest.approx([1, -1])
    assert torch.isnan(cosine(one, one)[2])


def test_direction_variance_of_known_vectors() -> None:
    same, apart = torch.ones(1, 4, 3).double(), torch.eye(4)[None].double()
    everything = torch.ones(1, 4, dtype=torch.bool)
    assert direction_variance(same, everything).item() == pytest.approx(0)
    assert direction_variance(5 * apart, everything).item() == pytest.approx(1)
    opposite = torch.tensor([[[1.0, 0], [-2, 0], [0, 0]]]).double()  # the third has no direction
    assert direction_variance(opposite, everything[:, :3]).item() == pytest.approx(2)
    assert torch.isnan(direction_variance(opposite, torch.tensor([[True, False, True]]))).all()
    assert torch.isnan(direction_variance(0 * same, everything)).all()


@pytest.mark.parametrize("row", [0, 1])
def test_direction_variance_by_single_gradients(row: int) -> None:
    checkpoint = trained()
    one = alone(checkpoint, row)
    vectors = []
    for example in range(12 + row):
        weights = torch.zeros_like(one.examples.train.weights)
        weights[0, example] = 1
        train_set = replace(one.examples.train, weights=weights)
        vectors.append(one.network.gradients(one.parameters, train_set, one.examples.extras)[0].numpy())
    unit = [vector / np.linalg.norm(vector) for vector in vectors]
    expected = 1 - np.mean([a @ b for a, b in combinations(unit, 2)])
    found = GRADIENT_DIRECTION_VARIANCE.measure(checkpoint)["gradient_direction_variance"][row]
    assert float(found) == pytest.approx(expected, rel=1e-9)

"""Networks small enough to be written out by hand: diagonal, factored and committee."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from phasescope.core.shape import Shape
from phasescope.models.committee import Committee
from phasescope.models.diagonal_net import DiagonalNet
from phasescope.models.symmetric_factors import SymmetricFactors

RANDOM = np.random.default_rng(0)


def drawn(*shape: int) -> torch.Tensor:
    return torch.from_numpy(RANDOM.standard_normal(shape))


@pytest.mark.parametrize("depth", [2, 3])
def test_a_diagonal_network_entry_by_entry(depth: int) -> None:
    plus, minus, inputs = drawn(5, 1), drawn(5, 1), drawn(3, 5)
    outputs, _ = DiagonalNet(depth=depth).forward({"plus": plus, "minus": minus}, inputs)
    for number in range(3):
        by_hand = sum(float(inputs[number, k] * (plus[k, 0] ** depth - minus[k, 0] ** depth)) for k in range(5))
        assert float(outputs[number, 0]) == pytest.approx(by_hand)


def test_a_diagonal_network_starts_at_zero_with_weights_of_the_length_asked_for() -> None:
    model = DiagonalNet(initial_scale=10.0)
    weights = model.initial(Shape(inputs="vectors", outputs=1, features=50), RANDOM)
    assert np.linalg.norm([*weights["plus"], *weights["minus"]]) == pytest.approx(10.0)
    parameters = {name: torch.from_numpy(value) for name, value in weights.items()}
    assert float(model.forward(parameters, drawn(4, 50))[0].abs().max()) == 0


def test_factors_give_the_entries_of_the_difference_of_squares() -> None:
    plus, minus = drawn(1, 4, 2), drawn(1, 4, 2)
    places = torch.tensor([[0, 3], [2, 2], [3, 0]])
    outputs, _ = SymmetricFactors(rank=2).forward({"plus": plus, "minus": minus}, places)
    for number, (row, column) in enumerate(places.tolist()):
        by_hand = float(plus[0, row] @ plus[0, column] - minus[0, row] @ minus[0, column])
        assert float(outputs[number, 0]) == pytest.approx(by_hand)
    assert float(outputs[0, 0]) == pytest.approx(float(outputs[2, 0]))


def test_a_committee_unit_by_unit() -> None:
    weights, inputs = drawn(6, 3), drawn(2, 6)
    outputs, _ = Committee(width=3, curvature=0.5).forward({"hidden.weight": weights}, inputs)
    for number in range(2):
        heights = [float(inputs[number] @ weights[:, unit]) / 6**0.5 for unit in range(3)]
        by_hand = np.mean([height + 0.25 * height**2 for height in heights])
        assert float(outputs[number, 0]) == pytest.approx(by_hand)

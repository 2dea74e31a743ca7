"""Weight measures against plain numpy, and known values."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from phasescope.measures.distance_from_initial import DISTANCE_FROM_INITIAL
from phasescope.measures.layer_rotation import LAYER_ROTATION, rotation
from phasescope.measures.weight_norm import WEIGHT_NORM

from .checkpoints import trained


def test_norm_and_distance_by_numpy() -> None:
    checkpoint = trained()
    now, initial = checkpoint.parameters.numpy(), checkpoint.initial.numpy()
    np.testing.assert_allclose(WEIGHT_NORM.measure(checkpoint)["weight_norm"], np.linalg.norm(now, axis=1))
    distance = DISTANCE_FROM_INITIAL.measure(checkpoint)["distance_from_initial"]
    np.testing.assert_allclose(distance, np.linalg.norm(now - initial, axis=1))


def test_rotation_of_known_directions() -> None:
    one, two = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 5.0]])
    assert rotation(one, 3 * one).item() == pytest.approx(0)
    assert rotation(one, two).item() == pytest.approx(1)
    assert rotation(one, -one).item() == pytest.approx(2)
    assert torch.isnan(rotation(0 * one, two)).all()


def test_a_tiny_rotation_survives_where_one_minus_cosine_rounds_to_nothing() -> None:
    angle = 1e-9
    one = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    two = torch.tensor([[np.cos(angle), np.sin(angle)]], dtype=torch.float64)
    assert rotation(one, two).item() == pytest.approx(angle**2 / 2, rel=1e-6)


def test_rotation_by_numpy_per_weight_matrix() -> None:
    checkpoint = trained()
    values = LAYER_ROTATION.measure(checkpoint)
    assert set(values) == {f"layer_rotation.{name}" for name in ("embedding", "hidden_1", "hidden_2", "readout")}
    now = checkpoint.weights()["hidden_1.weight"].flatten(1).numpy()
    start = checkpoint.weights("initial")["hidden_1.weight"].flatten(1).numpy()
    cosine = (now * start).sum(1) / np.linalg.norm(now, axis=1) / np.linalg.norm(start, axis=1)
    np.testing.assert_allclose(values["layer_rotation.hidden_1"], 1 - cosine, atol=1e-12)

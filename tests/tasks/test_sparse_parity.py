"""Sparse parity: the sign is the product of the first coordinates, and noise turns the share asked for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from phasescope.engine.seeding import generator
from phasescope.tasks.sparse_parity import SparseParity


def test_the_target_is_the_product_of_the_relevant_signs() -> None:
    data = SparseParity(bits=12, relevant=3).draw(generator(0, "data"))
    assert set(np.unique(data.inputs)) == {-1.0, 1.0}
    np.testing.assert_array_equal(data.targets, data.inputs[:, 0] * data.inputs[:, 1] * data.inputs[:, 2])
    assert (len(data.train), len(data.test)) == (200, 1000)


def test_noise_turns_a_share_of_the_training_labels_and_no_others() -> None:
    clean, noisy = (
        SparseParity(bits=12, train_examples=4000, label_noise=share).draw(generator(0, "data")) for share in (0.0, 0.3)
    )
    np.testing.assert_array_equal(clean.inputs, noisy.inputs)
    turned = clean.targets != noisy.targets
    assert not turned[clean.test].any()
    assert abs(turned[clean.train].mean() - 0.3) < 0.03


def test_losses_of_one_output() -> None:
    outputs, targets = torch.tensor([[0.5], [0.5]]), torch.tensor([1, -1])
    expected = {
        "logistic": [np.log1p(np.exp(-0.5)), np.log1p(np.exp(0.5))],
        "hinge": [0.5, 1.5],
        "squared_error": [0.25, 2.25],
    }
    for kind, values in expected.items():
        losses = SparseParity.model_validate({"loss_kind": kind}).loss(outputs, targets, {})
        np.testing.assert_allclose(losses, values, rtol=1e-6)


def test_more_relevant_coordinates_than_there_are_is_refused() -> None:
    with pytest.raises(ValidationError, match="relevant must be at most bits"):
        SparseParity(bits=3, relevant=4)

"""Three of many signs decide, with signs of their own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from phasescope.engine.seeding import generator
from phasescope.tasks.sparse_sign import SparseSign


def test_the_label_is_the_majority_of_the_relevant_signs() -> None:
    task = SparseSign(features=7, relevant=3, train_examples=40, test_examples=10)
    data = task.draw(generator(3, "data"))
    weights = data.extras["teacher_weights"]
    assert set(np.abs(weights[:3])) == {1.0}
    assert not weights[3:].any()
    by_hand = [1 if sum(w * v for w, v in zip(weights, row, strict=True)) > 0 else -1 for row in data.inputs]
    assert data.targets.tolist() == by_hand
    outputs = torch.from_numpy(data.inputs @ weights)[:, None]
    assert bool(task.correct(outputs, torch.from_numpy(data.targets), {}).all())
    assert {tuple(SparseSign().draw(generator(s, "data")).extras["teacher_weights"][:3]) for s in range(6)} != {
        (1, 1, 1)
    }


def test_an_even_number_of_signs_is_refused() -> None:
    with pytest.raises(ValidationError, match="odd"):
        SparseSign(relevant=4)

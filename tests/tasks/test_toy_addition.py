"""Toy addition: the table and the rule for which answer counts."""

from __future__ import annotations

import numpy as np
import torch

from phasescope.engine.seeding import generator
from phasescope.tasks.toy_addition import ToyAddition


def test_the_table_of_ten_symbols_has_55_pairs_and_19_sums() -> None:
    data = ToyAddition().draw(generator(0, "data"))
    assert data.inputs.shape == (55, 2)
    np.testing.assert_array_equal(data.inputs.sum(1), data.targets)
    assert set(data.targets) == set(range(19))
    assert data.extras["target_vectors"].shape == (19, 30)
    assert (len(data.train), len(data.test)) == (45, 10)


def test_the_nearest_target_vector_decides_whatever_its_length() -> None:
    task, data = ToyAddition(), ToyAddition().draw(generator(1, "data"))
    vectors = torch.from_numpy(data.extras["target_vectors"])
    outputs = torch.randn(200, 30, dtype=torch.float64) * 3
    nearest = torch.cdist(outputs, vectors).argmin(1)
    assert task.correct(outputs, nearest, {"target_vectors": vectors}).all()

"""Matrices to be completed: the multiplication table by hand, and Gaussian ones by their rank."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from phasescope.engine.seeding import generator
from phasescope.tasks.matrix_completion import MatrixCompletion


def test_the_table_by_hand() -> None:
    data = MatrixCompletion(size=4, train_fraction=0.5).draw(generator(0, "data"))
    for (row, column), target in zip(data.inputs.tolist(), data.targets.tolist(), strict=True):
        assert target == pytest.approx((row + 1) * (column + 1) / 16)
    assert (len(data.train), len(data.test)) == (8, 8)


def test_a_gaussian_matrix_has_the_rank_asked_for_and_differs_by_seed() -> None:
    task = MatrixCompletion(size=12, kind="gaussian", rank=3)
    one, other = (task.matrix(generator(seed, "data")) for seed in (0, 1))
    assert np.linalg.matrix_rank(one) == 3
    assert np.allclose(one, one.T)
    assert not np.allclose(one, other)


@pytest.mark.parametrize("share", [0.01, 0.999])
def test_a_share_that_leaves_no_entry_is_refused(share: float) -> None:
    MatrixCompletion(size=40, train_fraction=share)
    with pytest.raises(ValidationError, match="entry"):
        MatrixCompletion(size=2, train_fraction=share if share < 0.1 else 0.2)

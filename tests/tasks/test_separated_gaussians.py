"""Two clouds: their means are as far apart as asked, and everything else is noise."""

from __future__ import annotations

import numpy as np
import pytest

from phasescope.engine.seeding import generator
from phasescope.tasks.separated_gaussians import SeparatedGaussians


def test_the_means_are_apart_by_the_separation_and_the_rest_is_standard() -> None:
    task = SeparatedGaussians(features=20, separation=6.0, train_examples=4000, test_examples=4000)
    data = task.draw(generator(0, "data"))
    gap = data.inputs[data.targets == 1].mean(0) - data.inputs[data.targets == -1].mean(0)
    assert np.linalg.norm(gap) == pytest.approx(6.0, rel=0.05)
    rest = data.inputs - data.targets[:, None] * gap / 2
    assert rest.std() == pytest.approx(1.0, abs=0.02)


def test_all_seeds_share_the_direction_and_no_example() -> None:
    task = SeparatedGaussians(features=30, separation=50.0)
    one, other = (task.draw(generator(seed, "data")) for seed in (0, 1))
    means = [(d.inputs * d.targets[:, None]).mean(0) for d in (one, other)]
    assert np.corrcoef(*means)[0, 1] > 0.99
    assert not np.array_equal(one.inputs[one.train], other.inputs[other.train])

"""Axes, schedules and the order of training."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from pydantic import ValidationError

from phasescope.core.axes import Axis, level, training_order
from phasescope.core.schedule import Checkpoints


def test_log_points_are_evenly_spaced_in_the_logarithm_and_readable() -> None:
    points = Axis(path="a", log=(1e-3, 10, 5)).points()
    assert points == (0.001, 0.01, 0.1, 1.0, 10.0)


def test_an_axis_says_one_thing() -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        Axis(path="a")
    with pytest.raises(ValidationError, match="exactly one"):
        Axis(path="a", values=(1,), linear=(0, 1, 2))


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 16, 31, 64, 100])
def test_the_first_level_is_coarse_and_the_levels_make_the_whole(count: int) -> None:
    levels = [level(index, count) for index in range(count)]
    assert 1 <= levels.count(0) <= 8
    assert levels[0] == 0
    for upto in range(max(levels) + 1):
        places = [index for index in range(count) if levels[index] <= upto]
        gaps = set(np.diff(places).tolist())
        assert len(gaps) <= 1  # each level refines an even grid


def test_a_sixteen_square_shows_an_eight_square_first() -> None:
    passes = Counter(training_order((i, j), (16, 16), 0) for i in range(16) for j in range(16))
    assert passes == {0: 64, 1: 192}


def test_further_seeds_come_one_pass_later() -> None:
    assert training_order((0, 0), (16, 16), 1) == 1
    assert training_order((1, 0), (16, 16), 2) == 2


@pytest.mark.parametrize("total", [1, 2, 10, 100, 8000, 1_000_000])
@pytest.mark.parametrize("count", [2, 60, 120])
def test_log_spaced_checkpoints(total: int, count: int) -> None:
    steps = Checkpoints(log_spaced=count).steps(total)
    assert steps[0] == 0
    assert steps[-1] == total
    assert list(steps) == sorted(set(steps))
    assert len(steps) <= max(count, 3)
    if total >= 8000:
        assert len(steps) == max(count, 2) or count == 2


def test_every_and_at() -> None:
    assert Checkpoints(every=4).steps(10) == (0, 4, 8, 10)
    assert Checkpoints(at=(3, 7, 99)).steps(10) == (0, 3, 7, 10)
    with pytest.raises(ValidationError, match="exactly one"):
        Checkpoints()

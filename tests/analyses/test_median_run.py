"""The run in the middle of a group: made-up curves of which it is known, and the definition counted pair by pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from phasescope.analyses.median_run import depths, middle_row

RANDOM = np.random.default_rng(0)


def depth_by_pairs(values: np.ndarray, row: int) -> float:
    """Share of pairs, each run also with itself and in both orders, that enclose the value, summed over columns."""
    count, total = len(values), 0.0
    for column in values.T:
        inside = sum(2 * (min(column[a], column[b]) <= column[row] <= max(column[a], column[b]))
                     for a, b in combinations(range(count), 2))  # fmt: skip
        total += inside / count**2
    return total


def test_of_parallel_curves_it_is_the_median() -> None:
    levels = np.array([5.0, 1.0, 3.0, 9.0, 2.0])
    curves = levels[:, None] * np.exp(-np.linspace(0, 3, 20))
    assert middle_row(curves) == 2
    assert middle_row(np.log(curves)) == 2


def test_it_lies_in_the_middle_all_along_and_not_only_at_the_end() -> None:
    early = np.linspace(0, 1, 5)[:, None] * np.ones(30)  # row 2 is in the middle
    ends = np.array([0.0, 0.5, 1.0, 0.25, 0.75])[:, None] * np.ones(3)  # row 1 is
    assert middle_row(np.hstack([early, ends])) == 2


def test_the_deepest_by_count_is_the_deepest_by_pairs() -> None:
    values = RANDOM.normal(size=(9, 12)).cumsum(axis=1)
    by_pairs = [depth_by_pairs(values, row) for row in range(9)]
    assert np.argsort(depths(values)).tolist() == np.argsort(by_pairs).tolist()


def test_a_run_that_stopped_early_is_not_in_the_middle() -> None:
    curves = np.array([1.0, 2.0, 3.0])[:, None] * np.ones(10)
    curves[1, 2:] = np.nan
    assert middle_row(curves) in (0, 2)
    assert depths(curves)[1] < depths(curves)[0]


@pytest.mark.parametrize("values", [np.zeros((0, 4)), np.full((3, 4), np.nan), np.zeros((3, 0))])
def test_without_values_there_is_none(values: np.ndarray) -> None:
    assert middle_row(values) is None


def test_among_equals_it_is_the_first() -> None:
    assert middle_row(np.ones((4, 5))) == 0

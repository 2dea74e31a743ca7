"""The order of learning on histories written by hand, and on made-up runs that agree or do not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from phasescope.analyses.learning_order import (
    NEVER,
    History,
    accessibility,
    agreement,
    forgetting_events,
    learned_at,
    order,
    ranks,
)

STEPS = np.array([0, 10, 20, 40])
RIGHT = np.array([[1, 0, 0, 1, 0], [1, 0, 1, 0, 0], [1, 1, 0, 1, 0], [1, 1, 1, 0, 0]], dtype=np.bool_)  # (C, n)


def history(right: np.ndarray, keys: list[int]) -> History:
    return History(STEPS, right, np.array(keys, dtype=np.uint64))


def made_up(times: np.ndarray) -> History:
    """Examples that are right from a time on."""
    steps = np.arange(100)
    return History(steps, steps[:, None] >= times[None], np.arange(len(times), dtype=np.uint64))


def test_learned_is_right_from_then_on() -> None:
    assert learned_at(RIGHT, STEPS).tolist() == [0, 20, 40, NEVER, NEVER]
    assert forgetting_events(RIGHT).tolist() == [0, 0, 1, 2, 0]
    assert learned_at(RIGHT[:0], STEPS[:0]).tolist() == [NEVER] * 5


def test_examples_of_runs_with_other_sets_are_matched_by_their_keys() -> None:
    found = order([history(RIGHT, [7, 5, 3, 9, 2]), history(RIGHT[:, :2], [5, 100])])
    learned = {int(key): found.learned[:, column].tolist() for column, key in enumerate(found.keys)}
    np.testing.assert_equal(
        learned,
        {7: [0, np.nan], 5: [20, 0], 3: [40, np.nan], 9: [NEVER, np.nan], 2: [NEVER, np.nan], 100: [np.nan, 20]},
    )
    assert found.keys.tolist()[0] == 7  # learned first on average
    forgotten = {int(key): found.forgotten[0, column] for column, key in enumerate(found.keys)}
    assert forgotten[9] == 2


def test_agreement_is_spearmans_correlation_with_ties() -> None:
    random = np.random.default_rng(1)
    learned = random.integers(0, 6, (3, 40)).astype(np.float64) * 10
    learned[:, :8] = NEVER
    found = agreement(learned)
    finite = np.where(np.isinf(learned), 1e9, learned)
    for one in range(3):
        for other in range(3):
            assert found[one, other] == pytest.approx(spearmanr(finite[one], finite[other]).statistic)
    learned[2, :5] = np.nan  # the same where a run does not have some examples
    expected = spearmanr(finite[0, 5:], finite[2, 5:]).statistic
    assert agreement(learned)[[0, 2], [2, 0]] == pytest.approx([expected, expected])
    assert agreement(learned)[0, 1] == pytest.approx(found[0, 1])
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]


def test_runs_that_share_an_order_agree_and_others_do_not() -> None:
    random = np.random.default_rng(0)
    difficulty = random.uniform(5, 90, 300)
    alike = [made_up(difficulty + random.normal(0, 2, 300)) for _ in range(3)]
    other = made_up(random.permutation(difficulty))
    found = agreement(order([*alike, other]).learned)
    assert found[:3, :3].min() > 0.95
    assert np.abs(found[3, :3]).max() < 0.2


def test_too_few_common_examples_or_no_order_is_no_agreement() -> None:
    one, other, flat = [1.0, 2, 3, np.nan, np.nan], [np.nan, np.nan, 3, 2, 1], [1.0, 1, 1, 1, 1]
    assert np.isnan(agreement(np.array([one, other]))[0, 1])
    assert np.isnan(agreement(np.array([one, flat]))[0, 1])


def test_accessibility_is_the_share_of_the_runs_that_have_the_example() -> None:
    learned = np.array([[10, np.nan, NEVER], [30, 20, 5], [5, np.nan, NEVER]])
    np.testing.assert_allclose(accessibility(learned, 10), [2 / 3, 0, 1 / 3])
    np.testing.assert_allclose(accessibility(learned, 20), [2 / 3, 1, 1 / 3])


def test_no_runs_have_no_order() -> None:
    found = order([])
    assert found.keys.size == found.learned.size == 0
    assert agreement(found.learned).shape == (0, 0)

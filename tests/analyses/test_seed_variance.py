"""The part of the spread between seeds that is not chance of the test set, on runs whose quality is known."""

from __future__ import annotations

import numpy as np
import pytest

from phasescope.analyses.seed_variance import seed_variance


def runs(quality: np.ndarray, examples: int, random: np.random.Generator) -> np.ndarray:
    """(R, n) right answers: run r errs on each example, of varying difficulty, independently."""
    difficulty = random.uniform(0, 0.4, examples)
    return np.asarray(random.random((len(quality), examples)) >= np.clip(difficulty + quality[:, None], 0, 1))


def test_independent_errors_leave_nothing() -> None:
    random = np.random.default_rng(0)
    found = [seed_variance(runs(np.zeros(200), 400, random)) for _ in range(20)]
    assert all(one is not None for one in found)
    quality = [one.quality for one in found if one is not None]
    total = [one.total for one in found if one is not None]
    assert abs(np.mean(quality)) < 0.03 * np.mean(total)
    assert np.mean(total) == pytest.approx(np.mean([one.independent for one in found if one]), rel=0.05)


def test_what_runs_differ_by_is_found() -> None:
    random = np.random.default_rng(1)
    quality = random.normal(0.3, 0.03, 4000)
    found = seed_variance(runs(quality, 200, random))
    assert found is not None
    assert found.quality == pytest.approx(0.03**2, rel=0.1)
    assert found.total > 1.5 * found.quality


def test_it_is_the_mean_covariance_of_the_errors_on_two_halves() -> None:
    random = np.random.default_rng(2)
    right = runs(random.normal(0.3, 0.05, 60), 20, random)
    found = seed_variance(right)
    assert found is not None
    covariances = []
    for _ in range(4000):
        halves = np.array_split(random.permutation(20), 2)
        covariances.append(np.cov(*(1 - right[:, half].mean(1) for half in halves))[0, 1])
    assert found.quality == pytest.approx(np.mean(covariances), rel=0.02)


def test_one_run_or_one_example_says_nothing() -> None:
    assert seed_variance(np.ones((1, 10), dtype=np.bool_)) is None
    assert seed_variance(np.ones((10, 1), dtype=np.bool_)) is None
    same = seed_variance(np.ones((3, 10), dtype=np.bool_))
    assert same is not None
    assert (same.total, same.quality, same.error) == (0, 0, 0)

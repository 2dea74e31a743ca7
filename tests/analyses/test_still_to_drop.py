"""The chance of a later drop is calibrated where runs are alike, and nothing is said of too few."""

from __future__ import annotations

import numpy as np
import pytest

from phasescope.analyses import still_to_drop


def test_counted_by_hand() -> None:
    dropped = np.array([50.0] * 5 + [200.0] * 12 + [np.nan] * 4)
    seen = np.full(21, 1000.0)
    found = still_to_drop.chance(dropped, seen, now=100, until=1000)
    assert (found.beside, found.dropped) == (16, 12)
    assert found.probability == pytest.approx(12 / 16)
    assert found.low < 0.75 < found.high
    assert still_to_drop.chance(dropped, seen, now=100, until=150).probability == 0


def test_unfinished_runs_count_for_as_long_as_they_were_seen() -> None:
    """Kaplan and Meier by hand: 1 - (9/10) (7/8) (3/4), where runs go out of sight at 15 and at 25."""
    dropped = np.array([10.0, 20.0, 30.0] + [np.nan] * 9)
    seen = np.array([100.0] * 3 + [5, 5, 15] + [25.0] * 3 + [100.0] * 3)
    found = still_to_drop.chance(dropped, seen, now=1, until=50)
    at_ten, at_twenty, at_thirty = 9 / 10, 7 / 8, 3 / 4
    assert found.probability == pytest.approx(1 - at_ten * at_twenty * at_thirty)


def test_calibrated_over_made_up_families() -> None:
    """Of runs alike: the mean of what is said is the share that happens, and intervals cover as often as they say."""
    generator = np.random.default_rng(0)
    said, happened, covered = [], [], []
    for _ in range(400):
        middle, width, runs = generator.uniform(4, 8), generator.uniform(0.3, 1.5), int(generator.integers(20, 60))
        times = np.exp(generator.normal(middle, width, size=runs + 2000))
        now, until = np.exp(middle + generator.uniform(-1, 0.5) * width), np.exp(middle + width)
        censored = np.exp(generator.uniform(middle, middle + 4, size=runs))
        dropped = np.where(times[:runs] <= censored, times[:runs], np.nan)
        found = still_to_drop.chance(dropped, censored, now, until)
        if found.verdict == "cannot say":
            continue
        others = times[runs:][times[runs:] > now]
        truth = float((others <= until).mean())
        said.append(found.probability)
        happened.append(float(others[0] <= until))
        covered.append(found.low <= truth <= found.high)
    assert len(said) > 200
    assert np.mean(said) == pytest.approx(np.mean(happened), abs=0.06)
    for low, high in ((0, 0.5), (0.5, 0.8), (0.8, 1.01)):
        inside = [(s, h) for s, h in zip(said, happened, strict=True) if low <= s < high]
        if len(inside) > 40:
            assert np.mean([s for s, _ in inside]) == pytest.approx(np.mean([h for _, h in inside]), abs=0.12)
    assert 0.82 < np.mean(covered) < 0.98


@pytest.mark.parametrize(
    ("count", "share", "verdict"),
    [(9, 1.0, "cannot say"), (40, 0.9, "likely"), (40, 0.1, "unlikely"), (12, 0.5, "open")],
)
def test_verdicts(count: int, share: float, verdict: str) -> None:
    dropped = np.where(np.arange(count) < share * count, 200.0, np.nan)
    assert still_to_drop.chance(dropped, np.full(count, 1000.0), 100, 1000).verdict == verdict


def test_runs_that_were_not_seen_for_as_long_say_nothing() -> None:
    found = still_to_drop.chance(np.full(40, np.nan), np.full(40, 50.0), 100, 1000)
    assert found.verdict == "cannot say"
    assert np.isnan(found.probability)

"""Forecasts cover what comes as often as they say, on made-up families; and are refused where they would not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from phasescope.analyses import events, extrapolation
from phasescope.analyses.extrapolation import Forecast
from phasescope.analyses.timelines import Reading, reading_of

Array = NDArray[np.float64]
STEPS = np.unique(np.geomspace(1, 2000, 120).round()).astype(np.int64)
LATER = np.array([4000.0, 8000.0])
WHOLE = np.concatenate([STEPS, LATER])


def smooth(generator: np.random.Generator, kind: str) -> Array:
    height, floor = generator.uniform(0.5, 3), generator.uniform(0.01, 0.5)
    power, delay = generator.uniform(0.15, 1), generator.uniform(1, 300)
    shapes = {
        "power": WHOLE**-power,
        "late power": ((WHOLE + delay) / (1 + delay)) ** -power,
        "stretched": np.exp(-generator.uniform(0.02, 0.2) * WHOLE ** generator.uniform(0.3, 0.6)),
        "hill": 1 / (1 + (WHOLE / np.exp(generator.uniform(3, 7))) ** generator.uniform(0.7, 1.3)),
    }
    return np.asarray(floor + height * shapes[kind])


def noisy(generator: np.random.Generator, correlation: float) -> Array:
    noise = generator.normal(size=len(WHOLE))
    for place in range(1, len(STEPS)):
        noise[place] = correlation * noise[place - 1] + np.sqrt(1 - correlation**2) * noise[place]
    return generator.choice([0.01, 0.03, 0.1]) * noise


def told(
    values: NDArray[Any], later: Array = LATER, steps: NDArray[np.int64] = STEPS, series: str = "test_loss"
) -> Forecast:
    reading = reading_of(series)
    return extrapolation.forecast(values[None], steps, later, reading, events.find(values[None], steps, reading), 0)


@pytest.mark.parametrize("correlation", [0.0, 0.7])
def test_the_interval_covers_as_often_as_it_says(correlation: float) -> None:
    covered, closer, refused = [], [], 0
    for number, kind in enumerate(("power", "late power", "stretched", "hill")):
        for seed in range(14):
            generator = np.random.default_rng(1000 * number + seed)
            curve = smooth(generator, kind)
            values = curve * np.exp(noisy(generator, correlation))
            found = told(values[: len(STEPS)])
            if found.refused:
                refused += 1
                continue
            covered.append((found.low <= values[len(STEPS) :]) & (values[len(STEPS) :] <= found.high))
            last1 = abs(np.log(values[len(STEPS) - 1] / curve[-1]))
            closer.append(abs(np.log(found.median[-1] / curve[-1])) < last1)
    share = np.mean(covered, axis=0)
    assert refused < 18
    assert (share > 0.68).all()
    assert correlation or (share < 0.95).all()  # of independent noise it is known how much there is
    assert correlation or np.mean(closer) > 0.55


def test_a_power_law_without_noise_is_continued() -> None:
    found = told(0.2 + 3 * STEPS**-0.5)
    assert found.median == pytest.approx(0.2 + 3 * LATER**-0.5, rel=0.1)
    assert (found.low < 0.2 + 3 * LATER**-0.5).all()
    assert (found.high > 0.2 + 3 * LATER**-0.5).all()
    assert sum(found.families.values()) == pytest.approx(1)
    assert max(found.families, key=lambda name: found.families[name]) in ("pow3", "pow4")


def test_an_accuracy_rises_and_stays_a_share() -> None:
    found = told(0.97 - 0.8 * STEPS**-0.4, series="test_accuracy")
    assert found.median == pytest.approx(0.97 - 0.8 * LATER**-0.4, abs=0.02)
    assert (found.low <= found.median).all()
    assert (found.high <= 1).all()


def test_only_what_comes_after_a_drop_is_told() -> None:
    steps = np.unique(np.geomspace(1, 20000, 200).round()).astype(np.int64)
    drop = 1 / (1 + np.exp((np.log10(steps) - 2) * 14))
    noise = np.exp(0.02 * np.random.default_rng(0).normal(size=len(steps)))
    values = (0.1 + drop + 2 * steps**-0.5) * noise
    found = told(values, np.array([40000.0]), steps)
    assert not found.refused
    assert found.since > 100
    recent = told(values[steps < 260], np.array([40000.0]), steps[steps < 260])
    assert "after the drop" in recent.refused
    assert np.isnan(recent.median).all()


def test_a_curve_that_turns_is_refused() -> None:
    noise = np.exp(0.02 * np.random.default_rng(0).normal(size=len(STEPS)))
    values = (0.3 + 2 * STEPS**-0.5) * noise
    assert not told(values).refused
    values = np.where(STEPS > 700, values + 0.4 * np.log(np.maximum(STEPS, 700) / 700), values)
    assert "does not follow" in told(values).refused


@pytest.mark.parametrize("count", [0, 1, 5, 11])
def test_too_few_checkpoints_are_refused(count: int) -> None:
    steps = np.geomspace(1, 1000, 60).round().astype(np.int64)[:count]
    assert "fewer than 12" in told(np.ones(count), LATER, steps).refused


def test_the_unit_does_not_matter() -> None:
    values = (0.2 + 3 * STEPS**-0.5) * np.exp(0.03 * np.random.default_rng(1).normal(size=len(STEPS)))
    one, other = told(values), told(50 * values)
    assert other.median == pytest.approx(50 * one.median)
    scaled = extrapolation.forecast(
        values[None], 10 * STEPS, 10 * LATER, Reading(), events.find(values[None], 10 * STEPS), 0
    )
    assert scaled.median == pytest.approx(one.median)

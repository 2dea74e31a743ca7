"""Forecasts cover what comes as often as they say, on made-up families; and are refused where they would not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

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
    drops = events.find(values[None], steps, reading, kinds=events.ONLY_DROPS)
    return extrapolation.forecast(values[None], steps, later, reading, drops, 0)


@pytest.mark.parametrize("correlation", [0.0, 0.7])
def test_the_interval_covers_as_often_as_it_says(correlation: float) -> None:
    covered, closer, refused = [], [], 0
    for number, kind in enumerate(("power", "late power", "stretched", "hill")):
        for seed in range(10):
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
    assert refused < 13
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


LONG = np.unique(np.round(np.geomspace(10, 1e5, 160))).astype(np.int64)
AHEAD = 1e5 * np.array([1.5, 3.0, 10.0])
EVERY = np.concatenate([LONG, AHEAD])
MANY = 40


def of_family(generator: np.random.Generator, family: str) -> Array:
    """A curve without noise, at LONG and AHEAD."""
    power, floor = generator.uniform(0.05, 0.5), generator.uniform(0.01, 0.2)
    half, bend = 10 ** generator.uniform(1, 4), generator.uniform(0.5, 1.2)
    rate, stretch = generator.uniform(0.02, 0.2), generator.uniform(0.2, 0.4)
    shapes = {
        "power without floor": EVERY**-power,
        "pow3": floor + 3 * EVERY ** -(1.5 * power + 0.1),
        "mmf4": floor + 1 / (1 + (EVERY / half) ** bend),
        "weibull4": floor + np.exp(-rate * EVERY**stretch),
        "ilog2": 2 / np.log(EVERY + 3),
        "last1": np.ones(len(EVERY)),
        "accuracy": 1 - 0.5 * EVERY ** -(power + 0.05),
        "level accuracy": np.full(len(EVERY), 0.5),
    }
    return shapes[family]


def seen(generator: np.random.Generator, family: str) -> Array:
    curve, noise = of_family(generator, family), generator.normal(size=len(EVERY))
    return np.clip(curve + 0.005 * noise, 0, 1) if "accuracy" in family else curve * np.exp(0.02 * noise)


@pytest.mark.parametrize(
    ("family", "widest"),
    [
        ("power without floor", 0.1), ("pow3", 0.12), ("mmf4", 1.0), ("weibull4", 0.6), ("ilog2", 0.1),
        ("last1", 0.1), ("accuracy", 0.05), ("level accuracy", 0.05),
    ],
)  # fmt: skip
def test_each_family_is_covered_as_often_as_said(family: str, widest: float) -> None:
    covered, widths = [], []
    series = "test_accuracy" if "accuracy" in family else "test_loss"
    values = np.stack([seen(np.random.default_rng(seed), family) for seed in range(MANY)])
    reading, come = reading_of(series), values[:, len(LONG) :]
    drops = events.find(values[:, : len(LONG)], LONG, reading, kinds=events.ONLY_DROPS)
    for row in range(MANY):
        found = extrapolation.forecast(values[:, : len(LONG)], LONG, AHEAD, reading, drops, row)
        if not found.refused:
            covered.append((found.low <= come[row]) & (come[row] <= found.high))
            widths.append((found.high - found.low)[-1] / found.median[-1])
    assert len(covered) >= 0.8 * MANY
    assert (np.sum(covered, axis=0) >= stats.binom.ppf(0.005, len(covered), 0.8)).all()
    assert np.median(widths) < widest


@pytest.mark.parametrize("series", ["test_loss", "test_accuracy", "weight_norm"])
@pytest.mark.parametrize("level", [0.5, 0.875])
def test_a_constant_stays(series: str, level: float) -> None:
    found = told(np.full(len(STEPS), level), series=series)
    assert found.median == pytest.approx(np.full(2, level), rel=1e-4)
    assert (found.low <= level).all()
    assert (found.high >= level).all()
    assert found.high - found.low == pytest.approx(0, abs=1e-4)
    assert max(found.families, key=lambda name: found.families[name]) == "last1"


WRONG_WAY = {
    "a loss that rises": ("test_loss", 0.5 * LONG**0.1, "rose over its last third"),
    "a loss that rises again": ("test_loss", 0.3 + 2 * LONG**-0.5 + 0.02 * np.log1p(LONG / 1e3) ** 2, "rose over"),
    "forgetting": ("test_accuracy", 0.95 - 0.05 * np.log10(LONG), "fell over its last third"),
    "waves": ("test_loss", LONG**-0.2 * (1 + 0.1 * np.sin(np.log(LONG))), "no family follows it"),
    "a norm that turns": ("weight_norm", 1 + LONG**-0.5 + 0.02 * np.log1p(LONG / 1e3) ** 2, ""),
}


@pytest.mark.parametrize("kind", WRONG_WAY)
@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_what_no_family_does_is_refused(kind: str, noise: float) -> None:
    series, curve, why = WRONG_WAY[kind]
    for seed in range(4):
        found = told(curve * (1 + noise * np.random.default_rng(seed).normal(size=len(LONG))), AHEAD, LONG, series)
        assert found.refused
        assert why in found.refused


GROWING = {
    "power": lambda step: step**0.3,
    "logarithm": lambda step: 1 + 0.3 * np.log(step),
    "to a plateau": lambda step: 1 + 10 * step / (step + 3e3),
    "falling": lambda step: step**-0.3,
}


@pytest.mark.parametrize("kind", GROWING)
def test_a_norm_may_rise_or_fall(kind: str) -> None:
    later, covered = np.array([1.05e5, 2e5]), 0
    truth, span = GROWING[kind](later), np.ptp(GROWING[kind](LONG.astype(np.float64)))
    for seed in range(10):
        noise = 1 + 0.01 * np.random.default_rng(seed).normal(size=len(LONG))
        found = told(GROWING[kind](LONG.astype(np.float64)) * noise, later, LONG, "weight_norm")
        assert not found.refused
        assert (abs(found.median - truth) < 0.1 * span).all()
        covered += int(((found.low <= truth) & (truth <= found.high)).all())
    assert covered >= 8


def test_an_exponential_is_told_once_it_has_levelled_off() -> None:
    noise = np.exp(0.02 * np.random.default_rng(0).normal(size=len(LONG)))
    assert "after the drop" in told((0.02 + np.exp(-LONG / 3e4)) * noise, AHEAD, LONG).refused
    found = told((0.02 + np.exp(-LONG / 1e3)) * noise, AHEAD, LONG)
    assert found.since > 1e3
    assert found.median == pytest.approx(np.full(3, 0.02), rel=0.1)


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
    assert "no family follows it" in told(values).refused


def test_a_curve_whose_last_part_moves_anew_is_refused() -> None:
    noise = 0.005 * np.random.default_rng(0).normal(size=len(LONG))
    assert (
        "its last fifth does not follow" in told(1 - np.exp(-LONG / 2e5) + noise, AHEAD, LONG, "test_accuracy").refused
    )


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

"""Exponents of made-up event times, and when there is none."""

from __future__ import annotations

import numpy as np
import pytest

from phasescope.analyses.power_law import checks, fit_power_law


def noisy(times: np.ndarray, noise: float, seed: int = 0) -> np.ndarray:
    return times * np.exp(noise * np.random.default_rng(seed).normal(size=times.shape))


def test_a_known_exponent_with_a_known_critical_value() -> None:
    x = 0.2 + np.repeat(np.geomspace(0.01, 1, 8), 3)
    found = fit_power_law(x, noisy(30 * (x - 0.2) ** -1.3, 0.1), critical=0.2)
    assert found.refused == ""
    assert found.exponent == pytest.approx(1.3, abs=0.05)
    assert found.low < 1.3 < found.high
    assert found.amplitude == pytest.approx(30, rel=0.15)
    assert found.decades == pytest.approx(2)
    assert found.better_than_exponential > 10


def test_the_critical_value_is_found() -> None:
    x = np.repeat(np.geomspace(0.003, 0.5, 12), 3) + 0.2
    found = fit_power_law(x, noisy(5 * (x - 0.199) ** -0.8, 0.05))
    assert found.critical == pytest.approx(0.199, abs=0.003)
    assert found.exponent == pytest.approx(0.8, abs=0.1)


def test_less_than_one_and_a_half_decades_is_no_exponent() -> None:
    x = np.linspace(1, 5, 12)
    assert "decades" in fit_power_law(x, x**-1.0, critical=0.0).refused


def test_a_wide_interval_is_no_exponent() -> None:
    x = np.geomspace(0.01, 1, 8)
    found = fit_power_law(x, noisy(x**-0.3, 1.5), critical=0.0)
    assert "wider than a factor of 2" in found.refused


def test_an_exponential_is_not_called_a_power_law() -> None:
    x = np.repeat(np.geomspace(0.05, 5, 12), 3)
    assert "exponential" in fit_power_law(x, noisy(100 * np.exp(-x), 0.02), critical=0.0).refused


def test_too_few_runs_and_times_that_never_came() -> None:
    x = np.geomspace(0.01, 1, 10)
    times = np.where(x < 0.5, np.inf, x**-1.0)
    found = fit_power_law(x, times, critical=0.0)
    assert "fewer than 6" in found.refused
    assert np.isnan(found.exponent)


def test_the_unit_of_x_and_the_order_of_the_runs_do_not_matter() -> None:
    x = np.repeat(np.geomspace(0.01, 1, 8), 3)
    times = noisy(x**-1.3, 0.1)
    one, other = fit_power_law(x, times, critical=0.0), fit_power_law(1000 * x[::-1], times[::-1], critical=0.0)
    assert one.exponent == pytest.approx(other.exponent)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    x = np.repeat(np.geomspace(0.01, 1, 8), 3)
    fits = [fit_power_law(x, noisy(x**-1.0, 0.3, seed), critical=0.0) for seed in range(60)]
    covered = sum(fit.low <= 1.0 <= fit.high for fit in fits)
    assert covered >= 50  # 57 are expected; fewer than 50 has a chance below 1 in 1000


def test_the_checklist_says_what_a_fit_lacks() -> None:
    x = np.geomspace(0.01, 1, 12)
    law = fit_power_law(x, 5 * x**-1.5, critical=0.0)
    good = checks(law, values=12, never=0, unfinished=0)
    assert all(one.fulfilled for one in good)
    bad = {one.question: one for one in checks(law, values=12, never=3, unfinished=2)}
    assert [one.said for one in bad.values() if not one.fulfilled] == ["3 do not", "2 are not"]
    narrow = fit_power_law(np.linspace(1, 2, 12), np.linspace(1, 2, 12) ** -1.5, critical=0.0)
    spans = [one for one in checks(narrow, values=12, never=0, unfinished=0) if "decades" in one.question]
    assert [one.fulfilled for one in spans] == [False]


def test_bootstrap_as_drawing_runs_one_by_one() -> None:
    """The interval from weights is the one that refitting to drawn runs gives."""
    generator = np.random.default_rng(5)
    x = np.geomspace(0.01, 1, 25)
    times = 3 * x**-0.8 * np.exp(0.2 * generator.normal(size=25))
    law = fit_power_law(x, times, critical=0.0)
    again = []
    for _ in range(400):
        rows = generator.integers(0, 25, size=25)
        again.append(-np.polyfit(np.log(x[rows]), np.log(times[rows]), 1)[0])
    assert law.exponent == pytest.approx(-np.polyfit(np.log(x), np.log(times), 1)[0])
    assert (law.low, law.high) == pytest.approx(np.quantile(again, [0.025, 0.975]), abs=0.03)

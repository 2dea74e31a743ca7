"""Agreement with packages that define the same thing: change points, multiple tests, information criteria, lines."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from phasescope.analyses import events
from phasescope.analyses.peri_event import holm
from phasescope.analyses.power_law import fit_power_law
from phasescope.analyses.smooth_trends import criterion

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what these packages bring in warns when it is imported
    ruptures = pytest.importorskip("ruptures")
    linear_models = pytest.importorskip("statsmodels.regression.linear_model")
    measures_of_fit = pytest.importorskip("statsmodels.tools.eval_measures")
    multiple_tests = pytest.importorskip("statsmodels.stats.multitest")

STEPS = np.unique(np.geomspace(1, 1e4, 150).round()).astype(np.int64)
RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("places", [[60], [40, 90]])
def test_sharp_drops_are_where_dynamic_programming_puts_change_points(places: list[int]) -> None:
    """Of a piecewise constant signal with known number of changes Dynp is exact; a drop this sharp is a change."""
    stairs = -np.sum([np.arange(len(STEPS)) >= place for place in places], axis=0)
    for _ in range(8):
        log_loss = stairs + 0.05 * RANDOM.normal(size=len(STEPS))
        found = events.find(np.exp(log_loss)[None], STEPS).drops
        change = ruptures.Dynp(model="l2", jump=1).fit(log_loss).predict(n_bkps=len(places))[:-1]
        assert len(found.midpoint) == len(change)
        apart = np.searchsorted(STEPS, found.midpoint) - np.array(change)
        assert np.abs(apart).max() <= 2  # checkpoints; a running median of five comes before


def test_a_smooth_curve_has_change_points_but_no_drop() -> None:
    """Where the two do not mean the same: a piecewise constant model finds steps in any trend."""
    log_loss = np.log(3 * STEPS**-0.3) + 0.02 * RANDOM.normal(size=len(STEPS))
    change = ruptures.Pelt(model="l2", jump=1).fit(log_loss / 0.02).predict(pen=3 * np.log(len(STEPS)))
    assert len(change) > 5
    assert len(events.find(np.exp(log_loss)[None], STEPS).drops.row) == 0


def test_holm_is_that_of_statsmodels() -> None:
    for count in (1, 2, 9):
        p = RANDOM.uniform(0, 0.2, count)
        p[: count // 3] = p[0]  # ties
        np.testing.assert_allclose(holm(p), multiple_tests.multipletests(p, method="holm")[1])


def test_a_power_law_is_a_line_in_logarithms_and_is_compared_by_the_same_criterion() -> None:
    x = np.repeat(np.geomspace(0.01, 3, 12), 2)
    times = 50 * x**-0.7 * np.exp(0.1 * RANDOM.normal(size=len(x)))
    law = fit_power_law(x, times, critical=0.0)
    ones = np.ones(len(x))
    power, exponential = (
        linear_models.OLS(np.log(times), np.stack([ones, column], axis=1)).fit() for column in (np.log(x), x)
    )
    assert law.exponent == pytest.approx(-power.params[1])
    assert law.amplitude == pytest.approx(np.exp(power.params[0]))
    low, high = -power.conf_int()[1][::-1]
    assert law.low == pytest.approx(low, abs=0.02)  # by bootstrap and by theory
    assert law.high == pytest.approx(high, abs=0.02)
    corrected = [measures_of_fit.aicc(fit.llf, len(x), 3) for fit in (power, exponential)]
    assert law.better_than_exponential == pytest.approx(corrected[1] - corrected[0])


def test_the_evidence_for_drops_is_schwarz_s_criterion() -> None:
    x = np.linspace(-1, 1, 40)
    y = 2 * x + 0.3 * x**2 + 0.1 * RANDOM.normal(size=len(x))
    fits = [linear_models.OLS(y, np.stack([x**power for power in range(count)], axis=1)).fit() for count in (2, 3)]
    ours = [criterion(np.array([fit.ssr]), np.array([40.0]), count)[0] for fit, count in zip(fits, (2, 3), strict=True)]
    assert ours[1] - ours[0] == pytest.approx(fits[1].bic - fits[0].bic)

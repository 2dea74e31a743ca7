"""What moved first, on made-up series that do and that do not lead."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import permutation_test

from phasescope.analyses import peri_event
from phasescope.analyses.peri_event import FEWEST, POINTS, align, holm, moved_first, onsets, sign_flip

Array = NDArray[np.float64]
STEPS = np.unique(np.geomspace(1, 1e5, 200).round()).astype(np.int64)


def falling(middles: Array, width: float = 0.3, noise: float = 0.03, seed: int = 0) -> Array:
    """(R, C) noisy sigmoids in ln(step) from 1 to 0 around each middle."""
    generator = np.random.default_rng(seed)
    clean = 1 / (1 + np.exp((np.log(STEPS) - middles[:, None]) / width))
    return np.asarray(clean + noise * generator.normal(size=clean.shape))


def middles(runs: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).uniform(6, 9, size=runs)


@pytest.mark.parametrize("lead", [0.2, 0.5, -0.3])
def test_a_true_lead_is_found_with_its_size(lead: float) -> None:
    middle = middles(12)
    series = {"test_loss": np.exp(falling(middle, seed=1)), "progress": 5 - 3 * falling(middle - lead, seed=2)}
    (found,) = moved_first(series, STEPS, np.exp(middle), "test_loss")
    assert found.lead == pytest.approx(lead, abs=0.1)
    assert found.low < found.lead < found.high
    assert found.verdict == ("earlier" if lead > 0 else "later")
    assert found.runs == 12
    assert found.p == pytest.approx(2 / 2**12)


def test_two_noisy_sigmoids_that_fall_together_are_not_told_apart() -> None:
    wrong = 0
    for trial in range(60):
        middle = middles(8, trial)
        series = {"test_loss": np.exp(falling(middle, seed=2 * trial)), "other": falling(middle, seed=2 * trial + 1)}
        (found,) = moved_first(series, STEPS, np.exp(middle), "test_loss")
        wrong += found.verdict != "not told apart"
    assert wrong <= 7  # 5 % of 60 are 3; more than 7 has a chance of 1 %


def test_a_loss_that_is_the_exponential_of_a_measure_moves_with_it() -> None:
    wrong = 0
    for trial in range(40):
        middle = middles(12, trial)
        falls, rises = falling(middle, seed=2 * trial), falling(middle, seed=2 * trial + 1)
        series = {"test_loss": np.exp(2 * falls), "progress": -rises}
        (found,) = moved_first(series, STEPS, np.exp(middle), "test_loss")
        wrong += found.verdict != "not told apart"
    assert wrong <= 5  # 5 % of 40 are 2; more than 5 has a chance of 1 %


def test_a_loss_and_its_logarithm_are_one_series() -> None:
    middle = middles(8)
    loss = np.exp(2 * falling(middle))
    (found,) = moved_first({"test_loss": loss, "logarithm": np.log(loss)}, STEPS, np.exp(middle), "test_loss")
    assert (found.lead, found.p, found.verdict) == (0, 1, "not told apart")


def test_many_series_are_corrected() -> None:
    middle = middles(10)
    series = {f"other_{n}": falling(middle, seed=n + 1) for n in range(12)}
    series |= {"test_loss": np.exp(falling(middle, seed=0)), "first": falling(middle - 0.4, seed=99)}
    found = moved_first(series, STEPS, np.exp(middle), "test_loss")
    assert found[0].series == "first"
    assert [lead.series for lead in found if lead.verdict != "not told apart"] == ["first"]
    assert all(lead.p_corrected >= lead.p for lead in found)


def test_too_few_runs_are_said() -> None:
    middle = middles(FEWEST - 1)
    series = {"test_loss": np.exp(falling(middle)), "progress": falling(middle - 0.5, seed=1)}
    (found,) = moved_first(series, STEPS, np.exp(middle), "test_loss")
    assert found.verdict == "too few runs"
    assert found.lead == pytest.approx(0.5, abs=0.15)
    assert np.isnan([found.p, found.p_corrected, found.low]).all()


def test_a_series_that_does_not_move_has_no_onset() -> None:
    middle = middles(8)
    level = 1 + 0.03 * np.random.default_rng(5).normal(size=(8, len(STEPS)))
    series = {"test_loss": np.exp(falling(middle)), "level": level, "constant": np.ones((8, len(STEPS)))}
    found = {lead.series: lead for lead in moved_first(series, STEPS, np.exp(middle), "test_loss")}
    assert found["level"].verdict == found["constant"].verdict == "too few runs"
    assert found["constant"].runs == 0


def test_onsets_of_clean_sigmoids_are_where_a_quarter_is_done() -> None:
    middle = middles(5)
    found = onsets(falling(middle, noise=0.0), STEPS, np.exp(middle))
    assert found == pytest.approx(middle - 0.3 * np.log(3), abs=0.03)


def test_scale_and_sign_of_a_series_and_the_unit_of_time_do_not_matter() -> None:
    middle = middles(8)
    values = falling(middle)
    plain = onsets(values, STEPS, np.exp(middle))
    assert onsets(7 - 1000 * values, STEPS, np.exp(middle)) == pytest.approx(plain)
    assert onsets(values, STEPS * 8, 8 * np.exp(middle)) == pytest.approx(plain + np.log(8))


def test_alignment_is_at_the_event_and_corrected_for_the_baseline() -> None:
    event = np.array([100.0, 10_000.0, np.nan])
    values = np.stack([np.log(STEPS), np.log(STEPS), np.log(STEPS)])
    found = align(values, STEPS, event)
    assert found.change.shape == (3, POINTS)
    assert found.change[0] == pytest.approx(found.change[1], abs=1e-9)
    assert found.change[0] == pytest.approx(found.offset + 2.5, abs=0.03)  # the baseline is from -3 to -2
    assert np.isnan(found.change[2]).all()


def test_beyond_its_values_a_run_has_none() -> None:
    values = falling(np.array([6.0, 6.0]))
    values[1, STEPS > 450] = np.nan
    found = align(values, STEPS, np.exp(np.array([6.0, 6.0])))
    assert np.isfinite(found.change[0]).all()
    assert np.isnan(found.change[1, found.offset > 0.2]).all()
    assert onsets(np.zeros((2, 0)), STEPS[:0], np.array([1.0, 2.0])).tolist() == pytest.approx(
        [np.nan] * 2, nan_ok=True
    )


def test_sign_flips_agree_with_scipy() -> None:
    generator = np.random.default_rng(0)
    for count in (6, 9):
        differences = generator.normal(0.4, 1, size=count)
        expected = permutation_test((differences,), np.sum, permutation_type="samples", n_resamples=10_000).pvalue
        assert sign_flip(differences, generator) == pytest.approx(expected)
    assert sign_flip(np.full(40, 1.0), generator) == pytest.approx(1 / 4_001)


def test_of_many_runs_signs_and_medians_need_no_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    for shift in (0.0, 0.05, 0.1):
        differences = generator.standard_t(3, size=peri_event.MANY) + shift
        quick, interval = sign_flip(differences, generator), peri_event._interval(differences, generator)
        with monkeypatch.context() as patch:
            patch.setattr(peri_event, "MANY", 10**9)
            drawn, bootstrap = sign_flip(differences, generator), peri_event._interval(differences, generator)
        assert quick == pytest.approx(drawn, abs=0.02)
        assert interval == pytest.approx(bootstrap, abs=0.02)
    assert sign_flip(np.zeros(peri_event.MANY), generator) == 1.0


def test_holm() -> None:
    assert holm(np.array([0.01, np.nan, 0.04, 0.03])) == pytest.approx([0.03, np.nan, 0.06, 0.06], nan_ok=True)


def test_the_order_of_the_runs_does_not_matter() -> None:
    middle = middles(9)
    series = {"test_loss": np.exp(falling(middle)), "progress": falling(middle - 0.2, seed=1)}
    order = np.random.default_rng(3).permutation(9)
    mixed = {name: values[order] for name, values in series.items()}
    (one,), (other,) = (
        moved_first(given, STEPS, event, "test_loss")
        for given, event in ((series, np.exp(middle)), (mixed, np.exp(middle[order])))
    )
    assert (one.lead, one.p) == pytest.approx((other.lead, other.p))

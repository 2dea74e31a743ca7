"""Events of made-up curves whose answer is known, with noise, and curves that are easily taken for events."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from phasescope.analyses import events
from phasescope.analyses.events import COLOURS, Events
from phasescope.analyses.timelines import Reading, Time, reading_of
from phasescope.core.corrections import Correction, DropMark, PlateauMark
from phasescope.core.curves import Curves

Array = NDArray[np.float64]
LOG_STEPS = np.unique(np.geomspace(1, 1e4, 150).round()).astype(np.int64)
FEW_STEPS = np.unique(np.geomspace(1, 1e4, 60).round()).astype(np.int64)
EVEN_STEPS = np.linspace(0, 10_000, 151).astype(np.int64)
SEEDS = 12
NOISES = {"little": (0.02, 0.0), "much": (0.1, 0.0), "spikes": (0.05, 0.02)}  # standard deviation, share of spikes


def fall(steps: Array, decade: float, width: float = 0.05) -> Array:
    """From 1 to 0 around 10^decade; 10 to 90 % take about 2.2 widths of a decade."""
    return np.asarray(1 / (1 + np.exp((np.log10(np.maximum(steps, 0.5)) - decade) * 2 / width)))


def exponential(steps: Array) -> Array:
    return np.asarray(0.01 + 3 * np.exp(-steps / 2000))


SMOOTH: dict[str, Callable[[Array], Array]] = {
    "power law": lambda t: 3 * np.maximum(t, 1) ** -0.3,
    "slow power law": lambda t: 3 * np.maximum(t, 1) ** -0.1,
    "power law with a floor": lambda t: 0.05 + 3 * np.maximum(t, 1) ** -0.6,
    "late power law": lambda t: 3 * (t + 100) ** -0.5,
    "nothing": lambda t: np.full(t.shape, 2.0),
    "slow rise": lambda t: 0.5 * np.maximum(t, 1) ** 0.1,
}
STEPPED: dict[str, tuple[Callable[[Array], Array], list[float]]] = {  # and where its drops are, in decades
    "one drop": (lambda t: 0.1 + 2.2 * fall(t, 2.5), [2.54]),  # half of the fall of the logarithm is a little later
    "drop on a trend": (lambda t: np.maximum(t, 1) ** -0.2 * (0.9 + 2.1 * fall(t, 2.5, 0.08)), [2.52]),
    "two drops": (lambda t: 0.2 + 1.5 * fall(t, 1.5, 0.08) + 1.0 * fall(t, 3.0, 0.08), [1.5, 3.04]),
}


def noisy(curve: Callable[[Array], Array], noise: str, steps: NDArray[np.int64] = LOG_STEPS) -> Array:
    deviation, share = NOISES[noise]
    generator = np.random.default_rng(0)
    clean = curve(steps.astype(np.float64))
    values = clean * np.exp(deviation * generator.normal(size=(SEEDS, len(steps))))
    return np.asarray(values * np.where(generator.uniform(size=values.shape) < share, 3, 1))


@pytest.mark.parametrize("time", ["log", "linear"])
@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("curve", SMOOTH)
def test_a_smooth_curve_has_no_drop(curve: str, noise: str, time: Time) -> None:
    found = events.find(noisy(SMOOTH[curve], noise), LOG_STEPS, time=time)
    allowed = SEEDS // 2 if (curve, time) == ("late power law", "linear") else 1
    assert (found.drops.counts(SEEDS) > 0).sum() <= allowed


@pytest.mark.parametrize("steps", [LOG_STEPS, FEW_STEPS, EVEN_STEPS], ids=["log", "few", "even"])
@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("curve", ["one drop", "drop on a trend"])
def test_a_drop_is_found_once_and_where_it_is(curve: str, noise: str, steps: NDArray[np.int64]) -> None:
    made, (decade,) = STEPPED[curve]
    found = events.find(noisy(made, noise, steps), steps).drops
    deepest = found.largest(SEEDS)
    assert (deepest >= 0).all()
    assert np.abs(np.log10(found.midpoint[deepest]) - decade).max() < 0.16
    assert (found.onset < found.midpoint).all()
    assert (found.midpoint < found.end).all()
    assert (found.counts(SEEDS) > 1).sum() <= 2
    assert found.confidence[deepest].min() > 0.9


@pytest.mark.parametrize("noise", NOISES)
def test_staircases_are_counted(noise: str) -> None:
    made, decades = STEPPED["two drops"]
    found = events.find(noisy(made, noise), LOG_STEPS).drops
    twice = found.counts(SEEDS) == 2
    assert twice.sum() >= 10
    middles = np.log10(found.midpoint[twice[found.row]].reshape(-1, 2))
    assert np.abs(middles - decades).max() < 0.15


def test_a_clean_drop_is_measured_exactly() -> None:
    steps = np.unique(np.geomspace(1, 1e5, 600).round()).astype(np.int64)
    time = np.log(steps)
    for middle, width, depth in ((4.0, 0.5, 1.0), (7.0, 1.0, 3.0), (9.0, 0.3, 0.4)):
        values = np.exp(-depth / (1 + np.exp(-(time - middle) / (width / 4.394))))[None]
        drops = events.find(values, steps).drops
        assert len(drops.row) == 1
        assert np.log(drops.midpoint[0]) == pytest.approx(middle, abs=0.05)
        assert drops.width[0] == pytest.approx(width, abs=0.15)
        assert drops.fall[0] == pytest.approx(depth, rel=0.05)


def test_noise_has_no_events_but_one_plateau() -> None:
    found = events.find(noisy(SMOOTH["nothing"], "little"), LOG_STEPS)
    assert len(found.drops.row) == len(found.spikes.row) == 0
    longest = found.numbers(SEEDS)["plateau_length"]
    assert (longest > 100).all()


def correlated(rows: int, columns: int, correlation: float) -> Array:
    """Stationary noise of deviation 1 whose neighbours are correlated."""
    noise = np.random.default_rng(4).normal(size=(rows, columns))
    for column in range(1, columns):
        noise[:, column] *= np.sqrt(1 - correlation**2)
        noise[:, column] += correlation * noise[:, column - 1]
    return noise


@pytest.mark.parametrize("time", ["log", "linear"])
@pytest.mark.parametrize("steps", [LOG_STEPS, EVEN_STEPS], ids=["log", "even"])
def test_noise_that_remembers_is_no_drop_and_a_drop_in_it_is_one(steps: NDArray[np.int64], time: Time) -> None:
    noise = np.exp(0.1 * correlated(100, len(steps), 0.9))
    assert (events.find(noise, steps, time=time).drops.counts(100) > 0).sum() <= 6
    if time == "log":
        dropping = noise * np.exp(2 * fall(steps.astype(np.float64), 2.5, 0.1))
        assert (events.find(dropping, steps).drops.counts(100) > 0).sum() >= 80


def test_a_slow_decay_is_not_a_plateau_followed_by_a_drop() -> None:
    for noise in NOISES:
        found = events.find(noisy(SMOOTH["power law"], noise), LOG_STEPS)
        assert len(found.plateaus.row) == 0
        assert len(found.drops.row) <= 1


def test_an_exponential_drops_in_log_time_and_not_in_linear_time() -> None:
    values = noisy(exponential, "little")
    assert events.find(values, LOG_STEPS).drops.counts(SEEDS).tolist() == [1] * SEEDS
    assert len(events.find(values, LOG_STEPS, time="linear").drops.row) == 0
    assert len(events.find(values, LOG_STEPS, time="linear").plateaus.row) == 0


def test_a_plateau_reaches_from_where_it_starts_to_the_onset_of_the_drop() -> None:
    found = events.find(STEPPED["one drop"][0](LOG_STEPS.astype(np.float64))[None], LOG_STEPS)
    assert len(found.plateaus.row) == 2
    assert found.plateaus.start[0] == pytest.approx(1, rel=0.05)
    assert found.plateaus.end[0] == pytest.approx(found.drops.onset[0], rel=0.25)
    assert found.plateaus.start[1] == pytest.approx(found.drops.end[0], rel=0.25)
    assert found.plateaus.end[1] == pytest.approx(1e4, rel=0.05)
    assert found.plateaus.level == pytest.approx(np.log([2.3, 0.1]), abs=0.05)
    assert np.abs(found.plateaus.slope).max() < 0.05


def test_a_plateau_between_two_decays() -> None:
    steps = LOG_STEPS.astype(np.float64)
    bent = -0.3 * np.log(np.minimum(steps, 30)) - 0.8 * np.log(np.maximum(steps, 1000) / 1000)
    found = events.find(np.exp(bent)[None], LOG_STEPS).plateaus
    assert found.start == pytest.approx([30], rel=0.35)
    assert found.end == pytest.approx([1000], rel=0.35)


def test_spikes() -> None:
    values = noisy(SMOOTH["power law"], "little")
    values[3, 40] *= 2
    values[5, 60:62] *= 3
    values[7, 80:95] *= 3  # an excursion that lasts is not a spike
    found = events.find(values, LOG_STEPS).spikes
    assert found.row.tolist() == [3, 5]
    assert found.step.tolist() == [LOG_STEPS[40], LOG_STEPS[60]]
    assert found.height == pytest.approx(np.log([2, 3]), abs=0.15)
    assert found.confidence.min() > 0.99
    assert not found.unstable(SEEDS).any()
    values[4, 20:120:9] *= 3
    assert np.flatnonzero(events.find(values, LOG_STEPS).spikes.unstable(SEEDS)).tolist() == [4]


def test_an_accuracy_is_read_by_its_rise() -> None:
    rise = 0.05 + 0.95 * (1 - fall(LOG_STEPS.astype(np.float64), 2.5, 0.1))
    values = rise + 0.02 * np.random.default_rng(0).normal(size=(SEEDS, len(rise)))
    curves = Curves(tuple(range(SEEDS)), LOG_STEPS, {"test_accuracy": values})
    drops = events.of_series(curves, "test_accuracy").drops
    assert drops.counts(SEEDS).tolist() == [1] * SEEDS
    assert np.abs(np.log10(drops.midpoint) - 2.5).max() < 0.05
    assert reading_of("test_accuracy") == Reading(logarithm=False, falling=False, share=True)


def test_with_its_floor_known_a_drop_is_deeper() -> None:
    steps = LOG_STEPS.astype(np.float64)
    curves = Curves((1,), LOG_STEPS, {"test_loss": (1.0 + fall(steps, 2.5, 0.1) + 0.05)[None]})
    plain, above = events.of_series(curves, "test_loss"), events.of_series(curves, "test_loss", floor=1.0)
    assert above.drops.fall[0] > 3 * plain.drops.fall[0]


def same(one: Events, other: Events, factor: float = 1.0) -> None:
    assert one.drops.row.tolist() == other.drops.row.tolist()
    assert one.drops.midpoint * factor == pytest.approx(other.drops.midpoint, rel=1e-6)
    assert one.drops.fall == pytest.approx(other.drops.fall)
    assert one.plateaus.end * factor == pytest.approx(other.plateaus.end, rel=1e-6)
    assert one.spikes.step * factor == pytest.approx(other.spikes.step)


@settings(max_examples=5, deadline=None)
@given(st.integers(2, 1000), st.sampled_from(["log", "linear"]), st.sampled_from(sorted(STEPPED)))
def test_the_unit_of_time_does_not_matter(factor: int, time: Time, curve: str) -> None:
    values = noisy(STEPPED[curve][0], "spikes")
    same(events.find(values, LOG_STEPS, time=time), events.find(values, LOG_STEPS * factor, time=time), factor)


@settings(max_examples=5, deadline=None)
@given(st.floats(1e-3, 1e3))
def test_the_unit_of_the_loss_does_not_matter(factor: float) -> None:
    values = noisy(STEPPED["drop on a trend"][0], "little")
    same(events.find(values, LOG_STEPS), events.find(values * factor, LOG_STEPS))


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(2 * SEEDS)))
def test_a_run_does_not_depend_on_its_neighbours(order: list[int]) -> None:
    values = np.vstack([noisy(STEPPED["two drops"][0], "much"), noisy(SMOOTH["power law"], "spikes")])
    whole = events.find(values, LOG_STEPS).numbers(len(values))
    mixed = events.find(values[order], LOG_STEPS).numbers(len(values))
    alone = events.find(values[order[:1]], LOG_STEPS).numbers(1)
    for name in COLOURS:
        assert mixed[name] == pytest.approx(whole[name][order], nan_ok=True, rel=1e-6)
        assert alone[name] == pytest.approx(whole[name][order[:1]], nan_ok=True, rel=1e-6)


def test_runs_that_ended_early_and_runs_without_values() -> None:
    values = np.vstack([noisy(STEPPED["one drop"][0], "little"), np.full((1, len(LOG_STEPS)), np.nan)])
    values[0, LOG_STEPS > 100] = np.nan
    values[1, LOG_STEPS > 2000] = np.nan
    values[2, 20::3] = np.nan
    values[3, 100] = np.inf
    found = events.find(values, LOG_STEPS)
    assert found.drops.counts(SEEDS + 1).tolist() == [0] + [1] * (SEEDS - 1) + [0]
    assert found.plateaus.end[found.plateaus.row == 0].max() <= 110
    assert SEEDS not in found.plateaus.row


@pytest.mark.parametrize("time", ["log", "linear"])
def test_a_run_of_few_values_has_no_events_whatever_the_others_have(time: Time) -> None:
    values = np.full((4, len(EVEN_STEPS)), np.nan)
    values[0, [5, 140]] = 1.0, 1.01
    values[1, [5, 90, 100, 140]] = 1.0, 1.0, 0.2, 0.2
    values[2, 30:41] = np.where(np.arange(11) < 6, 1.0, 0.1)
    values[2, 35] = 9.0
    values[3] = STEPPED["one drop"][0](EVEN_STEPS.astype(np.float64))
    found = events.find(values, EVEN_STEPS, time=time)
    for kind in (found.plateaus, found.drops, found.spikes):
        assert set(kind.row.tolist()) <= {3}
    assert found.few.tolist() == [True, True, True, False]
    assert np.isnan(found.numbers(4)["drop_count"]).tolist() == [True, True, True, False]
    assert not found.too_few
    assert events.find(values[:3], EVEN_STEPS, time=time).too_few


def test_a_line_through_a_gap_is_no_plateau() -> None:
    values = 3 * LOG_STEPS.astype(np.float64)[None] ** -0.5
    gap = (LOG_STEPS > 100) & (LOG_STEPS < 3000)
    values[0, gap] = np.nan
    values[0, LOG_STEPS >= 3000] = 0.3 * (LOG_STEPS[LOG_STEPS >= 3000] / 3000) ** -0.5
    assert len(events.find(values, LOG_STEPS).plateaus.row) == 0


@pytest.mark.parametrize("shape", [(0, 120), (3, 0), (3, 5)])
def test_too_few_checkpoints_or_runs(shape: tuple[int, int]) -> None:
    found = events.find(np.ones(shape), LOG_STEPS[: shape[1]])
    assert len(found.drops.row) == len(found.spikes.row) == 0
    assert found.too_few
    assert np.isnan(found.numbers(shape[0])["drop_step"]).all()


def test_a_loss_that_becomes_zero_is_no_error() -> None:
    values = np.where(LOG_STEPS > 300, 0.0, 1.0)[None]
    drops = events.find(values, LOG_STEPS).drops
    assert drops.midpoint == pytest.approx([310], rel=0.1)
    assert drops.fall == pytest.approx([np.log(1e9)], rel=0.01)


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_where_a_loss_is_too_small_to_be_seen_falling_there_is_no_event(noise: float) -> None:
    generator = np.random.default_rng(0)
    clean = np.exp(-EVEN_STEPS / 200).astype(np.float32).astype(np.float64)
    values = clean * np.exp(noise * generator.normal(size=(SEEDS, len(clean))))
    found = events.find(values, EVEN_STEPS, time="linear")
    assert len(found.drops.row) == len(found.plateaus.row) == 0


def test_a_correction_replaces_what_was_found_kind_by_kind() -> None:
    steps = np.unique(np.geomspace(1, 1e4, 150).round()).astype(np.int64)
    fall = 1 / (1 + np.exp((np.log10(steps) - 2.5) * 15))
    values = np.stack([0.1 + fall, 0.1 + fall])
    found = events.find(values, steps)
    assert found.drops.counts(2).tolist() == [1, 1]
    by_hand = Correction(drops=(DropMark(onset=500, midpoint=700, end=900), DropMark(onset=20, midpoint=50, end=90)))
    corrected = events.find(values, steps, corrections=[by_hand, None])
    assert corrected.drops.row.tolist() == [0, 0, 1]
    assert corrected.drops.midpoint[:2].tolist() == [50.0, 700.0]
    assert corrected.drops.width[1] == pytest.approx(np.log(900 / 500))
    at = np.interp(np.log1p([500, 900]), np.log1p(steps), np.log(values[0]))
    assert corrected.drops.fall[1] == pytest.approx(at[0] - at[1])
    assert np.isnan(corrected.drops.confidence).tolist() == [True, True, False]
    assert corrected.drops.midpoint[2] == found.drops.midpoint[1]
    nothing = events.find(values, steps, corrections=[Correction(drops=(), plateaus=(), spikes=()), None])
    assert 0 not in {*nothing.drops.row.tolist(), *nothing.plateaus.row.tolist(), *nothing.spikes.row.tolist()}
    assert 1 in nothing.plateaus.row.tolist()


def test_a_corrected_plateau_and_spike_are_read_off_the_curve() -> None:
    steps = np.arange(1, 101)
    values = np.full((1, 100), 2.0)
    values[0, 49] = 4.0
    by_hand = Correction(plateaus=(PlateauMark(start=10, end=40),), spikes=(50,))
    found = events.find(values, steps, corrections=[by_hand])
    assert found.plateaus.level.tolist() == pytest.approx([np.log(2)])
    assert found.spikes.height.tolist() == pytest.approx([np.log(2)])
    empty = events.find(np.full((1, 100), np.nan), steps, corrections=[by_hand])
    assert np.isnan(empty.plateaus.level).all()


def test_step_zero_may_be_given_in_log_time() -> None:
    steps = np.unique(np.geomspace(1, 1e4, 150).round()).astype(np.int64)
    by_hand = Correction(drops=(DropMark(onset=0, midpoint=0, end=9),))
    found = events.find(np.linspace(2, 1, len(steps))[None], steps, corrections=[by_hand])
    assert np.isfinite([found.drops.width[0], found.drops.fall[0]]).all()

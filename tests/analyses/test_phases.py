"""Phases of made-up curves whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasescope.analyses import grokking_delay, phases, time_to_threshold
from phasescope.analyses.phases import (
    COMPREHENSION,
    CONFUSION,
    GROKKING,
    MEMORISATION,
    PHASES,
    UNCLASSIFIED,
    UNKNOWN,
)
from phasescope.core.curves import Curves
from phasescope.core.phase_rule import PhaseRule, rule_from_text

STEPS = np.array([0, 10, 100, 1000, 1100, 2000, 5000], dtype=np.int64)
RULE = PhaseRule()


def rising(at: float | None) -> list[float]:
    """Accuracy 0.1 before a step and 1 from it on; never for None."""
    return [1.0 if at is not None and step >= at else 0.1 for step in STEPS]


def curves(train: list[list[float]], test: list[list[float]], dtype: type = np.float64) -> Curves:
    values: dict[str, np.ndarray] = {
        "train_accuracy": np.array(train, dtype=dtype),
        "test_accuracy": np.array(test, dtype=dtype),
    }
    return Curves(tuple(range(len(train))), STEPS, values)


@pytest.mark.parametrize(
    ("train", "test", "code"),
    [
        (10, 10, COMPREHENSION),
        (10, 1000, COMPREHENSION),  # 990 steps
        (100, 1100, GROKKING),  # exactly the delay counts as grokking
        (10, 5000, GROKKING),
        (10, None, MEMORISATION),
        (None, None, CONFUSION),
        (None, 100, UNCLASSIFIED),
        (1000, 10, COMPREHENSION),  # test before train, and both reached
    ],
)
def test_the_rule(train: float | None, test: float | None, code: int) -> None:
    assert phases.label(curves([rising(train)], [rising(test)]), RULE).tolist() == [code]


def test_nine_of_ten_in_float32_has_reached_nine_tenths() -> None:
    nine = float(np.float32(0.9))
    assert nine < 0.9
    found = curves([rising(10)], [[0.1, 0.1, nine, 0.1, 0.1, 1.0, 1.0]], np.float32)
    assert phases.times(found, RULE)[1].tolist() == [100]
    assert phases.label(found, RULE).tolist() == [COMPREHENSION]


def test_just_below_the_threshold_has_not_reached_it() -> None:
    assert time_to_threshold.time_to(np.array([[0.89999, 0.89]]), np.array([0, 1]), 0.9).tolist() == [np.inf]


def test_not_reached_is_later_than_was_looked() -> None:
    found = curves(
        [rising(10), rising(10), rising(None), rising(1000)], [rising(None), rising(100), rising(10), rising(10)]
    )
    assert grokking_delay.delay(found, RULE)[:2].tolist() == [np.inf, 90]
    assert np.isnan(grokking_delay.delay(found, RULE)[2])
    assert grokking_delay.delay(found, RULE)[3] == -990


def test_a_phase_is_what_was_known_then() -> None:
    found = curves([rising(10)], [rising(2000)])
    known = [phases.label(found, RULE, step)[0] for step in (0, 9, 10, 1999, 2000, None)]
    assert known == [CONFUSION, CONFUSION, MEMORISATION, MEMORISATION, GROKKING, GROKKING]


def test_before_the_first_checkpoint_nothing_is_known() -> None:
    late = Curves((1,), np.array([5]), {name: np.ones((1, 1)) for name in (phases.TRAIN, phases.TEST)})
    assert phases.label(late, RULE, 4).tolist() == [UNKNOWN]
    assert phases.label(late, RULE, 5).tolist() == [COMPREHENSION]


def test_a_run_that_ended_keeps_its_state() -> None:
    ended = [1.0 if step >= 10 else 0.1 for step in STEPS[:3]] + [np.nan] * 4
    assert phases.label(curves([ended], [ended]), RULE, 5000).tolist() == [COMPREHENSION]


def test_without_values_a_run_has_no_phase() -> None:
    nothing = [np.nan] * len(STEPS)
    found = curves([nothing, rising(10)], [nothing, nothing])
    assert phases.label(found, RULE).tolist() == [UNKNOWN, UNKNOWN]
    assert phases.label_all_steps(found, RULE).tolist() == [[UNKNOWN] * len(STEPS)] * 2
    assert phases.counts(phases.label(found, RULE)).tolist() == [0] * len(PHASES)


@pytest.mark.parametrize("found", [Curves((), STEPS, {}), Curves((1, 2), STEPS, {}), Curves((1,), STEPS[:0], {})])
def test_series_that_were_never_stored(found: Curves) -> None:
    assert phases.label(found, RULE).tolist() == [UNKNOWN] * len(found.runs)
    assert phases.label_all_steps(found, RULE).shape == (len(found.runs), len(found.steps))
    assert np.isnan(grokking_delay.delay(found, RULE)).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 3000))
def test_all_steps_agree_with_each_step(seed: int, delay: int) -> None:
    generator = np.random.default_rng(seed)
    values = {name: generator.uniform(0.7, 1, size=(6, len(STEPS))) for name in (phases.TRAIN, phases.TEST)}
    for series in values.values():
        series[generator.uniform(size=series.shape) < 0.2] = np.nan
    found, rule = Curves(tuple(range(6)), STEPS, values), PhaseRule(delay=delay)
    together = phases.label_all_steps(found, rule)
    one_by_one = np.stack([phases.label(found, rule, int(step)) for step in STEPS], axis=1)
    assert together.dtype == np.int8
    assert together.tolist() == one_by_one.tolist()


@given(st.permutations(range(8)))
def test_the_order_of_runs_does_not_matter(order: list[int]) -> None:
    generator = np.random.default_rng(1)
    values = {name: generator.uniform(0.5, 1, size=(8, len(STEPS))) for name in (phases.TRAIN, phases.TEST)}
    found = Curves(tuple(range(8)), STEPS, values)
    assert phases.label(found.of(order), RULE).tolist() == phases.label(found, RULE)[order].tolist()


LOSSES = {
    "train_loss": np.array([[4, 2, 0.5, 0.05, 0.04, 0.03, 0.02]]),
    "test_loss": np.array([[4, 4, 4, 4, 4, 0.5, 0.05]]),
}


def losses(rows: int = 1) -> Curves:
    return Curves(tuple(range(rows)), STEPS, {name: np.repeat(row, rows, axis=0) for name, row in LOSSES.items()})


def test_conditions_on_losses_stand_for_accuracies() -> None:
    rule = PhaseRule(fitted="train_loss <= 0.1", generalised="test_loss <= 0.1")
    train, test = phases.times(losses(), rule)
    assert (train.tolist(), test.tolist()) == ([1000.0], [5000.0])
    assert phases.label(losses(), rule).tolist() == [GROKKING]
    assert [phases.label(losses(), rule, int(step)).item() for step in STEPS] == phases.label_all_steps(losses(), rule)[
        0
    ].tolist()


def test_held_for_counts_from_the_first_of_the_row_but_is_known_at_the_last() -> None:
    accuracy = np.array([[0.1, 0.95, 0.2, 0.95, np.nan, 0.96, 0.97]])
    found = Curves((1,), STEPS, {"train_accuracy": accuracy, "test_accuracy": accuracy})
    rule = PhaseRule(held_for=3)
    assert phases.times(found, rule)[0].tolist() == [1000.0]
    assert phases.times(found, rule, step=2000)[0].tolist() == [np.inf]
    assert phases.times(found, PhaseRule(held_for=4))[0].tolist() == [np.inf]
    assert phases.label_all_steps(found, rule)[0].tolist() == [CONFUSION] * 6 + [COMPREHENSION]


def test_phases_of_ones_own_are_the_first_that_holds() -> None:
    rule = rule_from_text("low: test_loss < 0.1; falling: train_loss < 1; generalised: test_loss < 1", RULE)
    assert phases.names_of(rule) == ("low", "falling", "unclassified")
    assert phases.label_all_steps(losses(), rule)[0].tolist() == [2, 2, 1, 1, 1, 1, 0]
    assert phases.label(losses(), rule, 1000).tolist() == [1]
    late = rule_from_text(
        "late: generalised - fitted >= 1000; generalised: test_loss < 1; fitted: train_loss < 1", RULE
    )
    assert phases.label_all_steps(losses(), late)[0].tolist()[-2:] == [0, 0]
    assert phases.label(losses(), late, 100).tolist() == [0]  # infinitely late so far


def test_own_phases_are_unknown_before_any_value() -> None:
    rule = rule_from_text("low: test_loss < 0.1", RULE)
    nothing = Curves((1,), STEPS, {"test_loss": np.full((1, 7), np.nan)})
    assert phases.label(nothing, rule).tolist() == [UNKNOWN]
    assert phases.label(Curves((1,), STEPS[:0], {}), rule).tolist() == [UNKNOWN]


def test_zero_of_the_order_parameters_is_where_phases_change() -> None:
    train, test = [rising(at) for at in (10, 10, None)], [rising(at) for at in (1000, 5000, None)]
    found = curves(train, test)
    numbers = phases.order_parameters(found, RULE)
    codes = phases.label(found, RULE)
    assert codes.tolist() == [COMPREHENSION, GROKKING, CONFUSION]
    assert (numbers["fitted"] >= 0).tolist() == [True, True, False]
    assert (numbers["generalised"] >= 0).tolist() == [True, True, False]
    assert (numbers["delay"][:2] >= 0).tolist() == [False, True]
    assert np.isnan(numbers["delay"][2])
    assert numbers["fitted"][2] == pytest.approx(0.1 - 0.9)


def test_a_condition_that_is_one_number_for_all_is_no_error() -> None:
    found = curves([rising(10), rising(None)], [rising(5000), rising(None)])
    stored = PhaseRule.model_construct(**{**PhaseRule().model_dump(), "fitted": "1 > 0"})  # from before it was refused
    assert phases.label(found, stored).tolist() == [GROKKING, MEMORISATION]
    assert phases.order_parameters(found, stored)["fitted"].tolist() == [1, 1]
    rule = rule_from_text("low: first(1 > 0) > step; rest: step >= 0", RULE)
    assert phases.order_parameters(found, rule)["rest"].tolist() == [5000, 5000]

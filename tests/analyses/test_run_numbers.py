"""Numbers of runs by which a diagram is coloured."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from phasescope.analyses.run_numbers import Known, number_of
from phasescope.core.corrections import Correction, DropMark
from phasescope.core.curves import Curves
from phasescope.core.phase_rule import PhaseRule

STEPS = np.array([0, 10, 100, 1000, 5000], dtype=np.int64)
RULE = PhaseRule()
TRAIN = np.array([[0.1, 1, 1, 1, 1], [0.1, 1, 1, 1, 1], [0.1, 0.1, 0.1, 0.1, 0.1], [np.nan] * 5])
TEST = np.array([[0.1, 0.1, 1, 1, 1], [0.1, 0.1, 0.1, 0.1, 1], [0.1, 0.1, 0.1, 0.1, 0.1], [np.nan] * 5])


def numbers(name: str, known: Known | None = None) -> NDArray[np.float64]:
    found = number_of(name, RULE)
    assert found is not None
    curves = Curves((1, 2, 3, 4), STEPS, {"train_accuracy": TRAIN, "test_accuracy": TEST})
    assert set(found.needs(RULE)) <= set(curves.values) | {"test_loss"}
    return found.of(known or Known(curves, RULE))


def test_times_of_the_phase_rule() -> None:
    assert numbers("train_time").tolist() == [10, 10, np.inf, np.inf]
    assert numbers("test_time").tolist() == [100, 5000, np.inf, np.inf]
    assert numbers("grokking_delay")[:2].tolist() == [90, 4990]
    assert np.isnan(numbers("grokking_delay")[2:]).all()


def test_the_share_in_a_phase() -> None:
    assert numbers("share.comprehension")[:3].tolist() == [1, 0, 0]
    assert numbers("share.grokking")[:3].tolist() == [0, 1, 0]
    assert np.isnan(numbers("share.confusion")[3])
    with pytest.raises(ValueError, match="there is no phase 'groking'"):
        number_of("share.groking", RULE)


def test_an_expression_has_its_newest_value_and_a_condition_its_first_step() -> None:
    assert numbers("train_accuracy - test_accuracy")[:3] == pytest.approx([0, 0, 0])
    assert numbers("highest(train_accuracy - test_accuracy)")[:3] == pytest.approx([0.9, 0.9, 0])
    assert numbers("test_accuracy >= 0.5 and train_accuracy >= 0.5")[:3].tolist() == [100, 5000, np.inf]


def test_a_series_is_no_number_of_its_own() -> None:
    assert number_of("test_loss", RULE) is None
    assert number_of("drift_to_initial.blocks.0.attention", RULE) is None


def test_events_with_corrections() -> None:
    steps = np.unique(np.geomspace(1, 1e4, 100).round()).astype(np.int64)
    loss = 0.1 + 1 / (1 + np.exp((np.log10(steps) - 2.5) * 15))
    curves = Curves((7,), steps, {"test_loss": loss[None]})
    found = number_of("drop_step", RULE)
    assert found is not None
    assert found.of(Known(curves, RULE)) == pytest.approx([10**2.5], rel=0.25)
    by_hand = {(7, "test_loss"): Correction(drops=(DropMark(onset=50, midpoint=60, end=70),))}
    assert found.of(Known(curves, RULE, by_hand)).tolist() == [60]
    assert found.none == "no such event of the test loss was found"

"""Curves: the newest value at a step of the clock."""

from __future__ import annotations

import numpy as np

from phasescope.core.curves import Curves

NAN = np.nan
CURVES = Curves(
    (4, 5, 6),
    np.array([0, 10, 100]),
    {"a": np.array([[1.0, 2.0, 3.0], [1.0, NAN, NAN], [NAN, NAN, NAN]])},
)


def test_at_a_step_is_the_newest_value_not_later() -> None:
    np.testing.assert_array_equal(CURVES.at("a", 0), [1, 1, NAN])
    np.testing.assert_array_equal(CURVES.at("a", 50), [2, 1, NAN])
    np.testing.assert_array_equal(CURVES.at("a", None), [3, 1, NAN])


def test_some_of_the_runs_in_the_order_asked_for() -> None:
    some = CURVES.of([6, 4, 99])
    assert some.runs == (6, 4)
    np.testing.assert_array_equal(some.values["a"][1], [1, 2, 3])


def test_no_checkpoints_yet() -> None:
    empty = Curves((1,), np.array([], dtype=np.int64), {"a": np.zeros((1, 0))})
    np.testing.assert_array_equal(empty.at("a", None), [NAN])

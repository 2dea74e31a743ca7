"""Summaries against a plain loop over the values."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from phasescope.store.summaries import STATISTICS, merged, of_values

values = st.sampled_from([math.nan, math.inf, -math.inf, -1.0, 0.0, 0.5, 2.0])
runs = st.lists(st.lists(values, min_size=6, max_size=6), min_size=1, max_size=3)


def plainly(row, steps):
    """(last, minimum, maximum, step_of_last, step_of_minimum, step_of_maximum) of one series."""
    pairs = [(value, step) for value, step in zip(row, steps, strict=True) if math.isfinite(value)]
    if not pairs:
        return [math.nan] * len(STATISTICS)
    least, most = min(value for value, _ in pairs), max(value for value, _ in pairs)
    chosen = [
        pairs[-1],
        next(pair for pair in pairs if pair[0] == least),
        next(pair for pair in pairs if pair[0] == most),
    ]
    return [value for value, _ in chosen] + [step for _, step in chosen]


@given(runs, st.integers(0, 6))
@settings(deadline=None)
def test_summaries_say_what_a_loop_finds_however_the_values_arrive(rows, cut):
    steps = np.array([0, 1, 3, 10, 30, 100])
    array = np.array(rows)[:, :, None]
    expected = np.array([plainly(row, steps) for row in rows])
    assert np.array_equal(of_values(array, steps)[:, :, 0], expected, equal_nan=True)
    if 0 < cut < 6:
        parts = [of_values(array[:, :cut], steps[:cut]), of_values(array[:, cut:], steps[cut:])]
        both = merged(parts[0], parts[1])
        assert np.array_equal(both[:, :, 0], expected, equal_nan=True)
        assert np.array_equal(merged(both, parts[1]), both, equal_nan=True)  # a block may come twice

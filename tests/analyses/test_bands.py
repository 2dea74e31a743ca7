"""Bands and thinning on made-up curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasescope.analyses.bands import FEW_SEEDS, band, filled, quantiles, thin, thin_each

NAN = np.nan


def test_few_seeds_from_least_to_greatest() -> None:
    found = band(np.array([[1.0, 5.0], [2.0, 6.0], [9.0, 7.0]]))
    assert (found.median.tolist(), found.low.tolist(), found.high.tolist()) == ([2, 6], [1, 5], [9, 7])
    assert found.edges == "least to greatest"


def test_many_seeds_by_percentiles() -> None:
    values = np.random.default_rng(0).normal(size=(30, 4))
    found = band(values)
    expected = np.quantile(values, [0.1, 0.5, 0.9], axis=0)
    assert [found.low.tolist(), found.median.tolist(), found.high.tolist()] == [pytest.approx(e) for e in expected]
    assert "percentile" in found.edges


def test_undefined_values_do_not_count() -> None:
    found = band(np.array([[1.0, NAN, NAN], [3.0, 4.0, NAN]]))
    assert found.median[:2].tolist() == [2, 4]
    assert np.isnan([found.median[2], found.low[2], found.high[2]]).all()
    assert found.count.tolist() == [2, 1, 0]


def test_no_rows() -> None:
    assert np.isnan(band(np.zeros((0, 3))).median).all()
    assert band(np.zeros((0, 0))).median.shape == (0,)


@given(st.integers(0, 10_000))
def test_quantiles_agree_with_numpy(seed: int) -> None:
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(FEW_SEEDS + 3, 5))
    values[generator.uniform(size=values.shape) < 0.3] = NAN
    values[0] = 0.0
    for share, found in zip((0.1, 0.5, 0.9), quantiles(values, (0.1, 0.5, 0.9)), strict=True):
        assert found.tolist() == pytest.approx(np.nanquantile(values, share, axis=0).tolist())


def test_between_its_own_checkpoints_a_run_is_a_straight_line() -> None:
    steps = np.array([0, 9, 99, 999])  # evenly spaced in log(step + 1)
    found = filled(np.array([[1.0, NAN, 3.0, NAN], [NAN, 2.0, NAN, 4.0], [NAN] * 4]), steps)
    assert found[0, :3].tolist() == pytest.approx([1, 2, 3])
    assert np.isnan(found[0, 3])
    assert np.isnan(found[1, 0])
    assert found[1, 1:].tolist() == pytest.approx([2, 3, 4])
    assert np.isnan(found[2]).all()


def test_short_curves_are_left_alone() -> None:
    assert thin(np.zeros((1, 10)), 10).tolist() == list(range(10))
    assert thin_each(np.zeros((2, 10)), 10).tolist() == [list(range(10))] * 2


@given(st.integers(0, 10_000), st.integers(20, 60))
def test_extremes_and_ends_are_kept(seed: int, most: int) -> None:
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(3, 400)).cumsum(axis=1)
    values[:, generator.integers(1, 399)] += 50  # a spike one checkpoint wide
    together, each = thin(values, most), thin_each(values, most)
    assert len(together) <= most
    assert each.shape[1] <= most
    for row, columns in zip(values, each, strict=True):
        for kept in (row[together], row[columns]):
            assert (kept.min(), kept.max()) == (row.min(), row.max())
            assert (kept[0], kept[-1]) == (row[0], row[-1])
        assert (np.diff(columns) >= 0).all()
    assert (np.diff(together) > 0).all()


def test_thinning_with_undefined_stretches() -> None:
    values = np.full((1, 100), NAN)
    values[0, 40:60] = np.arange(20)
    assert {40, 59} <= set(thin(values, 20).tolist())
    assert {40, 59} <= set(thin_each(values, 20)[0].tolist())

"""Similarity of representations, against another package and against what it must not depend on."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest

from phasescope.analyses.similarity import Estimator, among, check_comparable, similarities
from phasescope.core.arrays import ArrayKind
from phasescope.core.errors import NotComparable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # rsatoolbox brings in packages that warn when they are imported
    from rsatoolbox.data import Dataset
    from rsatoolbox.rdm import calc_rdm, compare

RANDOM = np.random.default_rng(0)
ONE, OTHER = RANDOM.normal(size=(20, 6)), RANDOM.normal(size=(20, 4))
ALIKE = ONE[:, :4] + 0.5 * OTHER


def single(one: np.ndarray, other: np.ndarray, estimator: Estimator) -> float:
    return float(similarities([one], [other], estimator)[0, 0])


def rotation(size: int) -> np.ndarray:
    return np.asarray(np.linalg.qr(RANDOM.normal(size=(size, size)))[0])


def dissimilarities(values: np.ndarray) -> Any:
    return calc_rdm(Dataset(values), method="euclidean")


@pytest.mark.parametrize("other", [OTHER, ALIKE, ONE @ rotation(6)])
def test_biased_cka_and_procrustes_are_those_of_rsatoolbox(other: np.ndarray) -> None:
    pair = dissimilarities(ONE), dissimilarities(other)
    cka = float(compare(*pair, method="cosine_cov")[0, 0])
    bures = float(compare(*pair, method="bures")[0, 0])
    assert single(ONE, other, "biased_cka") == pytest.approx(cka, abs=1e-12)
    assert np.cos(single(ONE, other, "procrustes")) == pytest.approx(bures, abs=1e-6)


def u_statistic(one: np.ndarray, other: np.ndarray) -> float:
    """HSIC without bias, by its definition: a sum over all ordered quadruples of different examples."""
    left, right = one @ one.T, other @ other.T
    total, count = 0.0, 0
    for i, j, q, r in itertools.permutations(range(len(one)), 4):
        total += left[i, j] * (right[i, j] + right[q, r] - 2 * right[i, q])
        count += 1
    return total / count


def test_unbiased_cka_is_a_ratio_of_u_statistics() -> None:
    one, other = ONE[:7], ALIKE[:7]
    expected = u_statistic(one, other) / np.sqrt(u_statistic(one, one) * u_statistic(other, other))
    assert single(one, other, "cka") == pytest.approx(expected, rel=1e-10)


def test_unrelated_representations_are_at_zero_without_bias_however_many_features() -> None:
    pairs = [(RANDOM.normal(size=(32, 256)), RANDOM.normal(size=(32, 256))) for _ in range(200)]
    unbiased = [single(one, other, "cka") for one, other in pairs]
    assert abs(np.mean(unbiased)) < 0.01
    assert np.mean([single(one, other, "biased_cka") for one, other in pairs]) > 0.85


@pytest.mark.parametrize(("estimator", "same"), [("cka", 1.0), ("biased_cka", 1.0), ("procrustes", 0.0)])
def test_rotation_scale_and_translation_do_not_count(estimator: Estimator, same: float) -> None:
    changed = 3.7 * ONE @ rotation(6) + 5.0
    assert single(ONE, changed, estimator) == pytest.approx(same, abs=1e-6)
    assert single(changed, ALIKE, estimator) == pytest.approx(single(ONE, ALIKE, estimator), abs=1e-6)
    assert abs(single(ONE, ALIKE, estimator) - same) > 0.05


def test_the_procrustes_angle_is_a_distance() -> None:
    clouds = [RANDOM.normal(size=(10, 3)) @ np.diag([1, 1, scale]) for scale in range(8)]
    angle = similarities(clouds, clouds, "procrustes")
    np.testing.assert_allclose(angle, angle.T, atol=1e-7)
    for a, b, c in itertools.permutations(range(8), 3):
        assert angle[a, c] <= angle[a, b] + angle[b, c] + 1e-7


@pytest.mark.parametrize("estimator", ["cka", "biased_cka", "procrustes"])
def test_what_cannot_be_compared_is_undefined_and_harms_nothing_else(estimator: Estimator) -> None:
    flat, wild = np.ones((20, 3)), np.where(ONE > 2, np.inf, ONE)
    wild[0, 0] = np.nan
    found = among([ONE, flat, ALIKE, wild], estimator)
    assert np.isnan(found[1]).all()
    assert np.isnan(found[3]).all()
    assert found[0, 2] == pytest.approx(single(ONE, ALIKE, estimator))
    assert found[0, 0] == (0.0 if estimator == "procrustes" else 1.0)


def test_three_examples_are_too_few_without_bias() -> None:
    assert np.isnan(single(ONE[:3], OTHER[:3], "cka"))
    assert np.isfinite(single(ONE[:3], OTHER[:3], "biased_cka"))


def kind(examples: str, count: int) -> ArrayKind:
    about = {"examples": count, "of_examples": 256}
    return ArrayKind.model_validate(
        {"name": "representations.a", "measure": "representations", "version": 1, "dtype": "float16",
         "shape": (count, 2), "examples": examples, "about": about}
    )  # fmt: skip


def test_arrays_on_other_examples_are_refused_with_the_reason() -> None:
    check_comparable(kind("x", 64), kind("x", 64))
    with pytest.raises(NotComparable, match=r"64 of 256 examples, .* on 256 of 256; give both the same"):
        check_comparable(kind("x", 64), kind("y", 256))
    with pytest.raises(NotComparable, match="their probe examples differ"):
        check_comparable(kind("x", 64), kind("y", 64))

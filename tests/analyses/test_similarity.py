"""Similarity of representations, against another package and against what it must not depend on."""

from __future__ import annotations

import itertools
import warnings
from typing import Any, cast

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes, subspace_angles
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr
from sklearn.neighbors import NearestNeighbors

from phasescope.analyses.similarity import WAYS, among, check_comparable, similarities
from phasescope.core.arrays import ArrayKind
from phasescope.core.errors import NotComparable
from phasescope.core.estimators import Estimator

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # rsatoolbox brings in packages that warn when they are imported
    from rsatoolbox.data import Dataset
    from rsatoolbox.rdm import RDMs, calc_rdm, compare

RANDOM = np.random.default_rng(0)
ONE, OTHER = RANDOM.normal(size=(20, 6)), RANDOM.normal(size=(20, 4))
ALIKE = ONE[:, :4] + 0.5 * OTHER
MANY = RANDOM.normal(size=(200, 4))  # examples enough for canonical correlations
MANY_ALIKE = MANY[:, :3] @ RANDOM.normal(size=(3, 3)) + 0.7 * RANDOM.normal(size=(200, 3))
every_estimator = pytest.mark.parametrize("estimator", WAYS)


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


def test_canonical_correlations_are_cosines_of_the_angles_between_subspaces() -> None:
    moved = [values - values.mean(0) for values in (MANY, MANY_ALIKE)]
    expected = (np.cos(subspace_angles(*moved)) ** 2).mean()
    assert single(MANY, MANY_ALIKE, "canonical_correlation") == pytest.approx(expected, rel=1e-10)
    wide = np.concatenate([MANY, 1e-3 * RANDOM.normal(size=(200, 6))], axis=1)  # less than 1 % of the variance
    assert single(wide, MANY_ALIKE, "canonical_correlation") == pytest.approx(expected, abs=1e-3)


def one_sided(x: np.ndarray, y: np.ndarray) -> float:
    """Σ α_i ρ_i / Σ α_i with loops; x and y have orthonormal whitened copies by Cholesky factors, not by an SVD."""
    x, y = x - x.mean(0), y - y.mean(0)
    white = [values @ np.linalg.inv(np.linalg.cholesky(values.T @ values)).T for values in (x, y)]
    values, vectors = np.linalg.eigh((white[0].T @ white[1]) @ (white[0].T @ white[1]).T)
    count = min(x.shape[1], y.shape[1])
    total, weights = 0.0, 0.0
    for square, vector in zip(values[::-1][:count], vectors.T[::-1][:count], strict=True):
        variate = white[0] @ vector
        alpha = sum(abs(variate @ x[:, unit]) for unit in range(x.shape[1]))
        total, weights = total + alpha * np.sqrt(max(square, 0.0)), weights + alpha
    return total / weights


def test_pwcca_is_the_mean_of_its_two_sides() -> None:
    expected = (one_sided(MANY, MANY_ALIKE) + one_sided(MANY_ALIKE, MANY)) / 2
    assert single(MANY, MANY_ALIKE, "projection_weighted_correlation") == pytest.approx(expected, rel=1e-8)
    other_way = single(MANY_ALIKE, MANY, "projection_weighted_correlation")
    assert other_way == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("estimator", ["canonical_correlation", "projection_weighted_correlation"])
def test_canonical_correlations_need_examples(estimator: Estimator) -> None:
    assert np.isnan(single(MANY[:79], MANY_ALIKE[:79], estimator))  # four directions, fewer than 20 examples for each
    assert np.isfinite(single(MANY[:80], MANY_ALIKE[:80], estimator))


@pytest.mark.parametrize("other", [ALIKE, ONE @ rotation(6)])
def test_the_procrustes_distance_is_what_the_best_rotation_leaves(other: np.ndarray) -> None:
    x, y = ONE - ONE.mean(0), other - other.mean(0)
    y = np.pad(y, ((0, 0), (0, x.shape[1] - y.shape[1])))
    turn, _ = orthogonal_procrustes(x, y)
    expected = np.sqrt(((x @ turn - y) ** 2).sum(1).mean())
    assert single(ONE, other, "orthogonal_procrustes") == pytest.approx(expected, abs=1e-6)
    assert single(2 * ONE, 2 * other, "orthogonal_procrustes") == pytest.approx(2 * expected, abs=1e-6)


def test_rsa_is_that_of_rsatoolbox_and_of_scipy() -> None:
    one, other = (cast(RDMs, calc_rdm(Dataset(values), method="correlation")) for values in (ONE, ALIKE))
    found = single(ONE, ALIKE, "dissimilarity_correlation")
    assert found == pytest.approx(float(compare(one, other, method="spearman")[0, 0]), abs=1e-9)
    assert found == pytest.approx(spearmanr(pdist(ONE, "correlation"), pdist(ALIKE, "correlation"))[0], abs=1e-9)
    two = ONE[:, :2]  # with two features every correlation is 1 or -1: nearly all pairs are tied
    assert single(two, ALIKE, "dissimilarity_correlation") == pytest.approx(
        spearmanr(pdist(two, "correlation").round(9), pdist(ALIKE, "correlation"))[0], abs=1e-9
    )


def test_neighbours_are_those_of_scikit_learn() -> None:
    sets = []
    for values in (ONE, ALIKE):
        nearest = NearestNeighbors(n_neighbors=10).fit(values).kneighbors(return_distance=False)
        sets.append([set(row) for row in nearest.tolist()])
    expected = np.mean([len(a & b) / 10 for a, b in zip(*sets, strict=True)])
    assert 0.5 < expected < 1
    assert single(ONE, ALIKE, "neighbour_overlap") == pytest.approx(expected)
    doubled = np.repeat(ONE[:10], 2, axis=0)  # each example twice: equally near ones, in their order
    assert single(doubled, doubled, "neighbour_overlap") == pytest.approx(1)


TURNED = ("orthogonal_procrustes", "dissimilarity_correlation", "projection_weighted_correlation")
INVARIANT = [name for name in WAYS if name not in TURNED]


@pytest.mark.parametrize("estimator", INVARIANT)
def test_rotation_scale_and_translation_do_not_count(estimator: Estimator) -> None:
    one, alike = (MANY, MANY_ALIKE) if "correlation" in estimator else (ONE, ALIKE)
    changed = 3.7 * one @ rotation(one.shape[1]) + 5.0
    assert single(one, changed, estimator) == pytest.approx(WAYS[estimator].same, abs=1e-6)
    assert single(changed, alike, estimator) == pytest.approx(single(one, alike, estimator), abs=1e-6)
    assert abs(single(one, alike, estimator) - WAYS[estimator].same) > 0.05


def test_a_rotation_does_not_count_for_the_procrustes_distance_but_size_does() -> None:
    assert single(ONE, ONE @ rotation(6) + 5.0, "orthogonal_procrustes") == pytest.approx(0, abs=1e-6)
    size = np.sqrt(((ONE - ONE.mean(0)) ** 2).sum(1).mean())
    assert single(ONE, 3 * ONE, "orthogonal_procrustes") == pytest.approx(2 * size)


def test_order_and_shift_of_features_do_not_count_for_rsa_but_rotation_does() -> None:
    changed = 3.7 * ONE[:, RANDOM.permutation(6)] + 5.0
    assert single(ONE, changed, "dissimilarity_correlation") == pytest.approx(1)
    assert single(ONE, ONE @ rotation(6), "dissimilarity_correlation") < 0.95


@every_estimator
def test_several_at_once_are_those_one_by_one_and_their_order_does_not_matter(estimator: Estimator) -> None:
    clouds = [RANDOM.normal(size=(80, 3)) @ np.diag([1, 1, scale]) for scale in range(1, 5)]
    whole = similarities(clouds[:3], clouds[1:], estimator)
    apart = [[single(one, other, estimator) for other in clouds[1:]] for one in clouds[:3]]
    np.testing.assert_allclose(whole, apart, atol=1e-9)
    square = similarities(clouds, clouds, estimator)
    np.testing.assert_allclose(square, square.T, atol=1e-7)
    order = RANDOM.permutation(80)  # of the examples
    mixed = single(clouds[0][order], clouds[1][order], estimator)
    assert mixed == pytest.approx(single(clouds[0], clouds[1], estimator), abs=1e-9)


def test_the_procrustes_angle_is_a_distance() -> None:
    clouds = [RANDOM.normal(size=(10, 3)) @ np.diag([1, 1, scale]) for scale in range(8)]
    angle = similarities(clouds, clouds, "procrustes")
    np.testing.assert_allclose(angle, angle.T, atol=1e-7)
    for a, b, c in itertools.permutations(range(8), 3):
        assert angle[a, c] <= angle[a, b] + angle[b, c] + 1e-7


@every_estimator
def test_what_cannot_be_compared_is_undefined_and_harms_nothing_else(estimator: Estimator) -> None:
    one, alike = (MANY, MANY_ALIKE) if "correlation" in estimator else (ONE, ALIKE)
    flat, wild = np.ones((len(one), 3)), np.where(one > 2, np.inf, one)
    wild[0, 0] = np.nan
    found = among([one, flat, alike, wild], estimator)
    assert np.isnan(found[1]).all()
    assert np.isnan(found[3]).all()
    assert found[0, 2] == pytest.approx(single(one, alike, estimator))
    assert found[0, 0] == WAYS[estimator].same


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

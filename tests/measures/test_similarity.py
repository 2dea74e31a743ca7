"""Similarity of representations: rsatoolbox, scipy, and the invariances that name each measure."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr

from phasescope.measures.biased_drift import biased_cka
from phasescope.measures.canonical_correlation import mean_square_correlation
from phasescope.measures.dissimilarity_correlation import dissimilarity_ranks
from phasescope.measures.geometry import centred, directions, unit_gram
from phasescope.measures.layer_drift import LAYER_DRIFT
from phasescope.measures.neighbour_overlap import neighbourhoods, overlap
from phasescope.measures.procrustes import angle
from phasescope.measures.projection_weighted_correlation import weighted
from phasescope.measures.representation_alignment import gram_cosine

from .checkpoints import trained

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # rsatoolbox brings in packages that warn when they are imported
    from rsatoolbox.rdm.compare import compare
    from rsatoolbox.rdm.rdms import RDMs


def pair(examples: int = 24, one: int = 6, other: int = 9, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = np.random.default_rng(seed)
    first = generator.normal(size=(1, examples, one))
    mixed = first @ generator.normal(size=(one, other)) + generator.normal(size=(1, examples, other))
    return torch.from_numpy(first), torch.from_numpy(mixed)


def rotation(width: int) -> torch.Tensor:
    turned: torch.Tensor = torch.linalg.qr(torch.from_numpy(np.random.default_rng(9).normal(size=(width, width))))[0]
    return turned


def squared_distances(values: torch.Tensor) -> RDMs:
    return RDMs(pdist(values[0].numpy(), "sqeuclidean")[None])


def test_biased_cka_and_procrustes_equal_rsatoolbox() -> None:
    one, other = pair()
    cka = compare(squared_distances(one), squared_distances(other), "cosine_cov").item()
    assert biased_cka(one, other).item() == pytest.approx(cka, abs=1e-9)
    bures = compare(squared_distances(one), squared_distances(other), "bures").item()
    assert angle(one, other).item() == pytest.approx(np.arccos(bures), abs=1e-5)


@pytest.mark.parametrize("widths", [(3, 5), (40, 50), (6, 60)])
def test_procrustes_with_a_nuclear_norm_by_numpy(widths: tuple[int, int]) -> None:
    one, other = pair(20, *widths)
    x, y = (v[0].numpy() - v[0].numpy().mean(0) for v in (one, other))
    nuclear = np.linalg.svd(x.T @ y, compute_uv=False).sum()
    expected = np.arccos(nuclear / np.linalg.norm(x) / np.linalg.norm(y))
    assert angle(one, other).item() == pytest.approx(expected, abs=1e-9)
    assert angle(other, one).item() == pytest.approx(expected, abs=1e-9)


def test_procrustes_does_not_see_rotation_translation_and_scale() -> None:
    one, other = pair()
    assert angle(one, 5 * one @ rotation(6) + 2).item() == pytest.approx(0, abs=1e-6)
    assert angle(one, 5 * other @ rotation(9) + 2).item() == pytest.approx(angle(one, other).item(), abs=1e-9)


def test_procrustes_keeps_the_triangle_inequality() -> None:
    clouds = torch.from_numpy(np.random.default_rng(4).normal(size=(3, 60, 12, 4)))
    ab, bc, ac = (angle(clouds[i], clouds[j]) for i, j in ((0, 1), (1, 2), (0, 2)))
    assert (ac <= ab + bc + 1e-12).all()


def test_similarity_with_no_variance_is_undefined() -> None:
    one, _ = pair()
    flat = torch.ones_like(one)
    for found in (angle(one, flat), biased_cka(one, flat), overlap(neighbourhoods(one), neighbourhoods(flat))):
        assert torch.isnan(found).all()


def canonical(one: torch.Tensor, other: torch.Tensor) -> float:
    return mean_square_correlation(directions(one), directions(other)).item()


def test_canonical_correlation_by_numpy() -> None:
    one, other = pair(200, 3, 5)
    bases = []
    for values in (one, other):
        points = values[0].numpy() - values[0].numpy().mean(0)
        basis, sizes, _ = np.linalg.svd(points, full_matrices=False)
        kept = int((np.cumsum(sizes**2) / (sizes**2).sum() < 0.99).sum()) + 1
        bases.append(basis[:, :kept])
    rho = np.linalg.svd(bases[0].T @ bases[1], compute_uv=False)
    assert canonical(one, other) == pytest.approx((rho**2).mean(), abs=1e-9)


def test_canonical_correlation_does_not_see_linear_maps_and_needs_examples() -> None:
    one, _ = pair(100, 4, 4)
    map_ = torch.from_numpy(np.random.default_rng(2).normal(size=(4, 4))) + 3 * torch.eye(4)
    assert canonical(one, one @ map_ + 1) == pytest.approx(1, abs=1e-9)
    assert np.isnan(canonical(one[:, :79], one[:, :79]))
    assert canonical(one[:, :80], one[:, :80]) == pytest.approx(1)


def test_drift_between_layers_is_of_each_and_the_one_before() -> None:
    checkpoint = trained("mlp")
    activations = checkpoint.activations()
    found = LAYER_DRIFT.measure(checkpoint)
    assert set(found) == {f"layer_drift.{name}" for name in list(activations)[1:]}
    expected = 1 - (unit_gram(activations["hidden_1"]) * unit_gram(activations["hidden_2"])).sum((1, 2))
    np.testing.assert_allclose(found["layer_drift.hidden_2"], expected)


def correlation(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((dissimilarity_ranks(one) * dissimilarity_ranks(other)).sum())


def test_dissimilarity_correlation_equals_scipy_also_with_ties() -> None:
    one, other = pair()
    one = torch.cat([one, one[:, :5]], 1)  # repeated inputs: tied dissimilarities
    other = torch.cat([other, other[:, :5]], 1)
    first, second = (pdist(values[0].numpy(), "correlation").round(10) for values in (one, other))
    assert correlation(one, other) == pytest.approx(float(spearmanr(first, second).statistic), abs=1e-12)


def test_dissimilarity_correlation_sees_rotation_but_not_scale_shift_and_order() -> None:
    one, _ = pair()
    assert correlation(one, 3 * one[:, :, torch.tensor([3, 1, 0, 2, 5, 4])] + 1) == pytest.approx(1)
    assert correlation(one, one @ rotation(6)) < 0.99
    assert np.isnan(correlation(one, torch.ones_like(one)))


def test_overlap_of_neighbours_by_sets() -> None:
    one, other = pair(40)
    kept = []
    for values in (one, other):
        far = np.linalg.norm(values[0, :, None].numpy() - values[0, None].numpy(), axis=2)
        np.fill_diagonal(far, np.inf)
        kept.append([set(row.argsort()[:10]) for row in far])
    expected = np.mean([len(a & b) / 10 for a, b in zip(*kept, strict=True)])
    assert overlap(neighbourhoods(one), neighbourhoods(other)).item() == pytest.approx(expected, abs=1e-12)
    assert overlap(neighbourhoods(one), neighbourhoods(7 * one @ rotation(6) - 1)).item() == 1


def test_unrelated_clouds_share_neighbours_by_chance_alone() -> None:
    generator = np.random.default_rng(0)
    clouds = torch.from_numpy(generator.normal(size=(2, 40, 50, 8)))
    found = overlap(neighbourhoods(clouds[0]), neighbourhoods(clouds[1]))
    assert float(found.mean()) == pytest.approx(10 / 49, abs=0.02)


def by_hand(x: np.ndarray, y: np.ndarray) -> float:
    """PWCCA by eigenvectors of the covariances, with the weights of x."""
    x, y = x - x.mean(0), y - y.mean(0)

    def whitening(values: np.ndarray) -> np.ndarray:
        sizes, vectors = np.linalg.eigh(values.T @ values)
        whitened: np.ndarray = vectors / np.sqrt(sizes) @ vectors.T
        return whitened

    u, rho, _ = np.linalg.svd(whitening(x) @ x.T @ y @ whitening(y))
    variates = x @ whitening(x) @ u[:, : len(rho)]
    weights = np.abs(variates.T @ x).sum(1)
    return float((weights * rho).sum() / weights.sum())


def test_projection_weighted_correlation_by_eigenvectors_and_its_asymmetry() -> None:
    one, other = pair(400, 6, 9)
    one, other = one * torch.tensor([3.0, 2, 2, 1, 1, 1]), other[:, :, :6]
    found = weighted(one, directions(one), directions(other)).item()
    assert directions(one).square().sum().item() == pytest.approx(6)  # nothing is cut off here
    assert found == pytest.approx(by_hand(one[0].numpy(), other[0].numpy()), rel=1e-9)
    back = weighted(other, directions(other), directions(one)).item()
    assert back == pytest.approx(by_hand(other[0].numpy(), one[0].numpy()), rel=1e-9)
    assert abs(found - back) > 1e-3


def test_projection_weighted_correlation_of_a_turned_copy_is_one_and_undefined_with_few_examples() -> None:
    one, _ = pair(200)
    turned = 3 * one @ rotation(6) + 1
    assert weighted(one, directions(one), directions(turned)).item() == pytest.approx(1)
    few, other = pair(30)
    assert torch.isnan(weighted(few, directions(few), directions(other))).all()
    flat = torch.ones_like(one)
    assert torch.isnan(weighted(flat, directions(flat), directions(one))).all()


def test_gram_cosine_by_numpy_and_what_it_sees() -> None:
    one, other = pair()
    first, second = (values[0].numpy() @ values[0].numpy().T for values in (one, other))
    expected = (first * second).sum() / np.linalg.norm(first) / np.linalg.norm(second)
    assert gram_cosine(one, other).item() == pytest.approx(expected, rel=1e-12)
    assert gram_cosine(one, 5 * one @ rotation(6)).item() == pytest.approx(1)
    assert gram_cosine(one, one + 2).item() < 0.9  # a common mean counts
    assert gram_cosine(centred(one), centred(other)).item() == pytest.approx(biased_cka(one, other).item())
    assert torch.isnan(gram_cosine(one, 0 * one)).all()

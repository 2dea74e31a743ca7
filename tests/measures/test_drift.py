"""Drift: against the U-statistic written out, against rsatoolbox, and its invariances."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import torch

from phasescope.measures.geometry import unit_gram


def similarity(x: torch.Tensor, y: torch.Tensor) -> float:
    return float((unit_gram(x[None]) * unit_gram(y[None])).sum())


def hsic_by_definition(x: np.ndarray, y: np.ndarray) -> float:
    """Unbiased HSIC as a U-statistic over all ordered quadruples (Song et al. 2012, theorem 2's kernel)."""
    first, second = x @ x.T, y @ y.T
    total = 0.0
    quadruples = list(permutations(range(len(x)), 4))
    for i, j, q, r in quadruples:
        total += first[i, j] * (second[i, j] + second[q, r] - 2 * second[i, q])
    return total / len(quadruples)


def test_equals_the_u_statistic_written_out() -> None:
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(7, 3)), generator.normal(size=(7, 5))
    expected = hsic_by_definition(x, y) / np.sqrt(hsic_by_definition(x, x) * hsic_by_definition(y, y))
    assert similarity(torch.from_numpy(x), torch.from_numpy(y)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_unchanged_by_rotation_translation_and_scale(scale: float) -> None:
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(40, 6, dtype=torch.float64, generator=generator)
    y = x.square() + torch.randn(40, 6, dtype=torch.float64, generator=generator)
    rotation, _ = torch.linalg.qr(torch.randn(6, 6, dtype=torch.float64, generator=generator))
    assert similarity(x, scale * x @ rotation + 3) == pytest.approx(1, abs=1e-9)
    assert similarity(x, scale * y @ rotation - 5) == pytest.approx(similarity(x, y), abs=1e-9)
    assert similarity(x, y) < 0.9


def test_unrelated_representations_have_none_on_average_even_with_more_features_than_examples() -> None:
    generator = torch.Generator().manual_seed(2)
    pairs = torch.randn(60, 2, 32, 128, dtype=torch.float64, generator=generator)
    values = [similarity(x, y) for x, y in pairs]
    assert abs(float(np.mean(values))) < 4 * float(np.std(values)) / np.sqrt(len(values))


def test_no_variance_is_undefined_and_not_zero() -> None:
    assert torch.isnan(unit_gram(torch.ones(1, 8, 3))).all()

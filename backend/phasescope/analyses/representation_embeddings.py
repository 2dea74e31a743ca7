"""Representations as vectors whose inner product says how alike they are, one function for each estimator.

Each takes the activations (n, d) of n examples and gives n² numbers (or n(n−1)/2), so that any number of checkpoints
is compared by one matrix product. NaN throughout where the representation leaves the estimator undefined.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

Floats = NDArray[np.float64]
FEWEST = 4  # examples, for the unbiased estimator
NEGLIGIBLE = 1e-12  # of the squared size of the points: what varies less is rounding
KEPT = 0.99  # of the variance, where canonical correlations are taken
EXAMPLES_PER_DIRECTION = 20
NEIGHBOURS = 10
TIED = 1e9  # distances and dissimilarities that agree to nine digits are equal: rounding must not rank them


def centred(values: NDArray[Any]) -> Floats:
    """(n, d) in float64 without the mean over examples; NaN throughout when nothing varies or a value is not finite."""
    exact = np.asarray(values, dtype=np.float64)
    if not np.isfinite(exact).all():
        return np.full(exact.shape, np.nan)
    moved = exact - exact.mean(axis=0)
    varies = (moved**2).sum() > NEGLIGIBLE**2 * (exact**2).sum()
    return moved if varies else np.full(exact.shape, np.nan)


def biased_gram(values: NDArray[Any]) -> Floats:
    """Centred Gram matrix of length 1; the inner product of two is biased linear CKA."""
    moved = centred(values)
    gram = moved @ moved.T
    return np.asarray(gram / np.linalg.norm(gram)).ravel()


def unbiased_gram(values: NDArray[Any]) -> Floats:
    """U-centred Gram matrix of length 1; the inner product of two is linear CKA with unbiased HSIC."""
    moved = centred(values)
    n = len(moved)
    if n < FEWEST:
        return np.full(n * n, np.nan)
    gram = moved @ moved.T
    variance = float(np.trace(gram))
    np.fill_diagonal(gram, 0.0)
    rows = gram.sum(axis=1) / (n - 2)
    gram = gram - rows[:, None] - rows[None, :] + gram.sum() / ((n - 1) * (n - 2))
    np.fill_diagonal(gram, 0.0)
    length = float(np.linalg.norm(gram))
    return gram.ravel() / length if length > NEGLIGIBLE * variance else np.full(n * n, np.nan)


def directions(values: NDArray[Any]) -> Floats:
    """(n, k) principal directions of length 1 that hold 99 % of the variance; (n, 0) where that is undefined.

    It is with fewer than 20 examples per direction: unrelated representations would look alike.
    """
    moved = centred(values)
    nothing = np.zeros((len(moved), 0))
    if not np.isfinite(moved).all():
        return nothing
    found, sizes, _ = np.linalg.svd(moved, full_matrices=False)
    variance = sizes**2
    kept = variance.cumsum() - variance < KEPT * variance.sum() * (1 - 1e-12)
    return np.asarray(found[:, kept]) if EXAMPLES_PER_DIRECTION * kept.sum() <= len(moved) else nothing


def projector(values: NDArray[Any]) -> Floats:
    """UUᵀ of the principal directions; the inner product of two is Σρ² over their canonical correlations ρ."""
    some = directions(values)
    return (some @ some.T).ravel() if some.shape[1] else np.full(len(some) ** 2, np.nan)


def dissimilarity_ranks(values: NDArray[Any]) -> Floats:
    """Ranks of 1 − Pearson's correlation between examples, centred and of length 1; the product is Spearman's."""
    exact = np.asarray(values, dtype=np.float64)
    pairs = np.triu_indices(len(exact), 1)
    undefined = np.full(len(pairs[0]), np.nan)
    if not np.isfinite(exact).all():
        return undefined
    features = exact - exact.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    if (lengths <= NEGLIGIBLE * np.linalg.norm(exact, axis=1, keepdims=True)).any():
        return undefined  # all features of an example are equal: it correlates with nothing
    units = features / lengths
    far = ((1 - units @ units.T)[pairs] * TIED).round()
    _, place, count = np.unique(far, return_inverse=True, return_counts=True)
    ranks = (count.cumsum() - (count - 1) / 2)[place]  # equal ones share the mean of their ranks
    away = ranks - ranks.mean()
    length = float(np.linalg.norm(away))
    return np.asarray(away / length) if length > 0 else undefined


def neighbourhoods(values: NDArray[Any]) -> Floats:
    """Which are the nearest others of each example; the inner product of two is the share they have in common."""
    moved = centred(values)
    n = len(moved)
    count = min(NEIGHBOURS, n - 1)
    if not np.isfinite(moved).all() or count < 1:
        return np.full(n * n, np.nan)
    far = cdist(moved, moved)
    rounded = (far / np.sqrt((far**2).mean()) * TIED).round()
    np.fill_diagonal(rounded, np.inf)
    nearest = np.argsort(rounded, axis=1, kind="stable")[:, :count]
    found = np.zeros((n, n))
    np.put_along_axis(found, nearest, 1.0, axis=1)
    return np.asarray(found.ravel() / np.sqrt(n * count))

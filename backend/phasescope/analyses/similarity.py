"""How alike representations are: checkpoints of a run, its layers, or the layers of two runs, also of two experiments.

Representations are arrays (examples, features) on the same examples in the same order; features may differ in number.
Linear CKA is the cosine between centred Gram matrices. With the unbiased estimator of HSIC it is 0 in expectation for
unrelated representations, however many features there are, and may be negative; the biased one is larger the fewer
examples there are. The Procrustes angle is a distance: 0 for representations that differ by a rotation and a scale,
π/2 at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.core.arrays import ArrayKind
from phasescope.core.errors import NotComparable

Floats = NDArray[np.float64]
Estimator = Literal["cka", "biased_cka", "procrustes"]
FEWEST = 4  # examples, for the unbiased estimator
NEGLIGIBLE = 1e-12  # of the squared size of the points: what varies less is rounding

SIMILARITY = Analysis(
    name="similarity",
    title="Similarity of representations",
    description="Linear CKA (unbiased, or biased as option) or the Procrustes angle between kept representations: of "
    "checkpoints, layers, or runs on the same examples.",
    source="Kornblith et al. 2019, arXiv:1905.00414; Song et al. 2012, JMLR 13, equation 5; Williams et al. 2021, "
    "arXiv:2110.14739",
)


def similarities(ones: Sequence[NDArray[Any]], others: Sequence[NDArray[Any]], estimator: Estimator = "cka") -> Floats:
    """(len(ones), len(others)) of each with each; NaN where one has no variance, or too few examples."""
    if estimator == "procrustes":
        return _angles([centred(one) for one in ones], [centred(other) for other in others])
    gram = unbiased_gram if estimator == "cka" else biased_gram
    left, right = (np.stack([gram(values) for values in some]) for some in (ones, others))
    return np.asarray(left.reshape(len(left), -1) @ right.reshape(len(right), -1).T)


def among(values: Sequence[NDArray[Any]], estimator: Estimator = "cka") -> Floats:
    """(M, M) similarities of each with each other; exact on the diagonal."""
    found = similarities(values, values, estimator)
    found = (found + found.T) / 2
    same = np.diag_indices(len(found))
    found[same] = np.where(np.isfinite(found[same]), 0.0 if estimator == "procrustes" else 1.0, np.nan)
    return found


def check_comparable(one: ArrayKind, other: ArrayKind) -> None:
    """Raises NotComparable, with the reason, when the arrays are not on the same examples in the same order."""
    if one.examples == other.examples:
        return
    told = [
        f"{kind.about.get('examples', kind.shape[0])} of {kind.about.get('of_examples', '?')}" for kind in (one, other)
    ]
    if told[0] != told[1]:
        reason = f"one was kept on {told[0]} examples, the other on {told[1]}; give both the same `examples`"
    else:
        reason = "their probe examples differ; only runs of the same task settings share them"
    raise NotComparable(f"{one.name} and {other.name} cannot be compared: {reason}.")


def centred(values: NDArray[Any]) -> Floats:
    """(n, d) in float64 without the mean over examples; NaN throughout when nothing varies or a value is not finite."""
    exact = np.asarray(values, dtype=np.float64)
    if not np.isfinite(exact).all():
        return np.full(exact.shape, np.nan)
    moved = exact - exact.mean(axis=0)
    varies = (moved**2).sum() > NEGLIGIBLE**2 * (exact**2).sum()
    return moved if varies else np.full(exact.shape, np.nan)


def biased_gram(values: NDArray[Any]) -> Floats:
    """(n, n) centred Gram matrix of length 1; the inner product of two is biased linear CKA."""
    moved = centred(values)
    gram = moved @ moved.T
    return np.asarray(gram / np.linalg.norm(gram))


def unbiased_gram(values: NDArray[Any]) -> Floats:
    """(n, n) U-centred Gram matrix of length 1; the inner product of two is linear CKA with unbiased HSIC."""
    moved = centred(values)
    n = len(moved)
    if n < FEWEST:
        return np.full((n, n), np.nan)
    gram = moved @ moved.T
    variance = float(np.trace(gram))
    np.fill_diagonal(gram, 0.0)
    rows = gram.sum(axis=1) / (n - 2)
    gram = gram - rows[:, None] - rows[None, :] + gram.sum() / ((n - 1) * (n - 2))
    np.fill_diagonal(gram, 0.0)
    length = float(np.linalg.norm(gram))
    return gram / length if length > NEGLIGIBLE * variance else np.full((n, n), np.nan)


def _angles(ones: Sequence[Floats], others: Sequence[Floats]) -> Floats:
    """arccos of the nuclear norm of XᵀY over the norms of X and Y."""
    found = np.full((len(ones), len(others)), np.nan)
    for row, one in enumerate(ones):
        for column, other in enumerate(others):
            if np.isfinite(one).all() and np.isfinite(other).all():
                cosine = np.linalg.svd(one.T @ other, compute_uv=False).sum()
                found[row, column] = cosine / (np.linalg.norm(one) * np.linalg.norm(other))
    return np.asarray(np.arccos(np.clip(found, -1.0, 1.0)))

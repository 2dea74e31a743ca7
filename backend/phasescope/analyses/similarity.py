"""How alike representations are: checkpoints of a run, its layers, or the layers of two runs, also of two experiments.

Representations are arrays (examples, features) on the same examples in the same order; features may differ in number.
What each estimator is stands in `WAYS`. Linear CKA is the cosine between centred Gram matrices: with the unbiased
estimator of HSIC it is 0 in expectation for unrelated representations, however many features there are, and may be
negative; the biased one is larger the fewer examples there are. Canonical correlations are taken of the principal
directions that hold 99 % of the variance, and are undefined with fewer than 20 examples for each of these. Weighting by
projection depends on the side; here it is the mean of both, so that the order of two runs does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.representation_embeddings import (
    biased_gram,
    centred,
    directions,
    dissimilarity_ranks,
    neighbourhoods,
    projector,
    unbiased_gram,
)
from phasescope.core.arrays import ArrayKind
from phasescope.core.errors import NotComparable
from phasescope.core.estimators import Estimator

Floats = NDArray[np.float64]
Pair = Callable[[Floats, Floats], float]

SIMILARITY = Analysis(
    name="similarity",
    title="Similarity of representations",
    description="Linear CKA (unbiased or biased), canonical correlations (SVCCA, PWCCA as the mean of both "
    "sides), Procrustes distances, RSA or "
    "nearest-neighbour overlap between kept representations: of checkpoints, layers, or runs on the same examples.",
    source="Kornblith et al. 2019, arXiv:1905.00414; Song et al. 2012, JMLR 13, equation 5; Williams et al. 2021, "
    "arXiv:2110.14739; Raghu et al. 2017, arXiv:1706.05806; Morcos et al. 2018, arXiv:1806.05759; Kriegeskorte et al. "
    "2008, Frontiers in Systems Neuroscience 2:4; Huh et al. 2024, arXiv:2405.07987",
)


@dataclass(frozen=True)
class Way:
    """An estimator: what figures call it, of the same representation twice, its greatest value, and why it is not."""

    label: str
    same: float
    most: float | None
    undefined: str

    @property
    def distance(self) -> bool:
        """Whether small values say alike."""
        return self.same == 0


ALIKE_ALL = "no variance over the examples"
FEW = "fewer than 20 examples per direction, or no variance"
WAYS: dict[Estimator, Way] = {
    "cka": Way("CKA", 1.0, 1.0, f"fewer than 4 examples, or {ALIKE_ALL}"),
    "biased_cka": Way("biased CKA", 1.0, 1.0, ALIKE_ALL),
    "canonical_correlation": Way("SVCCA, mean ρ²", 1.0, 1.0, FEW),
    "projection_weighted_correlation": Way("PWCCA, mean of both sides", 1.0, 1.0, FEW),
    "procrustes": Way("Procrustes angle", 0.0, float(np.pi / 2), ALIKE_ALL),
    "orthogonal_procrustes": Way("Procrustes distance", 0.0, None, ALIKE_ALL),
    "dissimilarity_correlation": Way("RSA, Spearman", 1.0, 1.0, "all features equal on some example"),
    "neighbour_overlap": Way("neighbours in common", 1.0, 1.0, ALIKE_ALL),
}

EMBEDDINGS: dict[Estimator, Callable[[NDArray[Any]], Floats]] = {
    "cka": unbiased_gram,
    "biased_cka": biased_gram,
    "canonical_correlation": projector,
    "dissimilarity_correlation": dissimilarity_ranks,
    "neighbour_overlap": neighbourhoods,
}


def similarities(ones: Sequence[NDArray[Any]], others: Sequence[NDArray[Any]], estimator: Estimator = "cka") -> Floats:
    """(len(ones), len(others)) of each with each; NaN where the estimator is undefined."""
    if estimator == "projection_weighted_correlation":
        return _projection_weighted(ones, others)
    if estimator not in EMBEDDINGS:
        pair = angle if estimator == "procrustes" else best_distance
        left, right = ([centred(values) for values in some] for some in (ones, others))
        return np.array([[pair(one, other) for other in right] for one in left]).reshape(len(left), len(right))
    embedding = EMBEDDINGS[estimator]
    first = np.stack([embedding(values) for values in ones])
    second = first if others is ones else np.stack([embedding(values) for values in others])
    found = first @ second.T
    if estimator != "canonical_correlation":
        return np.asarray(found)
    sizes = [np.round([_trace(row) for row in some]) for some in (first, second)]
    return np.asarray(found / np.minimum.outer(*sizes))


def among(values: Sequence[NDArray[Any]], estimator: Estimator = "cka") -> Floats:
    """(M, M) similarities of each with each other; exact on the diagonal."""
    found = similarities(values, values, estimator)
    found = (found + found.T) / 2
    same = np.diag_indices(len(found))
    found[same] = np.where(np.isfinite(found[same]), WAYS[estimator].same, np.nan)
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


def angle(one: Floats, other: Floats) -> float:
    """arccos of the nuclear norm of XᵀY over the norms of X and Y: what is left after the best rotation and scale."""
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return float("nan")
    cosine = _nuclear(one, other) / (np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.arccos(np.clip(cosine, -1.0, 1.0)))


def best_distance(one: Floats, other: Floats) -> float:
    """√(‖X‖² + ‖Y‖² − 2‖XᵀY‖_*) / √n, root mean square over examples after the best rotation; size counts."""
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return float("nan")
    square = (one**2).sum() + (other**2).sum() - 2 * _nuclear(one, other)
    return float(np.sqrt(max(square, 0.0) / len(one)))


def _nuclear(one: Floats, other: Floats) -> float:
    return float(np.linalg.svd(one.T @ other, compute_uv=False).sum())


def _trace(flat: Floats) -> float:
    size = round(len(flat) ** 0.5)
    return float(np.trace(flat.reshape(size, size)))


def _projection_weighted(ones: Sequence[NDArray[Any]], others: Sequence[NDArray[Any]]) -> Floats:
    """Σ α_i ρ_i / Σ α_i, α_i = Σ_j |⟨h_i, x_j⟩| with the canonical variates h_i of X; the mean of that and Y's."""
    left, right = ([(centred(values), directions(values)) for values in some] for some in (ones, others))
    found = np.full((len(left), len(right)), np.nan)
    for row, (x, u) in enumerate(left):
        for column, (y, v) in enumerate(right):
            if u.shape[1] and v.shape[1]:
                turn, correlations, back = np.linalg.svd(u.T @ v, full_matrices=False)
                sides = ((u @ turn, x), (v @ back.T, y))
                weights = [np.abs(variates.T @ points).sum(axis=1) for variates, points in sides]
                known = np.minimum(correlations, 1.0)
                found[row, column] = np.mean([(weight * known).sum() / weight.sum() for weight in weights])
    return found

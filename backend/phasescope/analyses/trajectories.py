"""Training paths of many runs on one map: distances between networks by what they predict, or by their measures.

Predicted probabilities are compared by the Bhattacharyya distance −⟨ln Σ √(p q)⟩ or the symmetric Kullback-Leibler
divergence, averaged over examples; outputs that are no probabilities by their mean squared difference. The map is
classical scaling of these distances that keeps eigenvalues of either sign (InPCA, isKL): along a negative one distances
are subtracted, as times are in relativity. With all coordinates the distances are exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis

Floats = NDArray[np.float64]
Distance = Literal["bhattacharyya", "symmetric_kl", "squared"]
LARGEST = 100.0  # of a Bhattacharyya distance: two predictions that exclude each other are infinitely far

TRAJECTORIES = Analysis(
    name="trajectories",
    title="Trajectories in prediction space",
    description="Distances between checkpoints of many runs, by what they predict or by standardised measures, and a "
    "map by classical scaling that keeps eigenvalues of either sign.",
    source="Quinn et al. 2019, PNAS 116 (InPCA); Teoh et al. 2020, Phys. Rev. Research 2 (isKL); Mao et al. 2024, "
    "PNAS 121",
)


@dataclass(frozen=True)
class Map:
    """Coordinates (M, k) of M points, largest eigenvalue in size first. `signs` (k,) are those of the eigenvalues.

    `explained` is 1 − √(1 − Σ λ² / Σ λ²): the share of the distances that k coordinates give, k summed above.
    """

    points: Floats
    signs: Floats
    explained: float


def log_probabilities(outputs: NDArray[Any], outputs_are: str) -> Floats | None:
    """(items, classes) natural logarithms; None where outputs are not the logits of anything."""
    exact = np.asarray(outputs, dtype=np.float64)
    if outputs_are == "sign_logit":
        exact = np.stack([exact.reshape(-1), np.zeros(exact.size)], axis=1)
    elif outputs_are == "logits":
        exact = exact.reshape(-1, exact.shape[-1])
    else:
        return None
    exact = exact - exact.max(axis=1, keepdims=True)
    return np.asarray(exact - np.log(np.exp(exact).sum(axis=1, keepdims=True)))


def distances(points: Sequence[Floats], kind: Distance = "bhattacharyya") -> Floats:
    """(M, M) distances of M predictions, each (items, classes) log-probabilities or, if squared, plain numbers."""
    stacked = np.stack(points)
    items = max(1, stacked.shape[1])
    if kind == "squared":
        return np.asarray(_squared(stacked.reshape(len(stacked), -1)) / items)
    if kind == "symmetric_kl":
        flat, chances = stacked.reshape(len(stacked), -1), np.exp(stacked).reshape(len(stacked), -1)
        cross = chances @ flat.T  # Σ p ln q
        own = np.diag(cross)
        found = (own[:, None] + own[None, :] - cross - cross.T) / (2 * items)
        return np.asarray(np.maximum(found, 0.0) * ~np.eye(len(found), dtype=np.bool_))
    roots = np.exp(stacked / 2).transpose(1, 0, 2)  # (items, M, classes)
    found = np.zeros((len(stacked), len(stacked)))
    for root in roots:
        overlap = np.minimum(root @ root.T, 1.0)
        found -= np.log(np.maximum(overlap, np.exp(-LARGEST)))
    np.fill_diagonal(found, 0.0)
    return np.asarray(found / items)


def embed(distance: Floats, dimensions: int = 3) -> Map:
    """Classical scaling of (M, M) distances, which are squares where the points lie in a Euclidean space."""
    count = len(distance)
    if not count:
        return Map(np.zeros((0, dimensions)), np.ones(dimensions), np.nan)
    centring = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-centring @ distance @ centring / 2)
    kept = np.argsort(-np.abs(values), kind="stable")[:dimensions]
    points, signs = vectors[:, kept] * np.sqrt(np.abs(values[kept])), np.sign(values[kept])
    points = points * np.where(points[np.abs(points).argmax(axis=0), np.arange(points.shape[1])] < 0, -1.0, 1.0)
    total = float((values**2).sum())
    left = 1 - float((values[kept] ** 2).sum()) / total if total > 0 else 0.0
    missing = dimensions - len(kept)
    padded = np.pad(points, ((0, 0), (0, missing)))
    return Map(padded, np.pad(signs, (0, missing), constant_values=1.0), 1 - float(np.sqrt(max(left, 0.0))))


def standardised(series: Mapping[str, Floats]) -> Floats:
    """(M, series) values of M checkpoints in units of their spread over all; a series that never changes is left out.

    A value that is missing stands at the mean.
    """
    columns = []
    for values in series.values():
        known = np.isfinite(values)
        if known.sum() > 1 and np.ptp(values[known]) > 0:
            spread = values[known].std()
            columns.append(np.where(known, (values - values[known].mean()) / spread, 0.0))
    points = len(next(iter(series.values()), np.zeros(0)))
    return np.stack(columns, axis=1) if columns else np.zeros((points, 0))


def in_measure_space(series: Mapping[str, Floats]) -> Floats:
    """(M, M) mean squared differences of standardised measures."""
    points = standardised(series)
    return np.asarray(_squared(points) / max(1, points.shape[1]))


def _squared(points: Floats) -> Floats:
    moved = points - points.mean(axis=0)
    size = (moved**2).sum(axis=1)
    found = np.maximum(size[:, None] + size[None, :] - 2 * moved @ moved.T, 0.0)
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)

"""A cloud of points over time in two dimensions: each frame by its own principal components, turned to fit the next.

Principal components are free to flip and turn from one checkpoint to the next. Frames are aligned from the last one
backwards, each to the frame after it, by the rotation or reflection that moves its points least (orthogonal
Procrustes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis

Floats = NDArray[np.float64]
DIMENSIONS = 2

ALIGNED_FRAMES = Analysis(
    name="aligned_frames",
    title="Aligned principal components",
    description="The first two principal components of a representation at each checkpoint, turned so that the points "
    "move least from one checkpoint to the next, and the share of the variance that they hold.",
    source="Schönemann 1966, Psychometrika 31 (orthogonal Procrustes)",
)


@dataclass(frozen=True)
class Frame:
    """(n, 2) where the points are, and the share of their variance in these two dimensions; NaN without variance."""

    points: Floats
    explained: float


def frames(clouds: Sequence[NDArray[Any]]) -> list[Frame]:
    """One frame for each cloud (n, d); d may differ."""
    found = [_principal(cloud) for cloud in clouds]
    for number in range(len(found) - 2, -1, -1):
        turned = found[number].points @ turn(found[number].points, found[number + 1].points)
        found[number] = Frame(turned, found[number].explained)
    return found


def turn(points: Floats, target: Floats) -> Floats:
    """(2, 2) the rotation or reflection that brings the points (n, 2) nearest to the target."""
    left, _, right = np.linalg.svd(points.T @ target)
    return np.asarray(left @ right)


def _principal(cloud: NDArray[Any]) -> Frame:
    exact = np.asarray(cloud, dtype=np.float64)
    if not np.isfinite(exact).all():
        return Frame(np.zeros((len(exact), DIMENSIONS)), np.nan)
    moved = exact - exact.mean(axis=0)
    left, sizes, _ = np.linalg.svd(moved, full_matrices=False)
    kept = min(DIMENSIONS, len(sizes))
    points = left[:, :kept] * sizes[:kept]
    largest = np.abs(points).argmax(axis=0)
    points = points * np.where(points[largest, np.arange(kept)] < 0, -1.0, 1.0)  # the same on every machine
    points = np.pad(points, ((0, 0), (0, DIMENSIONS - kept)))
    total = float((sizes**2).sum())
    return Frame(points, float((sizes[:kept] ** 2).sum()) / total if total > 0 else np.nan)

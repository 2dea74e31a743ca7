"""How much of the spread of the test error between seeds is more than chance of which examples were tested.

The variance of the measured error over runs holds two parts: the networks differ in quality, and which of a finite
test set each gets wrong is chance. The part of quality is estimated without bias over the n test examples as
n/(n−1) · (Var(error) − Σᵢ Var(errorᵢ)/n²); the rest is what independent errors would give. It may be negative, which
means none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis

FEWEST = 20  # runs: with fewer the estimate says nothing

SEED_VARIANCE = Analysis(
    name="seed_variance",
    title="Variance between seeds",
    description="The variance of the test error over runs on the same test examples, and the part of it that is not "
    f"chance of which examples were tested (unbiased; at least {FEWEST} runs).",
    source="Jordan 2023, arXiv:2304.01910, theorem 2",
)


@dataclass(frozen=True)
class SeedVariance:
    """Over runs: mean error, its variance, the part due to quality, and what independent errors would give."""

    runs: int
    error: float
    total: float
    quality: float
    independent: float


def seed_variance(right: NDArray[np.bool_]) -> SeedVariance | None:
    """From (R, n) right answers of R runs to the same n test examples; None with fewer than two of either."""
    runs, examples = right.shape
    if runs < 2 or examples < 2:
        return None
    wrong = 1.0 - right.astype(np.float64)
    total = float(wrong.mean(axis=1).var(ddof=1))
    chance = float(wrong.var(axis=0, ddof=1).sum()) / examples**2
    rates = wrong.mean(axis=0)
    return SeedVariance(
        runs=runs,
        error=float(rates.mean()),
        total=total,
        quality=examples / (examples - 1) * (total - chance),
        independent=float((rates * (1 - rates)).sum()) / examples**2,
    )

"""Singular values of each weight matrix: the largest three, the stable rank and the effective rank."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import eigenvalues, entropy
from phasescope.measures.measure import Measure, Values

LARGEST = 3


def measure(checkpoint: Checkpoint) -> Values:
    """Series of every weight matrix; a matrix with fewer than three singular values has fewer of them."""
    values: Values = {}
    for name, matrix in checkpoint.matrices().items():
        squared = eigenvalues(matrix)
        for number in range(min(LARGEST, squared.shape[1])):
            values[f"singular_value_{number + 1}.{name}"] = squared[:, number].sqrt()
        values[f"stable_rank.{name}"] = stable_rank(squared)
        values[f"effective_rank.{name}"] = effective_rank(squared)
    return values


def stable_rank(squared: Tensor) -> Tensor:
    """‖W‖²_F / ‖W‖²₂ from squared singular values (R, r), largest first."""
    rank: Tensor = squared.sum(1) / squared[:, 0]
    return rank


def effective_rank(squared: Tensor) -> Tensor:
    """exp of the entropy of the shares of the singular values (not of their squares)."""
    return torch.exp(entropy(squared.sqrt()))


WEIGHT_SPECTRUM = Measure(
    name="weight_spectrum",
    label="Spectrum of weight matrices",
    summary="Of each weight matrix: its three largest singular values σ; stable rank ‖W‖²_F / σ₁²; effective rank "
    "exp(−Σ p ln p), p = σ / Σσ (Roy & Vetterli). Filters are matrices of one row per output. Singular values below "
    "3·10⁻⁷ of the largest count as zero.",
    unit="σ as the weights; ranks in dimensions",
    source="Roy & Vetterli 2007, EUSIPCO; Rudelson & Vershynin 2007, J. ACM 54(4), for the stable rank",
    series=("singular_value_1.*", "singular_value_2.*", "singular_value_3.*", "stable_rank.*", "effective_rank.*"),
    range=(0.0, None),
    cost="moderate",
    undefined="the matrix is zero, so it has no rank to speak of",
    measure=measure,
)

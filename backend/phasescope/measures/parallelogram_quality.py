"""Parallelogram quality (RQI): how many of the parallelograms that addition asks for the embedding has."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import centred
from phasescope.measures.measure import Measure, Values

CLOSED = 0.01  # mean squared gap, in standard deviations, below which a parallelogram counts


def measure(checkpoint: Checkpoint) -> Values:
    """One share per run."""
    return {"parallelogram_quality": parallelogram_quality(checkpoint.embedding())}


def parallelogram_quality(table: Tensor) -> Tensor:
    """(R,) of (R, p, d): share of closed ones among all pairs of unordered pairs with the same sum."""
    spread = table.double().std(1, keepdim=True)
    points = centred(table) / spread
    symbols = points.shape[1]
    closed = torch.zeros(len(points), dtype=torch.float64, device=points.device)
    total = 0
    for number in range(2 * symbols - 1):
        first = torch.arange(max(0, number - symbols + 1), number // 2 + 1, device=points.device)
        sums = points[:, first] + points[:, number - first]
        gaps = torch.cdist(sums, sums, compute_mode="donot_use_mm_for_euclid_dist").square() / points.shape[2]
        closed += (gaps < CLOSED).triu(1).sum((1, 2))
        total += len(first) * (len(first) - 1) // 2
    flat = (spread <= 1e-12 * table.double().abs().amax(1, keepdim=True)).any(2)[:, 0]
    return torch.where(torch.isfinite(points).all(2).all(1) & ~flat, closed / total, torch.nan)


PARALLELOGRAM_QUALITY = Measure(
    name="parallelogram_quality",
    label="Parallelogram quality (RQI)",
    summary="Share of parallelograms i + j = m + n of symbols whose embeddings close: mean over dimensions of "
    "(E_i + E_j − E_m − E_n)² < 0.01, each dimension first brought to mean 0 and (unbiased) standard deviation 1 over "
    "the symbols. 1 when the symbols stand in order and evenly spaced.",
    unit="share",
    source="Liu et al. 2022, arXiv:2205.10343, section 3; standardisation and threshold of its code",
    series=("parallelogram_quality",),
    range=(0.0, 1.0),
    needs=("addition", "embedding"),
    undefined="a dimension of the embedding is the same for all symbols, so it cannot be standardised",
    measure=measure,
)

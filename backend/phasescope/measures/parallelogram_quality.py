"""Parallelogram quality (RQI): how many of the parallelograms that addition asks for the embedding has."""

from __future__ import annotations

from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values
from phasescope.measures.symbol_pairs import closed_share, standardised


def measure(checkpoint: Checkpoint) -> Values:
    """One share per run."""
    return {"parallelogram_quality": parallelogram_quality(checkpoint.embedding())}


def parallelogram_quality(table: Tensor) -> Tensor:
    """(R,) of (R, p, d): share of closed ones among all pairs of unordered pairs with the same sum."""
    return closed_share(standardised(table))


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

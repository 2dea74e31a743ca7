"""How the entries of each weight matrix are spread: mean, variance and sparsity."""

from __future__ import annotations

from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Three series per weight matrix."""
    values: Values = {}
    for name, matrix in checkpoint.matrices().items():
        entries = matrix.flatten(1).double()
        values[f"weight_mean.{name}"] = entries.mean(1)
        values[f"weight_variance.{name}"] = entries.var(1, correction=0)
        values[f"weight_sparsity.{name}"] = sparsity(entries)
    return values


def sparsity(entries: Tensor) -> Tensor:
    """Hoyer's (√n − ‖w‖₁/‖w‖₂) / (√n − 1) of (R, n): 0 when all are equally large, 1 when one is not zero."""
    root = float(entries.shape[1]) ** 0.5
    ratio = entries.abs().sum(1) / entries.norm(dim=1)
    found: Tensor = ((root - ratio) / (root - 1)).clamp(0, 1)
    return found


WEIGHT_STATISTICS = Measure(
    name="weight_statistics",
    label="Statistics of weights",
    summary="Of the entries of each weight matrix: mean, variance (divided by n) and sparsity "
    "(√n − ‖w‖₁/‖w‖₂) / (√n − 1), Hoyer's: 0 when all entries are equally large, 1 when one alone is not zero. Unlike "
    "a share of small entries it has no threshold and does not change with scale.",
    unit="mean and variance as the weights; sparsity a share",
    source="Hoyer 2004, JMLR 5",
    series=("weight_mean.*", "weight_variance.*", "weight_sparsity.*"),
    undefined="the matrix is zero (or a single number), so it is neither sparse nor dense",
    measure=measure,
)

"""Participation ratio: over how many directions the variance of a layer is spread, corrected for few examples."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import centred, defined, in_groups
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One value per named layer."""
    layers = checkpoint.activations().items()
    return {f"participation_ratio.{name}": in_groups(participation_ratio, values) for name, values in layers}


def participation_ratio(values: Tensor) -> Tensor:
    """(R,) of (R, n, d): (tr Σ)² / tr Σ², with unbiased estimates of tr Σ and of tr Σ² (HSIC₁ of the Gram matrix)."""
    n = values.shape[1]
    points = centred(values)
    gram = points @ points.transpose(1, 2)
    trace = gram.diagonal(dim1=1, dim2=2).sum(1) / (n - 1)
    off = gram - torch.diag_embed(gram.diagonal(dim1=1, dim2=2))
    rows = off.sum(2)
    square = off.square().sum((1, 2)) + rows.sum(1).square() / ((n - 1) * (n - 2)) - 2 * rows.square().sum(1) / (n - 2)
    square = square / (n * (n - 3))
    ratio = trace.square() / square
    return torch.where(defined(values) & (square > 0), ratio, torch.nan)


PARTICIPATION_RATIO = Measure(
    name="participation_ratio",
    label="Participation ratio",
    summary="(Σλ)² / Σλ², λ the eigenvalues of the covariance Σ of a layer on the probe inputs: the number of "
    "directions with variance. Debiased: tr Σ from the sample, tr Σ² by the unbiased HSIC of Song et al. of the Gram "
    "matrix with itself, since the plain ratio stays far below the number of examples.",
    unit="dimensions",
    source="Gao et al. 2017, bioRxiv 214262; unbiased tr Σ² of Song et al. 2012, JMLR 13, equation 5",
    series=("participation_ratio.*",),
    range=(0.0, None),
    cost="moderate",
    undefined="the layer answers all probe inputs alike, or there are too few to estimate the spread of its variance",
    measure=measure,
)

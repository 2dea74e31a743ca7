"""Intrinsic dimension of a layer by TwoNN: from how much farther the second neighbour is than the first."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import defined, distances, in_groups
from phasescope.measures.measure import Measure, Values

SAME = 1e-5  # of the typical distance: closer points are one point, told apart by rounding alone


def measure(checkpoint: Checkpoint) -> Values:
    """One dimension per named layer."""
    layers = checkpoint.activations().items()
    return {f"intrinsic_dimension.{name}": in_groups(two_nearest, values) for name, values in layers}


def two_nearest(values: Tensor) -> Tensor:
    """(R,) maximum likelihood estimate (N−1)/Σ ln(r₂/r₁) of (R, n, d); of equal points the first is kept."""
    usable = defined(values)
    far = distances(torch.where(usable[:, None, None], values, 0.0))
    scale = far.square().mean((1, 2), keepdim=True).sqrt()
    repeated = (far <= SAME * scale).tril(-1).any(2)
    gone = repeated[:, :, None] | repeated[:, None, :] | torch.eye(far.shape[1], dtype=torch.bool, device=far.device)
    nearest = torch.where(gone, torch.inf, far).topk(2, dim=2, largest=False).values
    ratio = torch.where(repeated, 1.0, nearest[:, :, 1] / nearest[:, :, 0]).log()
    kept = (~repeated).sum(1)
    return torch.where(usable & (kept >= 3), (kept - 1) / ratio.sum(1), torch.nan)


INTRINSIC_DIMENSION = Measure(
    name="intrinsic_dimension",
    label="Intrinsic dimension (TwoNN)",
    summary="(N−1) / Σ ln(r₂/r₁), with the distances r₁, r₂ of each probe input's activations to its nearest two "
    "others: the maximum likelihood estimate of TwoNN. Repeated points (closer than 10⁻⁵ of the typical distance) "
    "count once. Too low above ten dimensions, the more so the fewer the examples.",
    unit="dimensions",
    source="Facco et al. 2017, Scientific Reports 7:12140; by maximum likelihood instead of a fit",
    series=("intrinsic_dimension.*",),
    range=(0.0, None),
    cost="moderate",
    undefined="fewer than three different points, or all neighbours equally far",
    measure=measure,
)

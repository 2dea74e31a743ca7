"""α-ReQ: how fast the eigenvalues of a layer's covariance fall off."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import centred, eigenvalues
from phasescope.measures.measure import Measure, Values

FIRST, LAST = 11, 100  # the published range of eigenvalues, counted from 1
FEWEST = 12
SMALLEST = 1e-10  # of the largest eigenvalue: what float32 activations can still tell from zero


def measure(checkpoint: Checkpoint) -> Values:
    """One exponent per named layer."""
    layers = checkpoint.activations().items()
    return {f"alpha_req.{name}": decay(eigenvalues(centred(values))) for name, values in layers}


def decay(spectrum: Tensor) -> Tensor:
    """(R,) α of λ_i ~ i^−α from (R, r) eigenvalues, by least squares of ln λ on ln i with weights 1/i."""
    count = (spectrum > SMALLEST * spectrum[:, :1]).sum(1, keepdim=True)
    place = torch.arange(1, spectrum.shape[1] + 1, device=spectrum.device, dtype=torch.float64)[None]
    first = (count // 20 + 1).clamp(max=FIRST)
    last = (count // 2).clamp(max=LAST)
    weights = torch.where((place >= first) & (place <= last), 1 / place, 0.0)
    weights = weights / weights.sum(1, keepdim=True)
    x = place.log().expand_as(spectrum)
    y = torch.where(weights > 0, spectrum, 1.0).log()
    x = x - (weights * x).sum(1, keepdim=True)
    slope = (weights * x * y).sum(1) / (weights * x * x).sum(1)
    return torch.where(count[:, 0] >= FEWEST, -slope, torch.nan)


ALPHA_REQ = Measure(
    name="alpha_req",
    label="Eigenvalue decay α",
    summary="α of λ_i ~ i^−α, with the eigenvalues λ of the covariance of a layer's activations on the probe inputs: "
    "least squares of ln λ on ln i with weights 1/i, over i = 11 … 100 as published; where fewer than 200 eigenvalues "
    "are above 10⁻¹⁰ of the largest, over the same shares of their number r, i = r/20 + 1 … r/2.",
    unit="exponent",
    source="Agrawal et al. 2022, α-ReQ, NeurIPS 35; range and weights of Stringer et al. 2019, Nature 571",
    series=("alpha_req.*",),
    cost="moderate",
    undefined="fewer than 12 eigenvalues are above 10⁻¹⁰ of the largest: too few for an exponent",
    measure=measure,
)

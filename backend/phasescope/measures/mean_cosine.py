"""Mean cosine between the activations of different probe inputs: near 1 when a layer answers everything alike."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import centred
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per named layer: as it is, and without the mean over inputs."""
    values: Values = {}
    for name, activations in checkpoint.activations().items():
        values[f"mean_cosine.{name}"] = mean_cosine(activations.double())
        values[f"mean_cosine_centred.{name}"] = mean_cosine(centred(activations))
    return values


def mean_cosine(points: Tensor) -> Tensor:
    """(R,) of (R, n, d): (‖Σu‖² − m) / (m(m−1)) over the m unit vectors u of the points that are not zero."""
    lengths = points.norm(dim=2, keepdim=True)
    alive = lengths > 1e-12 * lengths.amax(1, keepdim=True)
    units = torch.where(alive, points / lengths, 0.0)
    count = alive.sum((1, 2))
    found: Tensor = (units.sum(1).square().sum(1) - count) / (count * (count - 1))
    return torch.where(torch.isfinite(lengths).all(1)[:, 0], found, torch.nan)


MEAN_COSINE = Measure(
    name="mean_cosine",
    label="Mean pairwise cosine",
    summary="Mean over pairs of different probe inputs of cos(h_i, h_j), as (‖Σu‖² − m) / (m(m−1)) with unit vectors "
    "u; and the same after the mean over inputs is taken off, for a shared component alone can make it 1. Inputs to "
    "which the layer is silent have no direction and are left out.",
    unit="cosine",
    source="Ethayarajh 2019, arXiv:1909.00512, over different inputs",
    series=("mean_cosine.*", "mean_cosine_centred.*"),
    range=(-1.0, 1.0),
    undefined="fewer than two probe inputs have a direction",
    measure=measure,
)

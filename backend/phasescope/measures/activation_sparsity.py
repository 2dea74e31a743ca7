"""How silent a layer is: the share of zeros, and the share of units that hardly ever speak."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values

DORMANT = 0.025


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per named layer."""
    values: Values = {}
    for name, activations in checkpoint.activations().items():
        fine = torch.isfinite(activations).flatten(1).all(1)
        values[f"zero_activations.{name}"] = torch.where(fine, (activations == 0).double().mean((1, 2)), torch.nan)
        values[f"dormant_units.{name}"] = dormant(activations)
    return values


def dormant(activations: Tensor) -> Tensor:
    """(R,) share of units of (R, n, d) whose mean size is at most 0.025 of that of the layer's mean unit."""
    size = activations.double().abs().mean(1)
    score = size / size.mean(1, keepdim=True)
    return torch.where(torch.isfinite(score).all(1), (score <= DORMANT).double().mean(1), torch.nan)


ACTIVATION_SPARSITY = Measure(
    name="activation_sparsity",
    label="Activation sparsity and dormant units",
    summary="Share of activations on the probe inputs that are exactly 0 (of use for ReLU), and share of units that "
    "are dormant: mean |h| over inputs at most 0.025 of the layer's mean over units.",
    unit="share",
    source="Li et al. 2023, arXiv:2210.06313 (zeros); Sokar et al. 2023, arXiv:2302.12902, τ = 0.025",
    series=("zero_activations.*", "dormant_units.*"),
    range=(0.0, 1.0),
    undefined="the whole layer is silent, so no unit is more silent than the others",
    measure=measure,
)

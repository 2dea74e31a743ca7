"""Projection-weighted canonical correlation (PWCCA) of each layer with itself at an earlier checkpoint."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import centred, directions
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per named layer, from its activations on the probe inputs."""
    now = checkpoint.activations()
    principal = {name: directions(values) for name, values in now.items()}
    values: Values = {}
    moments = {"projection_weighted_to_initial": checkpoint.activations("initial"),
               "projection_weighted_to_previous": checkpoint.activations("previous")}  # fmt: skip
    for head, activations in moments.items():
        for name, other in activations.items():
            values[f"{head}.{name}"] = weighted(now[name], principal[name], directions(other))
    return values


def weighted(values: Tensor, one: Tensor, other: Tensor) -> Tensor:
    """(R,) Σ α_i ρ_i / Σ α_i, with the weights of the representation `values` (R, n, d) of directions `one`."""
    usable = torch.isfinite(one).all(2).all(1) & torch.isfinite(other).all(2).all(1)
    first, second = (torch.where(usable[:, None, None], kept, 0.0) for kept in (one, other))
    left, correlations, _ = torch.linalg.svd(first.transpose(1, 2) @ second, full_matrices=False)
    fewest = torch.minimum(first.square().sum((1, 2)), second.square().sum((1, 2))).round()
    counted = torch.arange(correlations.shape[1], device=values.device)[None] < fewest[:, None]
    variates = first @ left  # (R, n, k)
    points = centred(torch.where(usable[:, None, None], values.double(), 0.0))
    weights = (variates.transpose(1, 2) @ points).abs().sum(2) * counted
    return torch.where(usable, (weights * correlations.clamp(max=1)).sum(1) / weights.sum(1), torch.nan)


PROJECTION_WEIGHTED_CORRELATION = Measure(
    name="projection_weighted_correlation",
    label="Canonical correlation, projection-weighted (PWCCA)",
    summary="Σ α_i ρ_i / Σ α_i over canonical correlations ρ_i of a layer's activations on the probe inputs now (X) "
    "and at the initial (previous) checkpoint, each first brought to the principal directions with 99 % of its "
    "variance; α_i = Σ_j |⟨h_i, x_j⟩|, how much of the units x_j of X the canonical variate h_i of X accounts for. "
    "Not symmetric: the weights are those of the present. Given only with 20 examples per direction.",
    unit="weighted mean ρ",
    source="Morcos, Raghu & Bengio 2018, arXiv:1806.05759",
    series=("projection_weighted_to_initial.*", "projection_weighted_to_previous.*"),
    range=(0.0, 1.0),
    cost="moderate",
    undefined="the layer answers all probe inputs alike, or fewer than 20 probe inputs per direction with variance",
    measure=measure,
)

"""Canonical correlations (SVCCA) of each layer with itself at the initial and at the previous checkpoint."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import directions
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per named layer, from its activations on the probe inputs."""
    now = {name: directions(values) for name, values in checkpoint.activations().items()}
    values: Values = {}
    moments = {"canonical_correlation_to_initial": checkpoint.activations("initial"),
               "canonical_correlation_to_previous": checkpoint.activations("previous")}  # fmt: skip
    for head, activations in moments.items():
        for name, other in activations.items():
            values[f"{head}.{name}"] = mean_square_correlation(now[name], directions(other))
    return values


def mean_square_correlation(one: Tensor, other: Tensor) -> Tensor:
    """(R,) Σρ² / the smaller number of directions."""
    fewest = torch.minimum(one.square().sum((1, 2)), other.square().sum((1, 2))).round()
    return (one.transpose(1, 2) @ other).square().sum((1, 2)) / fewest


CANONICAL_CORRELATION = Measure(
    name="canonical_correlation",
    label="Canonical correlation (SVCCA)",
    summary="Mean ρ² over canonical correlations ρ of a layer's activations on the probe inputs now and at the initial "
    "(previous) checkpoint, each first brought to the principal directions with 99 % of its variance (the smaller "
    "number counts). Mean of squares, not of ρ. Unrelated representations have about directions/examples, so it is "
    "given only with 20 examples per direction.",
    unit="mean ρ²",
    source="Raghu et al. 2017, arXiv:1706.05806, with the mean of squares of Kornblith et al. 2019, arXiv:1905.00414",
    series=("canonical_correlation_to_initial.*", "canonical_correlation_to_previous.*"),
    range=(0.0, 1.0),
    cost="moderate",
    undefined="the layer answers all probe inputs alike, or fewer than 20 probe inputs per direction with variance",
    measure=measure,
)

"""Representational similarity analysis: are the same pairs of inputs still far from each other?"""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import in_groups
from phasescope.measures.measure import Measure, Values

DIGITS = 1e10  # dissimilarities that agree to ten digits are tied: rounding must not rank them


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per named layer, from its activations on the probe inputs."""
    now = {name: in_groups(dissimilarity_ranks, values) for name, values in checkpoint.activations().items()}
    values: Values = {}
    moments = {"dissimilarity_correlation_to_initial": checkpoint.activations("initial"),
               "dissimilarity_correlation_to_previous": checkpoint.activations("previous")}  # fmt: skip
    for head, activations in moments.items():
        for name, other in activations.items():
            values[f"{head}.{name}"] = (now[name] * in_groups(dissimilarity_ranks, other)).sum(1)
    return values


def dissimilarity_ranks(values: Tensor) -> Tensor:
    """(R, n(n−1)/2) ranks of 1 − Pearson correlation between the points (R, n, d), centred and of length 1.

    The inner product of two of them is Spearman's correlation.
    """
    exact = values.double()
    features = exact - exact.mean(2, keepdim=True)
    lengths = features.norm(dim=2, keepdim=True)
    level = lengths > 1e-12 * exact.norm(dim=2, keepdim=True)  # else all features are equal: no correlation
    usable = (level & torch.isfinite(lengths)).all(1)
    units = torch.where(usable[..., None], features / lengths, 0.0)
    row, column = torch.triu_indices(exact.shape[1], exact.shape[1], 1, device=exact.device)
    far = 1 - (units @ units.transpose(1, 2))[:, row, column]
    ranks = torch.where(usable, _ranks((far * DIGITS).round()), torch.nan)
    centred = ranks - ranks.mean(1, keepdim=True)
    length = centred.norm(dim=1, keepdim=True)
    return torch.where(length > 0, centred / length, torch.nan)


def _ranks(values: Tensor) -> Tensor:
    """(R, k) ranks of each row; equal values share the mean of their ranks."""
    values = values.contiguous()
    ordered = values.sort(dim=1).values
    below = torch.searchsorted(ordered, values, right=False)
    upto = torch.searchsorted(ordered, values, right=True)
    return (below + upto + 1).double() / 2


DISSIMILARITY_CORRELATION = Measure(
    name="dissimilarity_correlation",
    label="Representational similarity (RSA)",
    summary="Spearman's correlation, over pairs of probe inputs, of a layer's dissimilarities now and at the initial "
    "(previous) checkpoint; the dissimilarity of two inputs is 1 − Pearson's correlation of their activations. "
    "Unchanged by scale, shift and order of the features, but not by rotation.",
    unit="rank correlation",
    source="Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience 2:4",
    series=("dissimilarity_correlation_to_initial.*", "dissimilarity_correlation_to_previous.*"),
    range=(-1.0, 1.0),
    cost="moderate",
    undefined="to some probe input all features of the layer are equal, so it correlates with nothing",
    measure=measure,
)

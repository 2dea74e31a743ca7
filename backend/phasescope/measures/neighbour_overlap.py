"""Nearest-neighbour overlap: how many of each input's neighbours in a layer have stayed its neighbours."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import defined, neighbours
from phasescope.measures.measure import Measure, Values

NEIGHBOURS = 10


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per named layer, from its activations on the probe inputs."""
    now = {name: neighbourhoods(values) for name, values in checkpoint.activations().items()}
    values: Values = {}
    moments = {"neighbour_overlap_to_initial": checkpoint.activations("initial"),
               "neighbour_overlap_to_previous": checkpoint.activations("previous")}  # fmt: skip
    for head, activations in moments.items():
        for name, other in activations.items():
            values[f"{head}.{name}"] = overlap(now[name], neighbourhoods(other))
    return values


def neighbourhoods(values: Tensor) -> Tensor:
    """(R, n, k) the nearest others of each point of (R, n, d); −1 for runs without any distance."""
    usable = defined(values)[:, None, None]
    nearest = neighbours(torch.where(usable, values, 0.0), min(NEIGHBOURS, values.shape[1] - 1))
    return torch.where(usable, nearest, -1)


def overlap(one: Tensor, other: Tensor) -> Tensor:
    """(R,) share of neighbours in common."""
    common = (one[..., :, None] == other[..., None, :]).any(3).double().mean((1, 2))
    known = (one >= 0).all(2).all(1) & (other >= 0).all(2).all(1)
    return torch.where(known, common, torch.nan)


NEIGHBOUR_OVERLAP = Measure(
    name="neighbour_overlap",
    label="Nearest-neighbour overlap",
    summary="Mean over the n probe inputs of |N(i) ∩ N'(i)| / k, N and N' the k = 10 nearest others (Euclidean) in a "
    "layer now and at the initial (previous) checkpoint. By chance k/(n−1). Of equally near ones the first counts.",
    unit="share",
    source="Huh et al. 2024, arXiv:2405.07987 (mutual nearest neighbours), with Euclidean distance",
    series=("neighbour_overlap_to_initial.*", "neighbour_overlap_to_previous.*"),
    range=(0.0, 1.0),
    cost="moderate",
    undefined="the layer answers all probe inputs alike, so all are equally near",
    measure=measure,
)

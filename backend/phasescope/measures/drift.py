"""Representation drift of each layer: one minus linear CKA, to the initial and to the previous checkpoint."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per named layer, from its activations on the probe inputs."""
    now = {name: unit_gram(values) for name, values in checkpoint.activations("now").items()}
    values: Values = {}
    moments = {"drift_to_initial": checkpoint.activations("initial"),
               "drift_to_previous": checkpoint.activations("previous")}  # fmt: skip
    for head, activations in moments.items():
        for name, other in activations.items():
            values[f"{head}.{name}"] = 1 - (now[name] * unit_gram(other)).sum((1, 2))
    return values


def unit_gram(values: Tensor) -> Tensor:
    """(R, n, n) U-centred linear Gram matrices of length 1, of (R, n, d) activations; NaN where there is no variance.

    The inner product of two of them is linear CKA with the unbiased HSIC estimator. Needs n ≥ 4.
    """
    n = values.shape[1]
    centred = values.double() - values.double().mean(1, keepdim=True)  # translation first: less cancellation below
    gram = centred @ centred.transpose(1, 2)
    variance = gram.diagonal(dim1=1, dim2=2).sum(1)[:, None, None]
    off = _without_diagonal(gram)
    rows = off.sum(2, keepdim=True) / (n - 2)
    total = off.sum((1, 2), keepdim=True) / ((n - 1) * (n - 2))
    off = _without_diagonal(off - rows - rows.transpose(1, 2) + total)
    length = off.square().sum((1, 2), keepdim=True).sqrt()
    return torch.where((length > 1e-12 * variance) & (variance > 0), off / length, torch.nan)


def _without_diagonal(square: Tensor) -> Tensor:
    return square - torch.diag_embed(square.diagonal(dim1=1, dim2=2))


DRIFT = Measure(
    name="drift",
    label="Representation drift",
    summary="1 − CKA of a layer's activations now and at the initial (previous) checkpoint, on the probe inputs. "
    "CKA is linear, with the unbiased HSIC estimator: 0 in expectation for unrelated representations even with more "
    "features than examples, so that drift may exceed 1 a little. Unchanged by rotation, translation and scale.",
    unit="1 − CKA",
    source="Kornblith et al. 2019, arXiv:1905.00414; unbiased HSIC of Song et al. 2012, JMLR 13, equation 5",
    series=("drift_to_initial.*", "drift_to_previous.*"),
    range=(0.0, None),
    undefined="the layer answers all probe inputs alike, so there is nothing to compare",
    measure=measure,
)

"""Representation drift with the biased, most often quoted, estimator of CKA."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import centred, defined
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per named layer, from its activations on the probe inputs."""
    now = checkpoint.activations()
    values: Values = {}
    moments = {"biased_drift_to_initial": checkpoint.activations("initial"),
               "biased_drift_to_previous": checkpoint.activations("previous")}  # fmt: skip
    for head, activations in moments.items():
        for name, other in activations.items():
            values[f"{head}.{name}"] = 1 - biased_cka(now[name], other)
    return values


def biased_cka(one: Tensor, other: Tensor) -> Tensor:
    """(R,) cosine of the centred Gram matrices of (R, n, d)."""
    first, second = (_unit_gram(values) for values in (one, other))
    found: Tensor = (first * second).sum((1, 2))
    return torch.where(defined(one) & defined(other), found, torch.nan)


def _unit_gram(values: Tensor) -> Tensor:
    points = centred(values)
    gram = points @ points.transpose(1, 2)
    unit: Tensor = gram / gram.norm(dim=(1, 2), keepdim=True)
    return unit


BIASED_DRIFT = Measure(
    name="biased_drift",
    label="Representation drift, biased",
    summary="1 − ‖X'Y‖²_F / (‖X'X‖_F ‖Y'Y‖_F) of a layer's centred activations on the probe inputs now (X) and at the "
    "initial (previous) checkpoint (Y): linear CKA with the biased HSIC, to compare with papers. Unrelated "
    "representations seem alike when there are more features than examples; `drift` is without that bias.",
    unit="1 − CKA",
    source="Kornblith et al. 2019, arXiv:1905.00414",
    series=("biased_drift_to_initial.*", "biased_drift_to_previous.*"),
    range=(0.0, 1.0),
    undefined="the layer answers all probe inputs alike, so there is nothing to compare",
    measure=measure,
)

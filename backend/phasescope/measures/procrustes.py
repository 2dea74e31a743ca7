"""Angular Procrustes distance of each layer, to the initial and to the previous checkpoint."""

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
    moments = {"procrustes_to_initial": checkpoint.activations("initial"),
               "procrustes_to_previous": checkpoint.activations("previous")}  # fmt: skip
    for head, activations in moments.items():
        for name, other in activations.items():
            values[f"{head}.{name}"] = angle(now[name], other)
    return values


def angle(one: Tensor, other: Tensor) -> Tensor:
    """(R,) arccos(‖X'Y‖_* / (‖X‖‖Y‖)) of centred (R, n, d); narrower ones count as padded with zeros."""
    usable = defined(one) & defined(other)
    first, second = (_unit(torch.where(usable[:, None, None], values, 0.0)) for values in (one, other))
    product = first.transpose(1, 2) @ second
    overlap = torch.linalg.svdvals(product).sum(1)
    return torch.where(usable, torch.arccos(overlap.clamp(0, 1)), torch.nan)


def _unit(values: Tensor) -> Tensor:
    """(R, n, min(n, d)) centred, of length 1, and turned into as few dimensions as hold it."""
    points = centred(values)
    points = points / points.norm(dim=(1, 2), keepdim=True).clamp(min=torch.finfo(torch.float64).tiny)
    if points.shape[2] > points.shape[1]:
        turned: Tensor = torch.linalg.qr(points.transpose(1, 2), mode="r").R
        points = turned.transpose(1, 2)
    return points


PROCRUSTES = Measure(
    name="procrustes",
    label="Procrustes distance",
    summary="arccos(‖X'Y‖_* / (‖X‖_F ‖Y‖_F)) of a layer's centred activations on the probe inputs now (X) and at the "
    "initial (previous) checkpoint (Y): the angle that is left after the best rotation. A metric, between 0 and π/2; "
    "unchanged by rotation, translation and scale. With more features than examples it is small by chance alone.",
    unit="radians",
    source="Williams et al. 2021, arXiv:2110.14739, with α = 1",
    series=("procrustes_to_initial.*", "procrustes_to_previous.*"),
    range=(0.0, 1.5707963267948966),
    cost="moderate",
    undefined="the layer answers all probe inputs alike, so there is no shape to compare",
    measure=measure,
)

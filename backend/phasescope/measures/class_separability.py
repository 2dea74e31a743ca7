"""Class separability of each layer: is the nearest other probe input of the same class?"""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import defined, neighbours
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One share per named layer."""
    labels = checkpoint.examples.probe.targets
    layers = checkpoint.activations().items()
    return {f"class_separability.{name}": nearest_agrees(values, labels) for name, values in layers}


def nearest_agrees(values: Tensor, labels: Tensor) -> Tensor:
    """(R,) share of points (R, n, d) whose nearest other has their label (R, n), among those that could have."""
    usable = defined(values)
    nearest = neighbours(torch.where(usable[:, None, None], values, 0.0), 1)[:, :, 0]
    same = labels.gather(1, nearest) == labels
    possible = (labels[:, :, None] == labels[:, None, :]).sum(2) > 1
    share: Tensor = (same & possible).sum(1) / possible.sum(1).double()
    return torch.where(usable, share, torch.nan)


CLASS_SEPARABILITY = Measure(
    name="class_separability",
    label="Class separability",
    summary="Leave-one-out accuracy of the nearest-neighbour rule (k = 1, Euclidean) on a layer's activations on the "
    "probe inputs. Inputs that are alone in their class cannot be right and do not count. Of equally near neighbours "
    "the first counts.",
    unit="share",
    source="Cover & Hart 1967, IEEE Trans. Inf. Theory 13(1), leave-one-out",
    series=("class_separability.*",),
    range=(0.0, 1.0),
    cost="moderate",
    needs=("labels",),
    undefined="the layer answers all probe inputs alike, or every input is alone in its class",
    measure=measure,
)

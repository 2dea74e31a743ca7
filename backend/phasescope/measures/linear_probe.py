"""Linear probe: how well a linear read-out of each layer would tell the classes apart."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import centred, defined, in_groups
from phasescope.measures.measure import Measure, Values

RIDGE = 1e-3  # of the mean squared length of the centred points


def measure(checkpoint: Checkpoint) -> Values:
    """One accuracy per named layer."""
    labels = checkpoint.examples.probe.targets
    layers = checkpoint.activations().items()
    return {f"linear_probe.{name}": in_groups(left_out_accuracy, values, labels) for name, values in layers}


def left_out_accuracy(values: Tensor, labels: Tensor) -> Tensor:
    """(R,) share of points (R, n, d) that ridge regression without them, onto one-hot labels (R, n), gets right.

    In closed form: the residual without a point is its residual divided by 1 − its leverage. Intercept included.
    """
    usable = defined(values)
    points = centred(torch.where(usable[:, None, None], values, 0.0))
    count = points.shape[1]
    gram = points @ points.transpose(1, 2)
    identity = torch.eye(count, dtype=torch.float64, device=gram.device)
    strength = RIDGE * gram.diagonal(dim1=1, dim2=2).mean(1)
    strength = torch.where(usable, strength, 1.0)[:, None, None]
    hat = torch.linalg.solve(gram + strength * identity, gram) + 1 / count
    answers = one_hot(labels, int(labels.max()) + 1).double()
    leverage = hat.diagonal(dim1=1, dim2=2)[..., None]
    without = answers - (answers - hat @ answers) / (1 - leverage)
    possible = (labels[:, :, None] == labels[:, None, :]).sum(2) > 1
    right = (without.argmax(2) == labels) & possible
    share: Tensor = right.sum(1) / possible.sum(1).double()
    return torch.where(usable, share, torch.nan)


LINEAR_PROBE = Measure(
    name="linear_probe",
    label="Linear probe",
    summary="Leave-one-out accuracy on the probe inputs of ridge regression from a layer's activations onto one-hot "
    "labels, in closed form; ridge 10⁻³ of the mean squared length of the centred activations. Inputs alone in their "
    "class do not count.",
    unit="share",
    source="Alain & Bengio 2016, arXiv:1610.01644, by ridge regression instead of logistic",
    series=("linear_probe.*",),
    range=(0.0, 1.0),
    cost="moderate",
    needs=("labels",),
    undefined="the layer answers all probe inputs alike, or every input is alone in its class",
    measure=measure,
)

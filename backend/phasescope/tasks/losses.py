"""Losses of classification that several tasks offer, and label noise."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import one_hot, softplus

ClassLoss = Literal["cross_entropy", "squared_error", "hinge", "logistic"]
SignLoss = Literal["logistic", "hinge", "squared_error"]


def class_losses(kind: ClassLoss, outputs: Tensor, targets: Tensor, smoothing: Tensor | None = None) -> Tensor:
    """(…,) losses of outputs (…, classes) where the class is targets (…,).

    With smoothing ε the target is 1 − ε + ε/C for the class and ε/C for the other ones. squared_error and logistic
    are means over the classes: of (target − f)², and of −target log σ(f) − (1 − target) log σ(−f). hinge is
    max(0, 1 + max_{j≠y} f_j − f_y) (Crammer & Singer 2001), which has no smoothing.
    """
    if kind == "cross_entropy":
        return _cross_entropy(outputs, targets, smoothing)
    shares = one_hot(targets, outputs.shape[-1]).to(outputs.dtype)
    if kind == "hinge":
        others = outputs.masked_fill(shares > 0, -torch.inf).amax(-1)
        return torch.relu(1 + others - outputs.gather(-1, targets[..., None])[..., 0])
    if smoothing is not None:
        shares = (1 - smoothing) * shares + smoothing / outputs.shape[-1]
    if kind == "squared_error":
        return (outputs - shares).square().mean(-1)
    return (softplus(outputs) - shares * outputs).mean(-1)


def _cross_entropy(outputs: Tensor, targets: Tensor, smoothing: Tensor | None) -> Tensor:
    chances = outputs.log_softmax(-1)
    own = _picked(chances, targets)
    return -own if smoothing is None else -(1 - smoothing) * own - smoothing * chances.mean(-1)


def _picked(values: Tensor, places: Tensor) -> Tensor:
    """(…,) of values (…, classes) the one of each place (…,)."""
    if torch.compiler.is_compiling():  # gather would make a program for one number of runs only
        rows = values.flatten(0, -2)
        return rows[torch.arange(len(rows), device=rows.device), places.flatten()].reshape(places.shape)
    return values.gather(-1, places[..., None])[..., 0]


def sign_losses(kind: SignLoss, outputs: Tensor, targets: Tensor) -> Tensor:
    """(examples,) losses of one output f each, with y = ±1: log(1 + e^{−yf}), max(0, 1 − yf) or (y − f)²."""
    output, sign = outputs[..., 0], targets.to(outputs.dtype)
    match kind:
        case "logistic":
            return softplus(-sign * output)
        case "hinge":
            return torch.relu(1 - sign * output)
        case "squared_error":
            return (sign - output).square()


def relabelled(labels: NDArray[np.int64], share: float, classes: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Each label 0 … classes−1 becomes, with this probability, one of the others."""
    wrong = (labels + random.integers(1, classes, len(labels))) % classes
    chosen: NDArray[Any] = np.where(random.random(len(labels)) < share, wrong, labels)
    return chosen

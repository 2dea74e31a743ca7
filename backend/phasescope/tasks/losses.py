"""Losses of classification that several tasks offer, and label noise."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy, one_hot, softplus

ClassLoss = Literal["cross_entropy", "squared_error"]
SignLoss = Literal["logistic", "hinge", "squared_error"]


def class_losses(kind: ClassLoss, outputs: Tensor, targets: Tensor) -> Tensor:
    """(examples,) losses of outputs (examples, classes); the squared error is to 1 for the class and 0 elsewhere."""
    if kind == "cross_entropy":
        return cross_entropy(outputs, targets, reduction="none")
    return (outputs - one_hot(targets, outputs.shape[-1])).square().mean(-1)


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


def position_losses(outputs: Tensor, targets: Tensor) -> Tensor:
    """(examples, positions) cross-entropy of outputs (examples, positions, classes)."""
    return cross_entropy(outputs.flatten(0, 1), targets.flatten(), reduction="none").reshape(targets.shape)


def relabelled(labels: NDArray[np.int64], share: float, classes: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Each label 0 … classes−1 becomes, with this probability, one of the others."""
    wrong = (labels + random.integers(1, classes, len(labels))) % classes
    chosen: NDArray[Any] = np.where(random.random(len(labels)) < share, wrong, labels)
    return chosen

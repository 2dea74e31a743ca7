"""Quantities that the engine itself looks at while it trains, for interventions that begin on a condition."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.engine.examples import Examples, Split
from phasescope.engine.network import Network


def quantity(kind: str, network: Network, parameters: Tensor, examples: Examples) -> NDArray[np.float64]:
    """(R,) `train_loss`, `test_loss`, `train_accuracy`, `test_accuracy` or `weight_norm` of the runs now."""
    if kind == "weight_norm":
        found = parameters.norm(dim=1)
    else:
        of, _, what = kind.partition("_")
        split = examples.train if of == "train" else examples.test
        with torch.no_grad():
            found = (_losses if what == "loss" else _accuracy)(network, parameters, split, examples.extras)
    values: NDArray[np.float64] = found.to(device="cpu", dtype=torch.float64).numpy()
    return values


def _losses(network: Network, parameters: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
    outputs, _ = network.outputs(parameters, split)
    return (network.losses(outputs, split, extras) * split.weights).sum(1)


def _accuracy(network: Network, parameters: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
    outputs, _ = network.outputs(parameters, split)
    right = network.correct(outputs, split, extras) & (split.weights > 0)
    return right.sum(1).to(torch.float64) / split.counts.to(torch.float64)

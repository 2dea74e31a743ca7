"""Massive activations: how far the largest number of the residual stream stands out from the usual one."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values

INPUTS = 64


def measure(checkpoint: Checkpoint) -> Values:
    """One ratio per layer that is part of the stream: units of perceptrons are left out."""
    layers = checkpoint.activations().items()
    return {f"massive_activations.{name}": ratio(h[:, :INPUTS]) for name, h in layers if not name.endswith(".hidden")}


def ratio(values: Tensor) -> Tensor:
    """(R,) mean over inputs of max|h| / median|h| of (R, n, d)."""
    sizes = values.double().abs()
    ordered, width = sizes.sort(dim=2).values, sizes.shape[2]
    middle = (ordered[..., (width - 1) // 2] + ordered[..., width // 2]) / 2
    found = sizes.amax(2) / middle
    return torch.where((middle > 0).all(1), found.mean(1), torch.nan)


MASSIVE_ACTIVATIONS = Measure(
    name="massive_activations",
    label="Massive activations",
    summary="max|h| / median|h| over the numbers of the residual stream after a layer, for each of up to 64 probe "
    "inputs, mean over inputs. A ratio for small models, where the published rule (|h| > 100 and 1000 times the "
    "median) finds none. Where a task is answered once, the stream at that position.",
    unit="ratio",
    source="Sun et al. 2024, arXiv:2402.17762 (the rule)",
    series=("massive_activations.*",),
    range=(1.0, None),
    cost="moderate",
    needs=("attention",),
    undefined="more than half of the stream is zero, so the median is",
    version=2,  # before, the median of an even number was the lower of the two in the middle
    measure=measure,
)

"""Changed activation patterns: for how many inputs and units the sign of the activation is not the initial one."""

from __future__ import annotations

import torch

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One share per named layer."""
    initial = checkpoint.activations("initial")
    values: Values = {}
    for name, now in checkpoint.activations().items():
        changed = ((now > 0) != (initial[name] > 0)).double().mean((1, 2))
        finite = torch.isfinite(now).flatten(1).all(1)
        values[f"changed_patterns.{name}"] = torch.where(finite, changed, torch.nan)
    return values


ACTIVATION_PATTERNS = Measure(
    name="activation_patterns",
    label="Changed activation patterns",
    summary="Share of (probe input, unit) pairs of a layer for which h > 0 now and not initially, or the reverse. Near "
    "0 while a ReLU network trains lazily.",
    unit="share",
    source="Chizat, Oyallon & Bach 2019, arXiv:1812.07956 (stability of activations)",
    series=("changed_patterns.*",),
    range=(0.0, 1.0),
    measure=measure,
)

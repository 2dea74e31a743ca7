"""Dead units: those that no probe input activates."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One share per named layer."""
    return {f"dead_units.{name}": dead(values) for name, values in checkpoint.activations().items()}


def dead(values: Tensor) -> Tensor:
    """(R,) share of units of (R, n, d) that are never above 0."""
    share = (values <= 0).all(1).double().mean(1)
    return torch.where(torch.isfinite(values).flatten(1).all(1), share, torch.nan)


DEAD_UNITS = Measure(
    name="dead_units",
    label="Dead units",
    summary="Share of a layer's units with h ≤ 0 on all probe inputs (at most 256: a unit may still answer to others). "
    "Of use for ReLU, where such a unit has no gradient; `activation_sparsity` has the units that are hardly ever "
    "active.",
    unit="share",
    source="Lu et al. 2020, arXiv:1903.06733",
    series=("dead_units.*",),
    range=(0.0, 1.0),
    measure=measure,
)

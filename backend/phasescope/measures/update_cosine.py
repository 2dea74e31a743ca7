"""Cosine of successive updates: does training go straight on, or back and forth?"""

from __future__ import annotations

from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One cosine over all parameters, and one per weight matrix."""
    last, earlier = checkpoint.update(0), checkpoint.update(1)
    values = {"update_cosine": cosine(last, earlier)}
    ones, others = (checkpoint.network.layout.named(flat) for flat in (last, earlier))
    for name, one in ones.items():
        if one.dim() > 2:
            values[f"update_cosine.{name.removesuffix('.weight')}"] = cosine(one.flatten(1), others[name].flatten(1))
    return values


def cosine(one: Tensor, other: Tensor) -> Tensor:
    """(R,) of (R, k)."""
    found: Tensor = (one * other).sum(1) / (one.norm(dim=1) * other.norm(dim=1))
    return found.clamp(-1, 1)


UPDATE_COSINE = Measure(
    name="update_cosine",
    label="Cosine of successive updates",
    summary="cos(θ_t − θ_{t−1}, θ_{t−1} − θ_{t−2}) of the last two training steps as they were applied; over all "
    "parameters and for each weight matrix. Near 1 training goes straight on; near −1 it goes back and forth across a "
    "valley, as at the edge of stability. Momentum alone brings it near its own factor.",
    unit="cosine",
    source="the definition",
    series=("update_cosine", "update_cosine.*"),
    range=(-1.0, 1.0),
    updates=True,
    undefined="fewer than two steps have been taken, or one of them moved nothing",
    measure=measure,
)

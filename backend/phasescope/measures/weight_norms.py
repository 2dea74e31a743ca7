"""Euclidean norm of every parameter tensor."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One norm per tensor; their squares add up to the square of the global norm."""
    return {
        f"weight_norms.{name}": values.flatten(1).double().norm(dim=1) for name, values in checkpoint.weights().items()
    }


WEIGHT_NORMS = Measure(
    name="weight_norms",
    label="Weight norm per tensor",
    summary="‖w_l‖₂ of each parameter tensor, biases and embeddings included. The squares add up to that of "
    "`weight_norm`.",
    unit="Euclidean",
    source="the definition",
    series=("weight_norms.*",),
    range=(0.0, None),
    measure=measure,
)

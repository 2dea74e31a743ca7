"""Euclidean norm of all parameters."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One norm per run."""
    return {"weight_norm": checkpoint.parameters.double().norm(dim=1)}


WEIGHT_NORM = Measure(
    name="weight_norm",
    label="Weight norm",
    summary="‖θ‖₂ over all parameters, biases and embeddings included.",
    unit="Euclidean",
    source="the definition",
    series=("weight_norm",),
    range=(0.0, None),
    measure=measure,
)

"""How far the parameters have moved since the previous checkpoint."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One distance per run; 0 at step 0."""
    moved = checkpoint.parameters.double() - checkpoint.previous.double()
    return {"distance_to_previous": moved.norm(dim=1)}


DISTANCE_TO_PREVIOUS = Measure(
    name="distance_to_previous",
    label="Distance from the previous checkpoint",
    summary="‖θ_t − θ_s‖₂ over all parameters, s the checkpoint before t. Summed over checkpoints it is the length of "
    "the path, which depends on how densely they lie.",
    unit="Euclidean",
    source="the definition",
    series=("distance_to_previous",),
    range=(0.0, None),
    measure=measure,
)

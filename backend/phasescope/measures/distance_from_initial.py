"""How far the parameters have moved from where they started."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One distance per run."""
    return {"distance_from_initial": (checkpoint.parameters.double() - checkpoint.initial.double()).norm(dim=1)}


DISTANCE_FROM_INITIAL = Measure(
    name="distance_from_initial",
    label="Distance from initial weights",
    summary="‖θ_t − θ_0‖₂ over all parameters.",
    unit="Euclidean",
    source="the definition",
    series=("distance_from_initial",),
    range=(0.0, None),
    measure=measure,
)

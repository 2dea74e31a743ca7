"""Share of right answers on the training and on the test examples."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Right answers divided by examples, or right positions by positions."""
    return {"train_accuracy": checkpoint.accuracy("train"), "test_accuracy": checkpoint.accuracy("test")}


ACCURACY = Measure(
    name="accuracy",
    label="Accuracy",
    summary="Right answers divided by examples, from counts, so that 9 of 10 is the float nearest to 0.9. Where an "
    "example is answered at several positions (a sequence), the share of right positions, averaged over examples.",
    version=2,
    unit="share",
    source="the definition",
    series=("train_accuracy", "test_accuracy"),
    range=(0.0, 1.0),
    needs=("classes",),
    measure=measure,
)

"""Mean loss on the training and on the test examples."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """The task's own loss, averaged over the examples of each split."""
    return {"train_loss": checkpoint.losses("train"), "test_loss": checkpoint.losses("test")}


LOSS = Measure(
    name="loss",
    label="Loss",
    summary="The task's own loss averaged over a split: L = (1/n) Σ ℓ(f(xᵢ), yᵢ).",
    unit="mean per example",
    source="the definition",
    series=("train_loss", "test_loss"),
    range=(0.0, None),
    measure=measure,
)

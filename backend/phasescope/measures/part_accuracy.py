"""Accuracy on each part of the test set, as on each of several tasks that follow each other."""

from __future__ import annotations

import torch

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Right answers divided by examples, of each part; `part` says which part a test example belongs to."""
    test, extras = checkpoint.examples.test, checkpoint.examples.extras
    right = checkpoint.network.correct(checkpoint.outputs("test"), test, extras) & (test.weights > 0)
    part = extras["part"]
    values = {}
    for number in range(int(part.max()) + 1):
        ours = part == number
        counts = ours.sum(1).to(torch.float64)
        values[f"part_accuracy.{number}"] = (right & ours).sum(1).to(torch.float64) / counts
    return values


PART_ACCURACY = Measure(
    name="part_accuracy",
    label="Accuracy of each part",
    summary="Right answers divided by examples, of each part of the test set. With the step at which each part is "
    "learned, forgetting is the difference between its largest and its last value.",
    unit="share",
    source="van de Ven & Tolias 2019, arXiv:1904.07734, section 4",
    series=("part_accuracy.*",),
    range=(0.0, 1.0),
    needs=("parts",),
    undefined="the test set has no example of this part",
    measure=measure,
)

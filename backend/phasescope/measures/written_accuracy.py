"""How much of the answers that the network writes on its own is right, and where."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values

POSITIONS = 16


def measure(checkpoint: Checkpoint) -> Values:
    """The mean, and one series for each of the first tokens."""
    written = checkpoint.written()
    right = written == checkpoint.examples.probe.targets[:, : written.shape[1], -written.shape[2] :]
    values = {"written_accuracy": right.double().mean((1, 2))}
    for place in range(min(POSITIONS, written.shape[2])):
        values[f"written_accuracy_at.{place + 1}"] = right[:, :, place].double().mean(1)
    return values


WRITTEN_ACCURACY = Measure(
    name="written_accuracy",
    label="Accuracy of written answers",
    summary="Share of right tokens in the answers that the network writes to up to 64 probe prompts, token by token, "
    "the likeliest each time, each read back in; over all positions, and at each of the first 16: what is learned "
    "first is a partial solution. Unlike `accuracy` it gives credit for part of an answer.",
    unit="share",
    source="Gopalani & Hu 2025, arXiv:2506.13688",
    series=("written_accuracy", "written_accuracy_at.*"),
    range=(0.0, 1.0),
    cost="moderate",
    needs=("written_answers",),
    measure=measure,
)

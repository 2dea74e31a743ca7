"""Loss of the answers alone, where a network is also trained to predict a prompt that nobody can predict."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Cross-entropy at the positions of the answer, on the test examples."""
    test, length = checkpoint.examples.test, checkpoint.network.task.answer_length()
    chances = checkpoint.outputs("test")[..., -length:, :].log_softmax(-1)
    losses = -chances.gather(-1, test.targets[..., -length:, None])[..., 0].mean(-1)
    return {"answer_loss": (losses * test.weights).sum(1)}


ANSWER_LOSS = Measure(
    name="answer_loss",
    label="Loss of the answers",
    summary="Mean cross-entropy over the tokens of the answer, each predicted with all tokens before it given, on the "
    "test examples; whatever the loss that is trained on.",
    unit="nats per token",
    source="Gopalani & Hu 2025, arXiv:2506.13688, section 2",
    series=("answer_loss",),
    range=(0.0, None),
    needs=("written_answers",),
    measure=measure,
)

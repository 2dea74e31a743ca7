"""Growth of attention logits: the largest score of each head."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.attention import per_head, probe_inputs
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One value per head."""
    largest = per_head(
        checkpoint, probe_inputs(checkpoint), lambda _, scores: scores.abs().amax((1, 3, 4)), kind="scores"
    )
    return {f"attention_logit.{head}": values for head, values in largest.items()}


ATTENTION_LOGITS = Measure(
    name="attention_logits",
    label="Largest attention logit",
    summary="max |q·k|/√d over pairs of positions and up to 64 probe inputs, for each head. Scores that keep growing "
    "end in attention on one position and in unstable training. `output_scale` has the logits of the answer.",
    unit="of q·k/√d",
    source="Wortsman et al. 2023, arXiv:2309.14322; Dehghani et al. 2023, arXiv:2302.05442",
    series=("attention_logit.*",),
    range=(0.0, None),
    cost="moderate",
    needs=("attention",),
    measure=measure,
)

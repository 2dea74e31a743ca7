"""How large the network's outputs are on the probe inputs."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Root mean square, largest size, and mean log-sum-exp."""
    outputs, _ = checkpoint.network.outputs(checkpoint.parameters, checkpoint.examples.probe)
    flat = outputs.double().flatten(1)
    return {
        "output_size": flat.square().mean(1).sqrt(),
        "largest_output": flat.abs().amax(1),
        "log_normaliser": outputs.double().logsumexp(-1).flatten(1).mean(1),
    }


OUTPUT_SCALE = Measure(
    name="output_scale",
    label="Scale of the outputs",
    summary="On the probe inputs: root mean square and largest size of the outputs, and the mean of ln Σ exp(output), "
    "which drifts when logits diverge (it says something of classifiers only).",
    unit="as the outputs",
    source="Wortsman et al. 2023, arXiv:2309.14322",
    series=("output_size", "largest_output", "log_normaliser"),
    measure=measure,
)

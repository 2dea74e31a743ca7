"""Predictions: what each network says on the probe examples, kept as an array."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.core.schedule import MeasureSchedule
from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.kept_arrays import digests, spaced
from phasescope.measures.measure import Arrays, Measure, RunArrays

EXAMPLES = 256
MOST_NUMBERS = 65_536  # of one run at one checkpoint


def keep(checkpoint: Checkpoint, limits: MeasureSchedule) -> Arrays:
    """One array (examples, …, outputs)."""
    outputs, probe = checkpoint.outputs("probe"), checkpoint.examples.probe
    count = outputs.shape[1]
    per_example = outputs[0, 0].numel()
    most = min(limits.examples or EXAMPLES, max(1, MOST_NUMBERS // per_example))
    places = spaced(count, most).to(outputs.device)
    arrays = RunArrays(
        values=outputs[:, places],
        dtype="float16",
        examples=digests(probe.inputs[:, places]),
        about={"examples": len(places), "of_examples": count, "outputs_are": outputs_are(checkpoint)},
    )
    return {"predictions": arrays}


def outputs_are(checkpoint: Checkpoint) -> str:
    """`logits` of classes, the `sign_logit` of a yes or no, or `values`: told from what the loss does with numbers.

    A cross-entropy does not change when all outputs of an example are raised alike; the logistic loss of an output and
    of its negative differ by its size.
    """
    shape = checkpoint.outputs("probe").shape
    numbers = torch.linspace(-0.7, 0.9, shape[1] * shape[2:].numel(), dtype=checkpoint.parameters.dtype)
    tried = numbers.to(checkpoint.parameters.device).reshape(shape[1:]).expand(shape)

    def losses(outputs: Tensor) -> Tensor:
        return checkpoint.network.losses(outputs, checkpoint.examples.probe, checkpoint.examples.extras)

    if torch.allclose(losses(tried + 1), losses(tried), rtol=1e-4, atol=1e-4):
        return "logits"
    if shape[-1] == 1 and len(shape) == 3:
        size = tried.abs()[..., 0]
        if torch.allclose((losses(tried) - losses(-tried)).abs(), size, rtol=1e-4, atol=1e-4):
            return "sign_logit"
    return "values"


PREDICTIONS = Measure(
    name="predictions",
    label="Predictions",
    summary="Outputs of the network on the probe examples, an array (examples, …, outputs); `about` says whether they "
    f"are logits of classes, the logit of a sign, or values. At most {EXAMPLES} examples, evenly spaced, and "
    f"{MOST_NUMBERS:,} numbers are kept. Rounded to 11 binary digits.",
    unit="output",
    source="the definition; trajectories: Mao et al. 2024, PNAS 121",
    arrays=("predictions",),
    caps=("examples",),
    keep=keep,
)

"""The trace of the Hessian of the training loss, estimated, with the error of the estimate."""

from __future__ import annotations

import torch

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.curvature import groups, hessian_product, signs
from phasescope.measures.measure import Measure, Values

PROBES = 16


def measure(checkpoint: Checkpoint) -> Values:
    """The estimate and its standard error; the number of probes is fixed, since stopping early would bias it."""
    flat, examples = checkpoint.parameters, checkpoint.examples
    parts = []
    for rows in groups(len(flat), flat.shape[1] * PROBES, flat.device):
        product = hessian_product(checkpoint.network.of(rows), flat[rows], examples.of(rows))
        probes = [signs("Hutchinson", number, flat.shape[1], flat.device) for number in range(PROBES)]
        parts.append(torch.stack([(v * product(v.expand(len(rows), -1))).sum(1) for v in probes], dim=1))
    samples = torch.cat(parts)
    return {"hessian_trace": samples.mean(1), "hessian_trace_error": samples.std(1) / PROBES**0.5}


HESSIAN_TRACE = Measure(
    name="hessian_trace",
    label="Trace of the Hessian",
    summary="tr H of the mean loss over all training examples, as the mean of v'Hv over 16 vectors v of random signs "
    "(the same for every run and checkpoint), and the standard error of that mean.",
    unit="loss per squared weight",
    source="Hutchinson 1990, Communications in Statistics 19(2)",
    series=("hessian_trace", "hessian_trace_error"),
    cost="dear",
    measure=measure,
)

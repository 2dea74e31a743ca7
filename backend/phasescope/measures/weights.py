"""Weights: all parameters of a network, kept as an array, so that networks can be compared with each other later."""

from __future__ import annotations

import hashlib
import json

from pydantic import JsonValue

from phasescope.core.schedule import MeasureSchedule
from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Arrays, Measure, RunArrays


def keep(checkpoint: Checkpoint, _limits: MeasureSchedule) -> Arrays:
    """One array (parameters,) per run; `about` says where each tensor lies in it."""
    tensors: dict[str, JsonValue] = {name: [*shape] for name, shape in checkpoint.network.layout.shapes.items()}
    digest = hashlib.sha256(json.dumps(tensors).encode()).hexdigest()[:32]
    return {
        "weights": RunArrays(
            values=checkpoint.parameters.float(),
            dtype="float32",
            examples=(digest,) * len(checkpoint.runs),
            about={"tensors": tensors},
        )
    }


WEIGHTS = Measure(
    name="weights",
    label="Weights",
    summary="All parameters of the network in one array, tensor after tensor in the order that `about` gives, in "
    "single precision. `phasescope barrier RUN OTHER` finds the loss barrier on the straight line between two of "
    "these. Four bytes for each parameter, run and checkpoint.",
    unit="weight",
    source="the definition; barrier: Frankle et al. 2020, arXiv:1912.05671",
    arrays=("weights",),
    keep=keep,
)

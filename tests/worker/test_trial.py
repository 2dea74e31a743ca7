"""A trial tells what runs cost, within a factor that is useful, and counts what they store."""

from __future__ import annotations

import torch

from phasescope.core.spec import RunSpec
from phasescope.core.wire import Trial
from phasescope.worker.trial import try_out

SPEC = RunSpec(
    task={"name": "toy_addition"}, model={"name": "embedding_decoder", "width": 16}, optimizer={"name": "adamw"}
)
CPU = torch.device("cpu")


def test_a_trial_measures_steps_measures_and_memory() -> None:
    trial = Trial(key="k", spec=SPEC, runs=8, steps=1000, measures=("loss", "layer_rotation"))
    result = try_out(trial, worker=3, device=CPU)
    assert (result.worker, result.key, result.together) == (3, "k", 8)
    assert set(result.measuring) == {"loss", "layer_rotation"}
    assert result.series["loss"] == 2
    assert result.series["layer_rotation"] > 2
    assert min(result.preparing, result.stepping, *result.measuring.values()) > 0
    assert result.memory_bytes > 8 * 3 * 16

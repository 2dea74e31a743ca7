"""A trial tells what runs cost, within a factor that is useful, and counts what they store."""

from __future__ import annotations

import torch

from phasescope.core.schedule import MeasureSchedule
from phasescope.core.spec import RunSpec
from phasescope.core.wire import Trial
from phasescope.engine.train import train
from phasescope.worker.trial import answered, try_out

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
    assert result.arrays == result.first_arrays == {}


def test_a_trial_counts_the_bytes_of_arrays() -> None:
    limits = {"representations": MeasureSchedule(examples=8, features=4)}
    measures = ("representations", "correctness", "weights")
    spec = SPEC.model_copy(update={"task": {"name": "modular_arithmetic", "modulus": 7, "train_fraction": 0.5}})
    result = try_out(Trial(key="k", spec=spec, runs=3, steps=9, measures=measures, limits=limits), worker=1, device=CPU)
    checkpoint = next(train({0: spec}, (0, 9)))
    sizes = [(min(8, values.shape[1]), min(4, values.shape[2])) for values in checkpoint.activations().values()]
    examples = 7 * 7
    assert result.limits == limits
    assert result.arrays["representations"] == sum(2 * count * width for count, width in sizes)
    assert result.arrays["weights"] == 4 * checkpoint.parameters.shape[1]
    assert examples / 8 <= result.arrays["correctness"] < examples / 8 + 2  # a bit each, in two sets
    assert result.first_arrays["correctness"] == result.arrays["correctness"] + 8 * examples  # and once a key


def test_runs_that_cannot_be_trained_are_answered_with_the_reason() -> None:
    """Whatever goes wrong in a trial, the shard that the worker is training goes on."""
    absent = SPEC.model_copy(update={"task": {"name": "own_arrays", "file": "absent.npz"}, "model": {"name": "mlp"}})
    large = {"name": "separated_gaussians", "features": 10**6, "train_examples": 10**6, "test_examples": 1}
    too_large = SPEC.model_copy(update={"task": large, "model": {"name": "mlp"}})
    odd = SPEC.model_copy(update={"model": {"name": "embedding_decoder", "width": 16, "activation": "unheard of"}})
    for spec, words in ((absent, "absent.npz"), (too_large, "memory"), (odd, "activation")):
        result = answered(Trial(key="k", spec=spec, runs=1, steps=1, measures=()), worker=1, device=CPU)
        assert result.refusal is not None
        assert words in result.refusal.lower()

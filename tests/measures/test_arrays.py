"""What every measure that keeps arrays must do, and what each of them keeps."""

from __future__ import annotations

import fnmatch
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.schedule import MeasureSchedule
from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train
from phasescope.measures import MEASURES
from phasescope.measures.kept_arrays import digests, example_keys, spaced
from phasescope.measures.measure import Arrays, Measure
from phasescope.measures.predictions import outputs_are
from phasescope.measures.representations import projection

from .applicable import applicable
from .checkpoints import alone, trained

KEEPERS = [name for name in MEASURES if MEASURES[name].arrays]
ALL = MeasureSchedule()


@pytest.fixture(params=KEEPERS)
def measure(request: pytest.FixtureRequest) -> Measure:
    return MEASURES[request.param]


def kept(measure: Measure | str, checkpoint: Checkpoint, **limits: int) -> Arrays:
    found = MEASURES[measure] if isinstance(measure, str) else measure
    assert found.keep is not None
    return found.keep(checkpoint, MeasureSchedule(**limits))


def at_start(checkpoint: Checkpoint) -> Checkpoint:
    return replace(checkpoint, step=0, retired=set(), _kept={})


@pytest.mark.parametrize("model", ["embedding_decoder", "mlp", "transformer", "cnn", "rnn"])
def test_gives_the_arrays_it_announces_one_per_run(measure: Measure, model: str) -> None:
    arrays = kept(measure, applicable(measure, model))
    assert arrays
    for name, array in arrays.items():
        assert any(fnmatch.fnmatch(name, pattern) for pattern in measure.arrays), name
        assert len(array.values) == len(array.examples) == 5
        if array.dtype == "float16":
            assert torch.isfinite(array.values).all()


def test_batched_equals_one_by_one(measure: Measure) -> None:
    checkpoint = at_start(applicable(measure))
    together = kept(measure, checkpoint)
    for row in range(5):
        single = kept(measure, alone(checkpoint, row))
        assert single.keys() == together.keys()
        for name, array in single.items():
            count = slice(None) if array.counts is None else slice(array.counts[0])
            np.testing.assert_allclose(array.values[0, count], together[name].values[row, count], rtol=1e-9, atol=1e-12)


def test_changes_nothing(measure: Measure) -> None:
    checkpoint = applicable(measure)
    before, state = checkpoint.parameters.clone(), torch.get_rng_state()
    kept(measure, checkpoint)
    assert torch.equal(checkpoint.parameters, before)
    assert torch.equal(torch.get_rng_state(), state)


# ── representations ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_representations_are_the_activations_on_the_probe() -> None:
    checkpoint = trained()
    for name, array in kept("representations", checkpoint).items():
        np.testing.assert_array_equal(array.values, checkpoint.activations()[name.removeprefix("representations.")])
        assert array.about["of_features"] == array.about["features"] == array.values.shape[2]
        assert array.about["labels"] == checkpoint.examples.probe.targets[0].tolist()


def test_representations_are_limited_as_asked_and_say_so() -> None:
    checkpoint = trained()
    arrays = kept("representations", checkpoint, examples=6, features=3)
    array = arrays["representations.hidden_1"]
    assert tuple(array.values.shape) == (5, 6, 3)
    assert {k: array.about[k] for k in ("examples", "of_examples", "features", "of_features", "projected")} == {
        "examples": 6, "of_examples": 21, "features": 3, "of_features": 8, "projected": True,
    }  # fmt: skip
    places = spaced(21, 6)
    assert places.tolist() == [0, 4, 8, 12, 16, 20]
    expected = checkpoint.activations()["hidden_1"][:, places] @ projection(8, 3, torch.device("cpu"))
    np.testing.assert_allclose(array.values, expected)
    assert array.about["labels"] == checkpoint.examples.probe.targets[0, places].tolist()
    assert array.examples != kept("representations", checkpoint)["representations.hidden_1"].examples
    assert arrays["representations.embedding"].about["projected"] is False


def test_the_projection_keeps_inner_products_in_expectation() -> None:
    matrix = projection(4000, 2000, torch.device("cpu"))
    np.testing.assert_allclose((matrix @ matrix.T).mean(), 1 / 4000, atol=2e-4)  # the identity, on average
    np.testing.assert_allclose((matrix**2).sum(1).mean(), 1.0, atol=0.01)


# ── predictions ──────────────────────────────────────────────────────────────────────────────────────────────────────

TASKS: dict[str, tuple[dict[str, Any], str]] = {
    "cross-entropy": ({"name": "modular_arithmetic", "modulus": 5}, "logits"),
    "classes by squared error": ({"name": "digits", "loss_kind": "squared_error"}, "values"),
    "target vectors": ({"name": "toy_addition", "symbols": 5, "train_examples": 10}, "values"),
    "logistic": ({"name": "sparse_parity", "bits": 5, "test_examples": 8}, "sign_logit"),
    "hinge": ({"name": "sparse_parity", "bits": 5, "test_examples": 8, "loss_kind": "hinge"}, "values"),
    "sign by squared error": (
        {"name": "sparse_parity", "bits": 5, "test_examples": 8, "loss_kind": "squared_error"}, "values",
    ),
    "cross-entropy to a distribution": ({"name": "markov_in_context", "symbols": 3, "train_examples": 8}, "logits"),
    "cross-entropy at every position": ({"name": "copy", "train_examples": 8, "test_examples": 8}, "logits"),
}  # fmt: skip


@pytest.mark.parametrize("name", TASKS)
def test_what_outputs_are_is_told_from_the_loss(name: str) -> None:
    task, expected = TASKS[name]
    model = {"name": "transformer", "width": 8, "heads": 2}
    if task["name"] in ("digits", "sparse_parity"):
        model = {"name": "mlp", "width": 8}
    spec = RunSpec.model_validate({"task": task, "model": model, "optimizer": {"name": "sgd"}})
    checkpoint = next(train({1: spec}, (0,)))
    assert outputs_are(checkpoint) == expected
    arrays = kept("predictions", checkpoint, examples=5)["predictions"]
    assert arrays.about["outputs_are"] == expected
    assert arrays.values.shape[1] == 5
    np.testing.assert_array_equal(arrays.values[:, -1], checkpoint.outputs("probe")[:, -1])


# ── examples ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_correctness_and_losses_are_those_behind_the_averages() -> None:
    checkpoint = trained()  # training sets of two sizes
    correct, losses = kept("correctness", checkpoint), kept("example_losses", checkpoint)
    for split in ("train", "test"):
        right = correct[f"correctness.{split}"]
        loss = losses[f"example_losses.{split}"]
        assert right.counts == loss.counts
        assert right.counts is not None
        for row, count in enumerate(right.counts):
            accuracy = checkpoint.accuracy("train" if split == "train" else "test")[row]
            assert right.values[row, :count].double().mean() == pytest.approx(float(accuracy))
            mean = checkpoint.losses("train" if split == "train" else "test")[row]
            assert loss.values[row, :count].double().mean() == pytest.approx(float(mean))
    assert len(set(correct["correctness.train"].counts or ())) == 2


def test_keys_match_the_examples_of_runs_with_other_sets() -> None:
    checkpoint = at_start(trained())
    inputs, counts = checkpoint.examples.train.inputs, checkpoint.examples.train.counts
    keys = kept("correctness", checkpoint)["correctness_keys.train"].values
    for one in range(5):
        for other in range(5):
            rows, columns = (inputs[run, : counts[run]] for run in (one, other))
            same = (rows[:, None] == columns[None]).all(2)
            np.testing.assert_array_equal(keys[one, : counts[one], None] == keys[other, None, : counts[other]], same)
    assert "correctness_keys.train" not in kept("correctness", trained())  # kept once, at step 0


def test_keys_of_many_examples_do_not_collide() -> None:
    grid = torch.stack(torch.meshgrid(torch.arange(200), torch.arange(200), indexing="ij"), -1).reshape(1, -1, 2)
    assert len(np.unique(example_keys(grid).numpy())) == 40_000
    vectors = torch.randn(1, 5000, 7, generator=torch.Generator().manual_seed(0))
    assert len(np.unique(example_keys(torch.cat([vectors, vectors], 1)).numpy())) == 5000


def test_a_digest_stands_for_the_examples_their_order_and_shape() -> None:
    inputs = torch.arange(24).reshape(2, 6, 2)
    first, second = digests(inputs)
    assert first != second
    assert digests(inputs[:1].expand(3, 6, 2)) == (first,) * 3
    assert digests(inputs[:1].flip(1))[0] != first
    assert digests(inputs[:1].reshape(1, 4, 3))[0] != first
    assert digests(inputs.double())[0] == digests(inputs.float())[0]
    assert spaced(5, 10).tolist() == [0, 1, 2, 3, 4]

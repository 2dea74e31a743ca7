"""What every registered task must do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.intervening import one_class_each
from phasescope.engine.label_noise import NoClasses, with_label_noise
from phasescope.engine.seeding import generator
from phasescope.tasks import TASKS
from phasescope.tasks.task import Data, Task

FEW = {"train_examples": 20, "test_examples": 10}
SEQUENCE = {**FEW, "length": 4}
SMALL: dict[str, list[dict[str, Any]]] = {
    "toy_addition": [{"symbols": 5, "train_examples": 11}],
    "modular_arithmetic": [{"modulus": 7}, {"modulus": 7, "loss_kind": "hinge"}],
    "sparse_parity": [
        {**FEW, "bits": 8, "relevant": 3, "loss_kind": k} for k in ("logistic", "hinge", "squared_error")
    ],
    "sparse_sign": [{**FEW, "features": 9, "loss_kind": k} for k in ("logistic", "hinge")],
    "separated_gaussians": [{**FEW, "features": 12, "separation": 3.0}],
    "matrix_completion": [{"size": 6}, {"size": 6, "kind": "gaussian", "rank": 2, "train_fraction": 0.5}],
    "teacher_student": [{**FEW, "teacher": kind, "noise": 0.1} for kind in ("linear", "hermite", "two_layer")],
    "deep_linear_regression": [
        {"basis": "random", "test_examples": 10},
        {"further_inputs": 2, "further_outputs": 3, "test_examples": 10},
    ],
    "digits": [
        {"train_examples": 20},
        {"labels": "parity", "centred": True, "loss_kind": "squared_error"},
        {"labels": "parity", "length": 8.0, "loss_kind": "hinge", "one_output": True},
    ],
    "permuted_digits": [{"train_examples": 20, "test_examples": 10, "permutation": 3}],
    "split_digits": [{**FEW, "train_examples": 40, "pair": 2}, {"pair": 1, "answer": "which_of_two"}],
    "mnist": [FEW],
    "cifar10": [FEW],
    "own_arrays": [{"train_fraction": 0.5}],
    "moving_window_sum": [SEQUENCE, {**SEQUENCE, "window": 3, "predict_prompt": True}],
    "prefix_sum": [SEQUENCE, {**SEQUENCE, "loss_kind": "logistic"}],
    "copy": [SEQUENCE],
    "reverse": [SEQUENCE],
    "permute": [SEQUENCE],
    "histogram": [SEQUENCE],
    "digit_addition": [{**FEW, "digits": 3}],
    "delayed_memory": [
        {**FEW, "stimulus": 2, "delay": 3, "decision": 2, "kind": kind}
        for kind in ("two_alternative", "match_to_sample", "context_integration", "delayed_cue")
    ],
    "markov_in_context": [{**FEW, "symbols": 4, "positions": 7, "graph": kind} for kind in ("chain", "pairs", "tree")],
    "linear_ssm_teacher": [{**FEW, "positions": 6}],
    "induction": [
        {**FEW, "classes": 32, "labels": 8, "features": 12},
        {**FEW, "classes": 32, "labels": 8, "features": 12, "relabel": True},
        {**FEW, "classes": 32, "labels": 8, "features": 12, "relabel": True, "burstiness": 4, "held_out": 3},
        {**FEW, "classes": 32, "labels": 8, "features": 12, "novel_share": 0.5, "novel_pool": 16},
        {**FEW, "classes": 32, "labels": 8, "features": 12, "novel_share": 0.5, "places": 40},
        {**FEW, "classes": 32, "labels": 8, "features": 12, "test": "in_weights", "bursty_share": 0.5},
        {**FEW, "classes": 32, "labels": 8, "features": 12, "test": "swapped_labels", "zipf": 1.0},
    ],
}
BUILT = {f"{name} {number}": TASKS[name](**settings) for name in TASKS for number, settings in enumerate(SMALL[name])}
CASES = [pytest.param(task, id=name) for name, task in BUILT.items()]
SAMPLED = [
    pytest.param(task, id=name)
    for name, task in BUILT.items()
    if {"test_examples", "train_examples"} <= set(type(task).model_fields)
]


@pytest.fixture(params=CASES)
def task(request: pytest.FixtureRequest) -> Task:
    return request.param


def extras_of(data: Data) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(np.asarray(value)) for name, value in data.extras.items()}


def test_the_same_seed_gives_the_same_data_and_another_does_not(task: Task) -> None:
    first, second, other = (task.draw(generator(seed, "data")) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.inputs, second.inputs)
    np.testing.assert_array_equal(first.targets, second.targets)
    np.testing.assert_array_equal(first.train, second.train)
    pairs = ((first.inputs, other.inputs), (first.targets, other.targets), (first.train, other.train))
    assert not all(np.array_equal(one, another) for one, another in pairs)


def test_train_and_test_are_disjoint_and_every_example_is_for_something(task: Task) -> None:
    data = task.draw(generator(0, "data"))
    assert set(data.train).isdisjoint(data.test)
    assert len(set(data.train)) == len(data.train)
    assert len(set(data.test)) == len(data.test)
    assert {*data.train, *data.test, *data.probe} == set(range(len(data.inputs)))
    assert len(data.targets) == len(data.inputs)


def test_probe_inputs_do_not_depend_on_the_seed(task: Task) -> None:
    probes = [task.draw(generator(seed, "data")) for seed in (1, 2)]
    np.testing.assert_array_equal(probes[0].inputs[probes[0].probe], probes[1].inputs[probes[1].probe])


def test_shapes_are_as_announced(task: Task) -> None:
    shape, data = task.shape(), task.draw(generator(0, "data"))
    assert shape.inputs == task.inputs
    if shape.vocabulary:
        assert data.inputs.shape[1:] == (shape.positions,)
        assert data.inputs.min() >= 0
        assert data.inputs.max() < shape.vocabulary
    elif shape.inputs == "sequences":
        assert data.inputs.shape[1:] == (shape.positions, shape.features)
    else:
        assert data.inputs.shape[1:] == (shape.features,)
    if shape.readout == "every":
        assert data.targets.shape[1] == shape.positions


def test_loss_is_per_example_finite_and_differentiable(task: Task) -> None:
    data = task.draw(generator(0, "data"))
    outputs = torch.randn(len(data.inputs), *task.shape().answer, dtype=torch.float64, requires_grad=True)
    losses = task.loss(outputs, torch.from_numpy(data.targets), extras_of(data))
    assert losses.shape == (len(data.inputs),)
    losses.sum().backward()
    assert outputs.grad is not None
    assert torch.isfinite(outputs.grad).all()


def right_and_wrong(task: Task, data: Data) -> tuple[torch.Tensor, torch.Tensor]:
    """Outputs that are the answer to every example, and some that are not."""
    targets, shape = torch.from_numpy(data.targets), task.shape()
    if "target_vectors" in data.extras:
        vectors = extras_of(data)["target_vectors"]
        return vectors[targets], vectors[targets - 1]
    if task.name == "markov_in_context":
        return (targets + 1e-30).log(), (targets + 1e-30).log().roll(1, -1)
    if getattr(task, "one_output", False):
        return 2 - 4 * targets[:, None].double(), 4 * targets[:, None].double() - 2
    if task.name in ("sparse_parity", "sparse_sign", "separated_gaussians"):
        return targets[:, None].double(), -targets[:, None].double()
    if targets.is_floating_point():
        exact = targets.reshape(len(targets), *shape.answer)  # one number, or one vector, wherever it is answered
        return exact, exact + 1
    right = 20 * torch.nn.functional.one_hot(targets, shape.outputs).double()
    return right, right.roll(1, -1)


def test_the_right_answer_has_the_least_loss_and_is_correct(task: Task) -> None:
    data = task.draw(generator(0, "data"))
    targets, extras = torch.from_numpy(data.targets), extras_of(data)
    right, wrong = right_and_wrong(task, data)
    assert (task.loss(right, targets, extras) < task.loss(wrong, targets, extras)).all()
    if "classes" in task.offers:
        assert task.correct(right, targets, extras).all()
        assert not task.correct(wrong, targets, extras).any()
        np.testing.assert_array_equal(task.right_share(right, targets, extras), 1.0)
        np.testing.assert_array_equal(task.right_share(wrong, targets, extras), 0.0)


@pytest.mark.parametrize("task", SAMPLED, indirect=True)
def test_a_smaller_training_set_is_tested_on_the_same_examples(task: Task) -> None:
    less = task.model_copy(update={"train_examples": 7})
    many, few = (one.draw(generator(3, "data")) for one in (task, less))
    assert len(few.train) == 7 or task.name == "split_digits"  # 7 images, of which a part has some
    np.testing.assert_array_equal(many.inputs[many.test], few.inputs[few.test])
    np.testing.assert_array_equal(many.targets[many.test], few.targets[few.test])


def test_the_door_knows_where_label_noise_has_a_meaning(task: Task) -> None:
    if task.states_itself("label_noise", below=Task):
        return
    noisy, data = task.model_copy(update={"label_noise": 0.5}), task.draw(generator(0, "data"))
    if one_class_each(kept_catalogue().entry("task", task.name)):
        assert (with_label_noise(noisy, data, generator(0, "label noise")).targets != data.targets).any()
    else:
        with pytest.raises(NoClasses, match=rf"task\.label_noise: the answers of task {task.name} are not one class"):
            with_label_noise(noisy, data, generator(0, "label noise"))


def test_tasks_that_answer_in_tokens_are_those_that_tied_embeddings_can_answer(task: Task) -> None:
    shape = task.shape()
    in_tokens = shape.readout == "every" and shape.outputs == shape.vocabulary
    assert ("written_answers" in task.offers) == in_tokens
    assert ("every_position" in task.offers) == (shape.readout == "every")


@pytest.mark.parametrize("name", TASKS)
def test_how_much_is_trained_on_is_a_number_of_each_run_and_may_change(name: str) -> None:
    fields = kept_catalogue().entry("task", name).settings["properties"]
    sizes = [fields[field] for field in ("train_examples", "train_fraction") if field in fields]
    assert all(size["x-per-run"] and size.get("x-changeable") for size in sizes)
    assert fields["label_noise"]["x-per-run"]
    assert sizes or name == "deep_linear_regression"  # which is trained on its directions

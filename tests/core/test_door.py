"""The door: what is wrong is refused whole, by a sentence naming the field, what was given and what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from phasescope.core.catalogue import Catalogue, Entry, kept_catalogue
from phasescope.core.door import admit, admitted_cells, is_whole
from phasescope.core.errors import InvalidSpec
from phasescope.core.signature import signature

CATALOGUE = kept_catalogue()
GOOD: dict[str, Any] = {
    "name": "a test",
    "task": {"name": "toy_addition"},
    "model": {"name": "embedding_decoder", "width": 8},
    "optimizer": {"name": "adamw"},
    "steps": 10,
}
NAN = float("nan")
TIED: dict[str, Any] = {"model": {"name": "transformer", "tied": True}, "measures": ["loss"]}
CASES: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"task": {"name": "toy_adition"}}, "task.name", ["toy_adition", "Did you mean 'toy_addition'?"]),
    ({"task": {}}, "task.name", ["task.name is missing", "modular_arithmetic"]),
    ({"task": {"name": "toy_addition", "symbls": 3}}, "task.symbls", ["symbls", "Did you mean 'symbols'?"]),
    ({"task": {"name": "toy_addition", "train_examples": 55}}, "task", ["leaves no test example"]),
    ({"model": {"name": "mlp", "width": -1}}, "model.width", ["-1 was given", "at least 1"]),
    ({"model": {"name": "mlp", "width": "wide"}}, "model.width", ['"wide" was given', "a whole number"]),
    ({"model": {"name": "mlp", "activation": "sine"}}, "model.activation", ['"sine" was given', "relu", "tanh"]),
    ({"model": {"name": "transformer", "width": 10, "heads": 4}}, "model", ["multiple of heads"]),
    ({"optimizer": {"name": "adamw", "embedding_learning_rate": 0}}, "optimizer.embedding_learning_rate", ["than 0"]),
    ({"optimizer": {"name": "adamw", "learning_rate": NAN}}, "optimizer.learning_rate", ["rate: NaN was given; input"]),
    ({"task": {"name": "teacher_student", "coefficients": [1, NAN]}}, "task.coefficients.1", ["coefficients.1: NaN"]),
    ({"axes": [{"path": "optimizer.beta1", "values": [0, NAN]}]}, "axes.0.values.1", ["values.1: NaN was given"]),
    ({**TIED, "task": {"name": "modular_arithmetic"}}, "model.tied", ["written_answers", "copy"]),
    (
        {"task": {"name": "markov_in_context"}, "model": {"name": "transformer"},
         "axes": [{"path": "model.tied", "values": [False, True]}], "measures": ["loss"]},
        "model.tied", ["written_answers", "task markov_in_context"],
    ),
    (
        {"task": {"name": "deep_linear_regression", "singular_values": []}, "model": {"name": "deep_linear"}},
        "task.singular_values", ["[] was given", "one or more"],
    ),
    (
        {"interventions": [{"name": "clamp_activation", "activation": "hidden_1", "units": []}]},
        "interventions.0.units", ["one or more"],
    ),
    (
        {"task": {"name": "digits", "labels": "parity", "one_output": True, "loss_kind": "squared_error",
                  "label_smoothing": 0.1}, "model": {"name": "mlp"}},
        "task", ["leave label_smoothing at 0"],
    ),
    ({"stepz": 3}, "stepz", ["stepz", "Did you mean 'steps'?"]),
    ({"steps": 0}, "steps", ["0 was given", "greater than or equal to 1"]),
    ({"checkpoints": {"every": 2, "log_spaced": 3}}, "checkpoints", ["exactly one"]),
    ({"measures": ["los"]}, "measures.0", ["'los'", "Did you mean 'loss'?"]),
    (
        {"measures": ["loss", "fourier_concentration"]},
        "measures.1", ["fourier_concentration needs cyclic", "task toy_addition", "parallelogram_quality"],
    ),
    ({"stop": {"measure": "test_acc", "at_least": 1}}, "stop.measure", ["not measured", "test_accuracy"]),
    ({"measures": ["loss"], "stop": {"measure": "test_accuracy", "at_least": 1}}, "stop.measure", ["not measured"]),
    ({"axes": [{"path": "optimizer.wd", "values": [1]}]}, "axes.0.path", ["optimizer.wd", "optimizer.weight_decay"]),
    ({"axes": [{"path": "optimizer.weight_decay", "log": [0, 1, 3]}]}, "axes.0", ["positive"]),
    ({"axes": [{"path": "optimizer.weight_decay", "values": []}]}, "axes.0", ["no values"]),
    ({"axes": [{"path": "optimizer.learning_rate", "linear": [-1, 1, 3]}]}, "optimizer.learning_rate", ["-1.0 was"]),
    ({"axes": [{"path": "model.width", "linear": [1, 2, 3]}]}, "model.width", ["1.5 was given", "a whole number"]),
    (
        {"axes": [{"path": "optimizer.weight_decay", "linear": [0, 1, 1000]},
                  {"path": "optimizer.learning_rate", "log": [1e-4, 1, 1000]}]},
        "axes", ["1,000,000 runs", "65,536"],
    ),
    ({"axes": [{"path": "optimizer.beta1", "values": [0.9]}] * 2}, "axes.0", ["on two axes"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field", "words"), CASES)
def test_refused_by_a_sentence(change: dict[str, Any], field: str, words: list[str]) -> None:
    with pytest.raises(InvalidSpec) as caught:
        admit({**GOOD, **change}, CATALOGUE)
    assert field in {problem.field for problem in caught.value.problems}
    for word in words:
        assert word in str(caught.value)


def test_a_measure_may_need_something_of_the_model_or_of_the_inputs() -> None:
    needy = {"measures": ["parallelogram_quality"]}
    without = [
        entry.model_copy(update={"offers": ()}) if entry.name == "embedding_decoder" else entry
        for entry in CATALOGUE.entries
    ]
    assert admit({**GOOD, **needy}, CATALOGUE).measures == ("parallelogram_quality",)
    with pytest.raises(InvalidSpec) as caught:
        admit({**GOOD, **needy}, Catalogue(entries=tuple(without)))
    assert [problem.field for problem in caught.value.problems] == ["measures.0"]
    sentence = str(caught.value)
    assert "parallelogram_quality needs embedding" in sentence
    assert "model embedding_decoder does not offer" in sentence
    assert "parallelogram_quality" not in sentence.split("Measures that apply:")[1]
    for word, fits in (("tokens", True), ("vectors", False)):
        asks = Entry(kind="measure", name="asks", needs=(word,))
        catalogue = Catalogue(entries=(*CATALOGUE.entries, asks))
        if fits:
            assert admit({**GOOD, "measures": ["asks"]}, catalogue).measures == ("asks",)
        else:
            with pytest.raises(InvalidSpec, match="asks needs vectors"):
                admit({**GOOD, "measures": ["asks"]}, catalogue)


def test_tied_embeddings_go_with_tasks_that_answer_in_tokens() -> None:
    assert admit({**GOOD, **TIED, "task": {"name": "copy"}}, CATALOGUE).model["tied"] is True


def test_what_is_missing_is_named() -> None:
    with pytest.raises(InvalidSpec, match="model is missing"):
        admit({key: value for key, value in GOOD.items() if key != "model"}, CATALOGUE)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidSpec) as caught:
        admit({**GOOD, "task": {"name": "toy_addition", "symbols": 1}, "model": {"name": "mlp", "width": 0}}, CATALOGUE)
    assert {problem.field for problem in caught.value.problems} == {"task.symbols", "model.width"}


def test_the_digest_does_not_depend_on_who_wrote_the_defaults_out() -> None:
    short = admit(GOOD, CATALOGUE)
    long = admit({**GOOD, "optimizer": {"learning_rate": 0.001, "weight_decay": 0, "name": "adamw"}}, CATALOGUE)
    assert [c.spec.digest() for c in admitted_cells(short, CATALOGUE)] == [
        c.spec.digest() for c in admitted_cells(long, CATALOGUE)
    ]


def test_the_digest_is_of_the_trajectory_only() -> None:
    one = admit(GOOD, CATALOGUE)
    other = admit({**GOOD, "name": "b", "measures": ["loss"], "checkpoints": {"every": 3}, "steps": 20}, CATALOGUE)
    digests = [next(admitted_cells(spec, CATALOGUE)).spec.digest() for spec in (one, other)]
    assert digests[0] == digests[1]
    assert one.observation() != other.observation()


def test_whole_numbers_stay_whole_on_a_linear_axis() -> None:
    spec = admit({**GOOD, "axes": [{"path": "model.width", "linear": [8, 64, 8]}]}, CATALOGUE)
    widths = [cell.spec.model["width"] for cell in admitted_cells(spec, CATALOGUE)]
    assert widths == [8, 16, 24, 32, 40, 48, 56, 64]
    assert all(isinstance(width, int) for width in widths)


def test_runs_that_differ_in_numbers_share_a_signature_and_those_of_another_shape_do_not() -> None:
    axes = [{"path": "optimizer.weight_decay", "values": [0, 1]}, {"path": "model.width", "values": [8, 16]}]
    spec = admit({**GOOD, "axes": axes, "seeds": 2}, CATALOGUE)
    cells = list(admitted_cells(spec, CATALOGUE))
    assert len(cells) == 8
    assert len({signature(cell.spec, CATALOGUE) for cell in cells}) == 2
    assert len({cell.spec.digest() for cell in cells}) == 8


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("model.width", True),
        ("optimizer.warm_up", True),
        ("batch_size", True),
        ("optimizer.weight_decay", False),
        ("interventions.0.at", True),
        ("interventions.0.norm", False),
    ],
)
def test_the_catalogue_says_which_settings_are_whole_numbers(path: str, whole: bool) -> None:
    given = {**GOOD, "interventions": [{"name": "perturb_weights", "at": 5, "norm": 1}]}
    assert is_whole(admit(given, CATALOGUE), path, CATALOGUE) is whole

"""Interventions and neutral settings at the door: what they name must be there; what says nothing leaves no mark."""

from __future__ import annotations

from typing import Any

import pytest

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.core.errors import InvalidSpec
from phasescope.core.signature import is_per_run, signature

CATALOGUE = kept_catalogue()
FIRST_DIGEST = "119fc8886f7a50d05d3355edfa5875f5158ba2d245a58ef807edf27cb3e0fd3c"
GOOD: dict[str, Any] = {
    "name": "a test",
    "task": {"name": "toy_addition"},
    "model": {"name": "embedding_decoder", "width": 8},
    "optimizer": {"name": "adamw"},
    "steps": 100,
}
KICK = {"name": "perturb_weights", "norm": 1, "at": 10}
HALF = {"name": "multiply_activation", "activation": "hidden_1", "factor": 0.5}
CASES: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"name": "perturb_weight"}, "interventions.0.name", ["perturb_weight", "Did you mean 'perturb_weights'?"]),
    ({"at": 3}, "interventions.0.name", ["interventions.0.name is missing", "freeze_weights"]),
    ({"name": "perturb_weights"}, "interventions.0", ["norm is missing"]),
    ({**KICK, "norm": -1}, "interventions.0.norm", ["-1 was given", "at least 0"]),
    ({**KICK, "at": 100}, "interventions.0.at", ["100 was given", "100 steps", "never happens"]),
    ({**KICK, "at": 10, "until": 10}, "interventions.0", ["until must come after at"]),
    ({**KICK, "weights": "hiden_1"}, "interventions.0.weights", ["'hiden_1'", "Did you mean 'hidden_1'?"]),
    ({**KICK, "weights": "hidden_3"}, "interventions.0.weights", ["no weights 'hidden_3'", "hidden_1", "hidden_2"]),
    ({**HALF, "activation": "hidden_3"}, "interventions.0.activation", ["no activation 'hidden_3'", "embedding"]),
    ({**HALF, "head": 1}, "interventions.0.head", ["activation hidden_1 of model embedding_decoder has no heads"]),
    ({**HALF, "distances": [1], "entries": [[1, 1]]}, "interventions.0", ["at most one of distances and entries"]),
    ({**HALF, "units": [0]}, "interventions.0.units", ["[0] was given", "at least 1"]),
    ({"name": "change_setting", "field": "model.width", "value": 1}, "interventions.0.field",
     ["model embedding_decoder has no setting 'width' to change", "dropout"]),
    ({"name": "change_setting", "field": "model.dropout", "value": 1}, "interventions.0.value", ["less than 1"]),
    ({**KICK, "when": "train_loss"}, "interventions.0", ["exactly one of at_least and at_most"]),
    ({**KICK, "when": "train_loss", "at_least": 1, "at_most": 1}, "interventions.0", ["exactly one of"]),
    ({**KICK, "at_least": 0.5}, "interventions.0", ["belong to a condition"]),
    ({**KICK, "lasts": 5}, "interventions.0", ["belong to a condition"]),
    ({**KICK, "when": "train_los", "at_least": 1}, "interventions.0.when", ["train_loss", "weight_norm"]),
    ({"name": "change_setting", "field": "momentum", "value": 1}, "interventions.0.field",
     ["optimizer adamw has no setting 'momentum'", "weight_decay"]),
    ({"name": "change_setting", "field": "weight_decay", "value": -1}, "interventions.0.value", ["at least 0"]),
]  # fmt: skip


@pytest.mark.parametrize(("choice", "field", "words"), CASES)
def test_refused_by_a_sentence(choice: dict[str, Any], field: str, words: list[str]) -> None:
    with pytest.raises(InvalidSpec) as caught:
        admit({**GOOD, "interventions": [choice]}, CATALOGUE)
    assert {problem.field for problem in caught.value.problems} == {field}
    for word in words:
        assert word in str(caught.value)


def test_defaults_are_written_out_and_layers_and_parameters_are_known() -> None:
    for weights in ("hidden_2", "hidden_2.weight", "embedding", "readout.bias"):
        spec = admit({**GOOD, "interventions": [{**KICK, "weights": weights}]}, CATALOGUE)
        assert spec.interventions[0]["norm"] == 1.0
        assert spec.interventions[0]["every"] is None


def test_parts_of_a_transformer_are_known_by_name_and_number() -> None:
    sums = {**GOOD, "task": {"name": "modular_arithmetic"}, "model": {"name": "transformer", "layers": 2, "heads": 2}}
    weaker = {**HALF, "activation": "block_2.attention_weights", "head": 2, "distances": [0, 1]}
    assert admit({**sums, "interventions": [weaker]}, CATALOGUE).interventions[0]["distances"] == [0, 1]
    for changes, words in ({"activation": "block_3.heads"}, "block_2.heads"), ({"head": 3}, "has 2 heads"):
        with pytest.raises(InvalidSpec, match=words):
            admit({**sums, "interventions": [{**weaker, **changes}]}, CATALOGUE)


def test_parts_that_only_another_kind_of_network_has_are_known() -> None:
    gated = {**GOOD, "task": {"name": "delayed_memory"}, "model": {"name": "rnn", "cell": "gru", "biases": True}}
    for weights in ("recurrent.update", "bias.reset"):
        assert admit({**gated, "interventions": [{**KICK, "weights": weights}]}, CATALOGUE)


def test_a_condition_on_answers_that_are_not_classes_is_refused() -> None:
    linear = {**GOOD, "task": {"name": "deep_linear_regression"}, "model": {"name": "deep_linear"},
              "measures": ["loss"]}  # fmt: skip
    kick = {**KICK, "when": "test_accuracy", "at_least": 0.9}
    with pytest.raises(InvalidSpec, match=r"interventions\.0\.when: the answers of task deep_linear_regression"):
        admit({**linear, "interventions": [kick]}, CATALOGUE)
    assert admit({**linear, "interventions": [{**kick, "when": "test_loss"}]}, CATALOGUE)


def test_a_condition_leaves_digests_of_interventions_without_one_as_they_were() -> None:
    spec = admit({**GOOD, "interventions": [KICK]}, CATALOGUE)
    assert set(spec.interventions[0]) == {"name", "at", "until", "norm", "relative", "weights", "every"}


def test_numbers_of_interventions_are_axes_and_share_a_signature() -> None:
    axes = [{"path": "interventions.0.norm", "values": [1, 2]}, {"path": "interventions.0.at", "values": [5, 7]}]
    spec = admit({**GOOD, "interventions": [KICK], "axes": axes}, CATALOGUE)
    cells = list(admitted_cells(spec, CATALOGUE))
    assert [(c.spec.interventions[0]["norm"], c.spec.interventions[0]["at"]) for c in cells] == [
        (1.0, 5), (1.0, 7), (2.0, 5), (2.0, 7),
    ]  # fmt: skip
    assert len({signature(c.spec, CATALOGUE) for c in cells}) == 1
    assert len({c.spec.digest() for c in cells}) == 4
    assert is_per_run("interventions.0.norm", spec, CATALOGUE)
    assert not is_per_run("interventions.0.weights", spec, CATALOGUE)


def test_an_axis_that_leads_to_a_step_that_never_comes_is_refused_with_its_point() -> None:
    axes = [{"path": "interventions.0.at", "values": [5, 500]}]
    with pytest.raises(InvalidSpec, match=r"never happens.*interventions\.0\.at = 500"):
        admit({**GOOD, "interventions": [KICK], "axes": axes}, CATALOGUE)


def test_a_neutral_setting_at_its_default_leaves_no_mark_in_spec_and_digest() -> None:
    said = {**GOOD, "optimizer": {"name": "adamw", "warm_up": 0, "clip_norm": None}, "model": {
        **GOOD["model"], "output_scale": 1, "centred": False}}  # fmt: skip
    short, long = (next(admitted_cells(admit(d, CATALOGUE), CATALOGUE)).spec for d in (GOOD, said))
    assert short == long
    assert "warm_up" not in long.optimizer
    assert "label_noise" not in long.task
    changed = admit({**GOOD, "optimizer": {"name": "adamw", "warm_up": 3}}, CATALOGUE)
    assert next(admitted_cells(changed, CATALOGUE)).spec.digest() != short.digest()


def test_digests_made_before_these_settings_came_are_still_true() -> None:
    """The digest of this run as the first version wrote it."""
    spec = next(admitted_cells(admit(GOOD, CATALOGUE), CATALOGUE)).spec
    assert set(spec.optimizer) == {"name", "learning_rate", "weight_decay", "embedding_learning_rate",
                                   "embedding_weight_decay", "beta1", "beta2", "epsilon"}  # fmt: skip
    assert spec.digest() == FIRST_DIGEST


def test_runs_along_a_neutral_setting_share_a_signature() -> None:
    axes = [{"path": "model.output_scale", "log": [0.1, 10, 3]}, {"path": "optimizer.schedule",
            "values": ["constant", "cosine"]}, {"path": "task.label_noise", "values": [0, 0.5]}]  # fmt: skip
    cells = list(admitted_cells(admit({**GOOD, "axes": axes}, CATALOGUE), CATALOGUE))
    assert len(cells) == 12
    assert len({signature(cell.spec, CATALOGUE) for cell in cells}) == 1


def test_label_noise_where_answers_are_not_classes_is_refused() -> None:
    entries = [
        e.model_copy(update={"offers": ()}) if (e.kind, e.name) == ("task", "toy_addition") else e
        for e in CATALOGUE.entries
    ]
    without = CATALOGUE.model_copy(update={"entries": tuple(entries)})
    noisy = {**GOOD, "measures": ["loss"], "task": {"name": "toy_addition", "label_noise": 0.1}}
    with pytest.raises(
        InvalidSpec, match=r"task\.label_noise: the answers of task toy_addition are not one class each"
    ):
        admit(noisy, without)
    assert admit(noisy, CATALOGUE).task["label_noise"] == 0.1


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("task.label_noise", {"task": {"name": "copy", "label_noise": 0.1}}),
        ("task.label_noise", {"axes": [{"path": "task.label_noise", "values": [0, 0.1]}]}),
        ("interventions.0.label_noise", {"interventions": [{"name": "inject_label_noise", "label_noise": 0.3}]}),
        ("interventions.0.field", {"interventions": [{"name": "change_task", "field": "label_noise", "value": 0.3}]}),
    ],
)
def test_label_noise_where_an_example_has_many_answers_is_refused(field: str, more: dict[str, Any]) -> None:
    many = {**GOOD, "task": {"name": "copy"}, "model": {"name": "transformer"}, "measures": ["loss"], **more}
    with pytest.raises(InvalidSpec, match="the answers of task copy are not one class each") as caught:
        admit(many, CATALOGUE)
    assert [problem.field for problem in caught.value.problems] == [field]

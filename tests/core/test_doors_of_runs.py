"""What would go wrong on the way of a run is refused before it begins, by name: parts, tasks that come later, steps."""

from __future__ import annotations

from typing import Any

import pytest

from phasescope.core import changed_tasks, intervening
from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit
from phasescope.core.errors import InvalidSpec

CATALOGUE = kept_catalogue()
ADDITION: dict[str, Any] = {
    "name": "a test",
    "task": {"name": "toy_addition", "symbols": 5, "train_examples": 9},
    "model": {"name": "mlp", "width": 8},
    "optimizer": {"name": "adamw"},
    "steps": 100,
}
IN_CONTEXT: dict[str, Any] = {
    **ADDITION,
    "task": {"name": "induction", "classes": 8, "labels": 4, "pairs": 4, "features": 5},
    "model": {"name": "transformer", "width": 8, "heads": 2, "attention_only": True},
    "batch_size": 4,
}
IMAGES = {**ADDITION, "task": {"name": "digits"}, "model": {"name": "cnn", "channels": 4}}
FILES = {**ADDITION, "task": {"name": "own_arrays"}, "model": {"name": "mlp", "width": 8}}
MAP = "block_1.attention_weights"


def clamp(activation: str, **more: Any) -> dict[str, Any]:
    return {"interventions": [{"name": "clamp_activation", "activation": activation, **more}]}


def in_turn(**more: Any) -> dict[str, Any]:
    return {"interventions": [{"name": "task_sequence", "field": "burstiness", **more}]}


def changed(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"interventions": [{"name": "change_task", **change} for change in changes]}


RELABEL = {"field": "relabel", "value": True}
LESS_BURSTY = {"field": "bursty_share", "value": 0.5, "at": 5}
REFUSED: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    (ADDITION, clamp("hidden_1", units=[99]), "0.units",
     "99 was given, but activation hidden_1 of model mlp has 8 units, counted from 1"),
    (ADDITION, clamp("embedding", units=[129]), "0.units", "has 128 units, counted from 1"),
    (ADDITION, clamp("hidden_1", first_position=2), "0.first_position", "has no positions"),
    (ADDITION, clamp("hidden_1", distances=[1]), "0.distances", "is no attention map; leave distances out"),
    (IN_CONTEXT, clamp("block_1.hidden"), "0.activation", "no activation 'block_1.hidden'"),
    (IN_CONTEXT, clamp("norm"), "0.activation", "no activation 'norm' here"),
    (IN_CONTEXT, clamp("block_1", units=[9]), "0.units", "has 8 units"),
    (IN_CONTEXT, clamp("block_1.heads", units=[5]), "0.units", "has 4 units"),
    (IN_CONTEXT, clamp("block_1.heads", head=3), "0.head", "3 was given, but .* has 2 heads, counted from 1"),
    (IN_CONTEXT, clamp(MAP, units=[1]), "0.units", "has no units; leave units out"),
    (IN_CONTEXT, clamp(MAP, distances=[9]), "0.distances", "has 9 positions of which the last looks back 8"),
    (IN_CONTEXT, clamp(MAP, entries=[[1, 10]]), "0.entries", "10 was given, but .* has 9 positions"),
    (IMAGES, clamp("layer_2", units=[5]), "0.units", "has 4 units"),
    (FILES, clamp("hidden_1", units=[9]), "0.units", "has 8 units"),
    (ADDITION, {"model": {"name": "mlp", "biases": False}, "interventions": [
        {"name": "freeze_weights", "weights": "hidden_1.bias"}]}, "0.weights", "no weights 'hidden_1.bias'"),
    (IN_CONTEXT, {"interventions": [{"name": "freeze_weights", "weights": "readout_every"}]}, "0.weights",
     "no weights 'readout_every' here.*readout"),
    (ADDITION, {**clamp("hidden_1"), "axes": [{"path": "interventions.0.units", "values": [[8], [9]]}]}, "0.units",
     r"9 was given.*at interventions\.0\.units = \[9\]"),
    (ADDITION, {**clamp("hidden_1", units=[7]), "axes": [{"path": "model.width", "values": [8, 6]}]}, "0.units",
     r"7 was given, but .* has 6 units.*model\.width = 6"),
    (IN_CONTEXT, in_turn(first=2, last=4, every=10), "0.last",
     "on the way from 2 to 4 comes 3.*multiple of burstiness"),
    (IN_CONTEXT, in_turn(first=2, last=4, every=10, when="train_loss", at_most=1), "0.last", "comes 3"),
    (IN_CONTEXT, in_turn(first=1, last=5, every=10), "0.last", "5 was given.*multiple of burstiness"),
    (IN_CONTEXT, changed(RELABEL, LESS_BURSTY), "1", "together with interventions.0 .* bursty_share = 0.5.*must be 1"),
    (IN_CONTEXT, changed({**RELABEL, "when": "train_loss", "at_most": 1}, LESS_BURSTY), "1", "together with"),
    (ADDITION, changed({"field": "train_examples", "value": 15}), "0.value", "leaves no test example"),
    (ADDITION, changed({"field": "train_examples", "value": 0}), "0.value", "0 was given"),
    ({**ADDITION, "task": {"name": "modular_arithmetic", "modulus": 5}},
     changed({"field": "train_fraction", "value": 0.01}), "0.value", "train_fraction leaves no training example"),
    ({**IMAGES, "task": {"name": "split_digits"}}, changed({"field": "train_examples", "value": 4}), "0.value",
     "at least 5: one image of each pair"),
    (ADDITION, {"interventions": [{"name": "freeze_weights", "weights": "hidden_2"}],
                "axes": [{"path": "model.hidden_layers", "values": [2, 1]}]}, "0.weights",
     r"no weights 'hidden_2' here.*model\.hidden_layers = 1"),
    (IN_CONTEXT, {**changed(LESS_BURSTY), "axes": [{"path": "task.relabel", "values": [False, True]}]}, "0.value",
     r"must be 1.*task\.relabel = true"),
    (IN_CONTEXT, {**changed({**RELABEL, "until": 5}, LESS_BURSTY),
                  "axes": [{"path": "interventions.0.until", "values": [5, 6]}]}, "1",
     r"together with interventions\.0.*interventions\.0\.until = 6"),
]  # fmt: skip


@pytest.mark.parametrize(("base", "changes", "field", "words"), REFUSED)
def test_refused_by_name(base: dict[str, Any], changes: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(InvalidSpec, match=words) as caught:
        admit({**base, **changes}, CATALOGUE)
    assert [problem.field for problem in caught.value.problems] == [f"interventions.{field}"]


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        (ADDITION, clamp("hidden_1", units=[8])),
        (ADDITION, clamp("embedding", units=[128])),
        (IN_CONTEXT, clamp("block_1.heads", units=[4], head=2, first_position=9)),
        (IN_CONTEXT, clamp(MAP, entries=[[9, 9]])),
        (IN_CONTEXT, clamp(MAP, distances=[8])),
        (FILES, clamp("hidden_1", units=[8])),
        (IN_CONTEXT, in_turn(first=1, last=2, every=10)),
        (IN_CONTEXT, in_turn(first=2, last=4, every=100)),  # none but the first is come to
        (IN_CONTEXT, changed({**RELABEL, "until": 5}, LESS_BURSTY)),
        (IN_CONTEXT, changed(RELABEL, {"field": "zipf", "value": 1.0})),
        (ADDITION, {"checkpoints": {"at": [0, 100]}}),
        (ADDITION, {"axes": [{"path": "batch_size", "values": [None, 4]}]}),
    ],
)
def test_what_there_is_may_be_named(base: dict[str, Any], changes: dict[str, Any]) -> None:
    assert admit({**base, **changes}, CATALOGUE)


@pytest.mark.parametrize(
    ("base", "changes", "field", "words"),
    [
        (ADDITION, {"checkpoints": {"at": [5, 101]}}, "checkpoints.at", "101 was given, but a run has 100 steps"),
        (ADDITION, {"checkpoints": {"at": [-1]}}, "checkpoints.at", "-1 was given"),
        (ADDITION, {"measures": [{"name": "loss", "checkpoints": {"at": [200]}}]}, "schedules.loss.checkpoints.at",
         "200 was given"),
        (ADDITION, {"axes": [{"path": "batch_size", "values": [0, 3]}]}, "batch_size", "0 was given"),
        (ADDITION, {"axes": [{"path": "batch_size", "values": [4, 2**31]}]}, "batch_size", "2147483648 was given"),
        (ADDITION, {"axes": [{"path": "batch_size", "values": [2.5]}]}, "batch_size", "2.5 was given.*integer"),
        (ADDITION, {"extensions": [{"axes": [{"path": "batch_size", "values": ["many"]}]}],
                    "axes": [{"path": "batch_size", "values": [2]}]}, "batch_size", '"many" was given'),
        ({**IN_CONTEXT, "task": {**IN_CONTEXT["task"], "fresh": True}},
         {"axes": [{"path": "batch_size", "values": [None, 4]}]}, "batch_size", "say how many new examples"),
        (ADDITION, {"axes": [{"path": "optimizer.learning_rate", "values": [0.1]}], "extensions": [
            {"axes": [{"path": "optimizer.learning_rate", "values": [-0.1]}]}]}, "optimizer.learning_rate", "-0.1"),
        (FILES, {"stop": {"measure": "test_los", "at_most": 1}}, "stop.measure", "Did you mean 'test_loss'"),
        (ADDITION, {"optimizer": {"name": "adamw", "learning_rate": float("nan")}}, "optimizer.learning_rate", "NaN"),
        (IN_CONTEXT, changed(*[LESS_BURSTY] * 65), "interventions", "65 were given; allowed: at most 64"),
    ],
)  # fmt: skip
def test_other_bad_input(base: dict[str, Any], changes: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(InvalidSpec, match=words) as caught:
        admit({**base, **changes}, CATALOGUE)
    assert [problem.field for problem in caught.value.problems] == [field]


@pytest.mark.parametrize(
    ("changes", "axis"),
    [
        (changed(RELABEL | {"until": 5}, LESS_BURSTY, {**LESS_BURSTY, "at": 9}), "optimizer.learning_rate"),
        (changed({**LESS_BURSTY, "until": 9}, {"field": "zipf", "value": 1.0}), "optimizer.weight_decay"),
        (changed(LESS_BURSTY), "model.dropout"),
        ({"interventions": [{"name": "change_setting", "field": "model.dropout", "value": 0.5}]}, "task.zipf"),
        ({"interventions": [{"name": "change_setting", "field": "weight_decay", "value": 0.5}]}, "model.dropout"),
        ({"interventions": [{"name": "freeze_weights", "weights": "block_1"}]}, "optimizer.learning_rate"),
    ],
)
def test_interventions_are_looked_at_once_along_axes_that_do_not_concern_them(
    changes: dict[str, Any], axis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = counted(monkeypatch)
    found = []
    for count in (1, 30):
        looks.clear()
        values = [number / 100 for number in range(1, count + 1)]
        admit({**IN_CONTEXT, **changes, "axes": [{"path": axis, "values": values}]}, CATALOGUE)
        found.append(list(looks))
    assert found[0]
    assert found[0] == found[1]


def test_only_changes_that_a_rule_ties_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = counted(monkeypatch)
    fields = ["bursty_share", "zipf", "label_noise"]
    many = [{"field": fields[number % 3], "value": 1.0 - number / 100, "at": number} for number in range(60)]
    admit({**IN_CONTEXT, **changed(*many)}, CATALOGUE)
    assert looks.count("_together") == 0
    admit({**IN_CONTEXT, **changed({**RELABEL, "until": 5}, {**LESS_BURSTY, "value": 1.0, "at": 0})}, CATALOGUE)
    assert looks.count("_together") == 1


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the inner checks of interventions, once for each time that they are asked, in order."""
    looks: list[str] = []

    def watch(module: Any, name: str) -> None:
        real = getattr(module, name)

        def asked(*given: Any) -> Any:
            looks.append(name)
            return real(*given)

        monkeypatch.setattr(module, name, asked)

    for name in ("_match_problems", "_reference_problems", "_setting_problems"):
        watch(intervening, name)
    for name in ("_together", "_value_problems"):
        watch(changed_tasks, name)
    return looks

"""Comparisons: sides as addresses write them, and the settings in which sides differ."""

from __future__ import annotations

from typing import Any

import pytest

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.comparison import Side, side_of
from phasescope.core.differences import differences
from phasescope.core.door import admit
from phasescope.core.errors import InvalidSpec
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("3", Side(experiment=3)),
        ("3:", Side(experiment=3)),
        ("3:7", Side(experiment=3, runs=(7,))),
        ("12:1,2,7-10, 2", Side(experiment=12, runs=(1, 2, 7, 8, 9, 10))),
        ("3@7", Side(experiment=3, run=7)),
        ("3:1-3@2", Side(experiment=3, runs=(1, 2, 3), run=2)),
        ('3?phase == "a@b:1?"', Side(experiment=3, filter='phase == "a@b:1?"')),
        ("3:1@1?tag == 'é'", Side(experiment=3, runs=(1,), run=1, filter="tag == 'é'")),
    ],
)
def test_a_side_is_read_from_an_address(text: str, side: Side) -> None:
    assert side_of(text) == side


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "0",
        "-1",
        "3:x",
        "3:5-2",
        "3:0",
        "3:1--2",
        "3:1-99999999",
        "9" * 30,
        "3:1,,2",
        "٣:1-2-3",
        "٣",
        "3:٣",
        "3@",
        "3@0",
        "3@x",
        "3@1@2",
        "3?" + "1" * 501,
        "3 ?x",
    ],
)
def test_what_is_no_side_is_refused(text: str) -> None:
    with pytest.raises(InvalidSpec, match="with: "):
        side_of(text)


def spec(**changed: Any) -> ExperimentSpec:
    whole = {
        "name": "one",
        "task": {"name": "toy_addition", "symbols": 6, "train_examples": 15},
        "model": {"name": "embedding_decoder"},
        "optimizer": {"name": "adamw"},
        "steps": 100,
        "axes": [{"path": "optimizer.learning_rate", "values": [0.001, 0.01]}],
        **changed,
    }
    return admit(whole, kept_catalogue())


def run(number: int, rate: float, seed: int = 0) -> Run:
    point = {"optimizer.learning_rate": rate}
    return Run(id=number, point=point, seed=seed, state="finished", step=100, message=None, summary={})


def told(*sides: tuple[ExperimentSpec, list[Run]]) -> dict[str, tuple[tuple[Any, ...], ...]]:
    return {each.path: each.values for each in differences(sides)}


def test_runs_of_one_experiment_differ_in_their_axes_alone() -> None:
    one = spec()
    assert told((one, [run(1, 0.001)]), (one, [run(2, 0.01)])) == {"optimizer.learning_rate": ((0.001,), (0.01,))}
    assert told((one, [run(1, 0.001)]), (one, [run(3, 0.001)])) == {}


def test_a_group_has_all_its_values() -> None:
    one = spec()
    group = [run(1, 0.001), run(2, 0.01, seed=1)]
    expected = {"optimizer.learning_rate": ((0.001, 0.01), (0.001,)), "seed": ((0, 1), (0,))}
    assert told((one, group), (one, [run(1, 0.001)])) == expected


def test_experiments_differ_in_every_setting_that_is_not_the_same() -> None:
    sparse = {"name": "sparse_parity", "bits": 8}
    other = spec(name="two", task=sparse, model={"name": "mlp"}, steps=50, axes=[])
    found = told((spec(), [run(1, 0.001)]), (other, [run(9, 0.001)]))
    assert found["task.name"] == (("toy_addition",), ("sparse_parity",))
    assert found["task.symbols"] == ((6,), ())
    assert found["task.bits"] == ((), (8,))
    assert found["steps"] == ((100,), (50,))
    assert "name" not in found
    assert "optimizer.weight_decay" not in found
    assert "optimizer.learning_rate" not in found  # on an axis there, a setting here, the same value


def test_settings_of_one_part_stand_together() -> None:
    other = spec(task={"name": "sparse_parity", "bits": 8}, model={"name": "mlp"}, axes=[])
    roots = [each.path.partition(".")[0] for each in differences([(spec(), [run(1, 0.001)]), (other, [])])]
    assert roots == sorted(roots, key=["task", "model", "optimizer", "steps", "seed"].index)

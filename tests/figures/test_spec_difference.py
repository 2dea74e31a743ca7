"""The table of what selected runs do not have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phasescope.figures.examples import EXAMPLES
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def table(figure: dict[str, Any]) -> dict[str, list[str]]:
    (heat,) = figure["data"]
    return {name: [row[place] for row in heat["text"]] for place, name in enumerate(heat["x"])}


def test_only_what_differs_is_in_the_table(drawn: Drawn) -> None:
    axes = [
        {"path": "optimizer.learning_rate", "values": [0.001, 0.01]},
        {"path": "optimizer.weight_decay", "values": [1.0, 2.0]},
    ]
    figure = drawn("spec_difference", made_up(axes=axes, runs=(1, 3)))
    found = table(figure)
    assert figure["data"][0]["y"] == ["experiment", "run 1", "run 3"]
    assert list(found) == ["learning rate", "seed", "state", "step", "phase"]  # both have the weight decay of the base
    assert found["learning rate"] == ["0.001", "0.001", "0.01"]
    assert found["step"] == ["5,000", "5,000", "5,000"]
    assert [row[0] for row in figure["data"][0]["z"]] == [0, 0, 1]
    assert figure["data"][0]["customdata"] == [[None] * 5, [[1]] * 5, [[3]] * 5]


def test_one_run_is_compared_with_the_experiment(drawn: Drawn) -> None:
    found = table(drawn("spec_difference", made_up(runs=(256,))))
    assert found["weight decay"] == ["1", "20"]


def test_a_run_without_values_has_no_phase(drawn: Drawn) -> None:
    figure = drawn("spec_difference", EXAMPLES["nothing trained"]())
    assert table(figure)["phase"] == ["–", "–", "–"]
    assert table(figure)["state"] == ["–", "queued", "queued"]


def test_more_runs_than_columns(drawn: Drawn) -> None:
    figure = drawn("spec_difference", EXAMPLES["many runs"]())
    assert len(figure["data"][0]["y"]) == 13
    assert figure["layout"]["meta"]["runs"] == 128


def test_without_a_selection_it_says_what_to_do(drawn: Drawn) -> None:
    assert "Select runs" in drawn("spec_difference", made_up())["layout"]["annotations"][0]["text"]

"""Drift of one run: which run, which layers, and what is said when there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from phasescope.figures import FIGURES
from phasescope.figures.examples import EXAMPLES
from phasescope.figures.made_up import LAYERS, made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def test_one_line_per_layer_in_two_rows(drawn: Drawn) -> None:
    material = made_up(runs=(120,))
    figure = drawn("drift", material)
    above = [trace for trace in figure["data"] if trace["yaxis"] == "y"]
    below = [trace for trace in figure["data"] if trace["yaxis"] == "y2"]
    assert [trace["name"] for trace in above] == [trace["name"] for trace in below] == list(LAYERS)
    expected = material.curves.values["drift_to_previous.output"][119]
    assert below[-1]["y"] == pytest.approx(expected.tolist())
    assert {trace["xaxis"] for trace in figure["data"]} == {"x"}


def test_the_axes_name_what_they_measure(drawn: Drawn) -> None:
    layout = drawn("drift", made_up(runs=(120,)))["layout"]
    assert layout["yaxis"]["title"]["text"] == "from start<br>(1 − CKA)"
    assert layout["yaxis2"]["title"]["text"] == "from previous<br>(1 − CKA)"


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ({"runs": (18, 90)}, 18),
        ({"runs": (18, 90), "run": 90}, 90),
        ({"run": 7}, 7),
        ({"runs": (9999, 5)}, 5),
        ({}, None),
    ],
)
def test_which_run(view: dict[str, Any], shown: int | None, drawn: Drawn) -> None:
    assert drawn("drift", made_up(**view))["layout"]["meta"]["run"] == shown


def test_one_layer(drawn: Drawn) -> None:
    material = made_up(runs=(120,), layer="hidden_2")
    assert FIGURES["drift"].needs(material.experiment, material.view) == (
        "drift_to_initial.hidden_2",
        "drift_to_previous.hidden_2",
    )
    assert {trace["name"] for trace in drawn("drift", material)["data"]} == {"hidden_2"}


def test_undefined_drift_is_marked_with_its_reason(drawn: Drawn) -> None:
    figure = drawn("drift", EXAMPLES["diverged and undefined"]())
    marks = [trace for trace in figure["data"] if trace["name"].startswith("undefined")]
    assert "fewer than two classes" in marks[0]["text"][0]

"""What plateau anatomy marks, read back from the drawn figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from phasescope.core.curves import Curves
from phasescope.core.view import View
from phasescope.figures.examples import EXAMPLES
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def staircase() -> Material:
    """Run 1 drops twice, run 2 not at all."""
    material = made_up(columns=2, rows=1, checkpoints=100, runs=(1, 2), series="loss")
    steps = material.curves.steps.astype(np.float64)
    fall = [1 / (1 + np.exp((np.log10(np.maximum(steps, 0.5)) - place) * 30)) for place in (1.2, 2.6)]
    values = np.stack([0.1 + fall[0] + fall[1], np.maximum(steps, 1) ** -0.3])
    return replace(material, curves=Curves((1, 2), material.curves.steps, {"test_loss": values}))


def test_the_steps_of_a_staircase_are_marked(drawn: Drawn) -> None:
    figure = drawn("plateau_anatomy", staircase())
    assert figure["layout"]["meta"]["drops"] == 2
    marks = next(trace for trace in figure["data"] if trace.get("marker", {}).get("symbol") == "diamond")
    assert marks["customdata"] == [1, 1]
    assert np.log10(marks["x"]) == pytest.approx([1.2, 2.62], abs=0.08)
    assert all("nats" in text and "confidence" in text for text in marks["text"])


def test_the_smooth_run_has_a_curve_only(drawn: Drawn) -> None:
    alone = replace(staircase(), view=View(experiment=1, runs=(2,), series="loss"))
    figure = drawn("plateau_anatomy", alone)
    assert [trace["mode"] for trace in figure["data"]] == ["lines"]


def test_more_runs_than_colours_are_said(drawn: Drawn) -> None:
    layout = drawn("plateau_anatomy", EXAMPLES["many runs"]())["layout"]
    assert layout["meta"]["drawn"] == 12
    assert [note["text"] for note in layout["annotations"]] == ["the first 12 of 128 runs"]


def test_without_a_selection_it_says_what_to_do(drawn: Drawn) -> None:
    assert "Select runs" in drawn("plateau_anatomy", made_up())["layout"]["annotations"][0]["text"]


def test_few_checkpoints_have_no_events(drawn: Drawn) -> None:
    layout = drawn("plateau_anatomy", made_up(checkpoints=8, runs=(120,)))["layout"]
    assert "fewer than 12" in layout["annotations"][0]["text"]

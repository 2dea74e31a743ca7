"""Parallel coordinates: heights, thinning and what is on top."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from phasescope.figures.examples import EXAMPLES
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def heights(figure: dict[str, Any]) -> dict[int, list[float]]:
    """Run -> heights on the axes."""
    count = len(figure["layout"]["meta"]["axes"])
    found: dict[int, list[float]] = {}
    for trace in figure["data"]:
        if trace.get("mode") == "lines" and "customdata" in trace:
            for run, y in zip(trace["customdata"][:: count + 1], np.reshape(trace["y"], (-1, count + 1)), strict=True):
                found[run] = y[:count].tolist()
    return found


def test_every_run_is_a_line_through_its_settings(drawn: Drawn) -> None:
    figure = drawn("parallel_coordinates", made_up(columns=4, rows=3))
    assert figure["layout"]["meta"]["axes"] == [
        "learning rate", "weight decay", "step of train ≥ 0.9", "step of test ≥ 0.9",
    ]  # fmt: skip
    found = heights(figure)
    assert sorted(found) == list(range(1, 13))
    assert found[1][:2] == pytest.approx([0, 0])
    assert found[5][:2] == pytest.approx([1 / 3, 0.5], abs=1e-5)  # log-spaced values are evenly spaced
    assert found[12][:2] == pytest.approx([1, 1])


def test_never_is_above_everything(drawn: Drawn) -> None:
    figure = drawn("parallel_coordinates", made_up(step=300))
    last = [height[-1] for height in heights(figure).values()]
    assert max(last) == pytest.approx(1.06)
    assert "never" in [note["text"] for note in figure["layout"]["annotations"]]


def test_names_are_placed_in_order(drawn: Drawn) -> None:
    figure = drawn("parallel_coordinates", EXAMPLES["categories"]())
    ticks = [note["text"] for note in figure["layout"]["annotations"] if note["x"] == 0]
    assert ticks == ["tanh", "relu", "gelu"]


def test_selected_runs_are_on_top_and_the_coloured_series_is_an_axis(drawn: Drawn) -> None:
    figure = drawn("parallel_coordinates", made_up(runs=(7, 120), colour="weight_norm"))
    assert [trace["name"] for trace in figure["data"][-2:]] == ["run 7", "run 120"]
    assert figure["layout"]["meta"]["axes"][-1] == "weight norm"


def test_too_many_runs_are_thinned_and_it_is_said(drawn: Drawn) -> None:
    figure = drawn("parallel_coordinates", made_up(columns=90, rows=90, checkpoints=20, runs=(8000,)))
    meta = figure["layout"]["meta"]
    assert meta["runs"] == 8100
    assert meta["drawn"] < 8100
    assert 8000 in heights(figure)
    assert "of 8,100 runs" in figure["layout"]["annotations"][-1]["text"]

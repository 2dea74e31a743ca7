"""Slices: the numbers on the lines are the medians of the cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from phasescope.figures.examples import EXAMPLES
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def lines(figure: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace["mode"] == "lines+markers"]


def test_points_are_medians_over_seeds(drawn: Drawn) -> None:
    material = made_up(columns=5, rows=3, seeds=4, colour="weight_norm")
    final = material.curves.values["weight_norm"][:, -1].reshape(5, 3, 4)
    found = lines(drawn("slices", material))
    assert len(found) == 3
    for row, line in enumerate(found):
        assert line["y"] == pytest.approx(np.median(final[:, row], axis=1), rel=1e-5)
        assert line["customdata"][1] == [4 * (3 + row) + seed + 1 for seed in range(4)]
    assert found[0]["x"] == pytest.approx(np.geomspace(1e-4, 1e-2, 5), rel=1e-4)


def test_the_band_is_from_least_to_greatest_of_few_seeds(drawn: Drawn) -> None:
    material = made_up(columns=5, rows=1, seeds=4, colour="weight_norm")
    final = material.curves.values["weight_norm"][:, -1].reshape(5, 4)
    area = next(trace for trace in drawn("slices", material)["data"] if trace.get("fill"))
    assert area["y"][:5] == pytest.approx(final.min(axis=1), rel=1e-5)
    assert area["y"][5:][::-1] == pytest.approx(final.max(axis=1), rel=1e-5)


def test_one_seed_has_no_band(drawn: Drawn) -> None:
    assert not [trace for trace in drawn("slices", made_up())["data"] if trace.get("fill")]


def test_phases_are_not_numbers_so_the_curves_series_is_drawn(drawn: Drawn) -> None:
    figure = drawn("slices", made_up(series="loss"))
    assert figure["layout"]["meta"]["series"] == "test_loss"
    assert figure["layout"]["yaxis"]["title"]["text"] == "test loss"


def test_the_clock_counts(drawn: Drawn) -> None:
    early, late = (lines(drawn("slices", made_up(rows=1, step=step)))[0]["y"] for step in (5, 5000))
    assert max(early) < min(late)


def test_many_lines_are_thinned_and_it_is_said(drawn: Drawn) -> None:
    figure = drawn("slices", made_up(columns=4, rows=30))
    assert len(lines(figure)) == 8
    assert figure["layout"]["meta"]["rows"][-1] == 29
    assert figure["layout"]["annotations"][0]["text"] == "8 of 30 lines"


def test_without_an_axis_it_says_so(drawn: Drawn) -> None:
    assert "no axis" in drawn("slices", EXAMPLES["no axes"]())["layout"]["annotations"][0]["text"]

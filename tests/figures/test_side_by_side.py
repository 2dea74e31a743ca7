"""Columns share their axes, and each holds the runs that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def test_each_column_holds_its_runs(drawn: Drawn) -> None:
    figure = drawn("side_by_side", made_up(runs=(18, 90, 120), step=300))
    groups = figure["layout"]["meta"]["groups"]
    assert [group["runs"] for group in groups] == [[18], [90], [120]]
    assert figure["layout"]["meta"]["rows"] == ["accuracy", "loss", "drift to initial"]
    for trace in figure["data"]:
        assert trace["meta"]["runs"] == groups[int(trace["xaxis"][1:] or 1) - 1]["runs"]
    assert len([shape for shape in figure["layout"]["shapes"] if shape["name"] == "clock"]) == 3


def test_panels_of_a_row_have_one_range(drawn: Drawn) -> None:
    layout = drawn("side_by_side", made_up(runs=(18, 90, 120), series="weight_norm"))["layout"]
    assert layout["meta"]["rows"][0] == "weight_norm"
    for row in range(4):
        ranges = {
            str(layout[f"yaxis{number + 1 if number else ''}"]["range"]) for number in range(3 * row, 3 * row + 3)
        }
        assert len(ranges) == 1


def test_seeds_of_one_cell_are_columns_of_their_own_and_of_several_a_band(drawn: Drawn) -> None:
    alone = drawn("side_by_side", made_up(columns=4, rows=4, seeds=3, runs=(4, 5, 6)))
    assert [group["runs"] for group in alone["layout"]["meta"]["groups"]] == [[4], [5], [6]]
    two = drawn("side_by_side", made_up(columns=4, rows=4, seeds=3, runs=(4, 5, 6, 7, 8, 9)))
    assert [group["runs"] for group in two["layout"]["meta"]["groups"]] == [[4, 5, 6], [7, 8, 9]]
    assert any(trace.get("fill") == "toself" for trace in two["data"])


def test_more_than_six_are_said(drawn: Drawn) -> None:
    notes = drawn("side_by_side", made_up(runs=tuple(range(1, 10))))["layout"]["annotations"]
    assert "the first 6 of 9 cells" in [note["text"] for note in notes]

"""Small multiples: one diagram for each value of what varies besides the two axes, every run in exactly one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]
RATE, DECAY = "optimizer.learning_rate", "optimizer.weight_decay"


def runs_in(figure: dict[str, Any], axis: str) -> set[int]:
    """The runs of all cells of one of the diagrams."""
    maps = [t for t in figure["data"] if t["type"] == "heatmap" and t["xaxis"] == axis]
    cells = [ids for trace in maps for line in trace["customdata"] for ids in line]
    return {run for ids in cells for run in ids or ()}


def test_every_seed_has_a_diagram_of_its_runs(drawn: Drawn) -> None:
    material = made_up(columns=4, rows=3, seeds=3)
    figure = drawn("small_multiples", material)
    assert figure["layout"]["meta"]["path"] == "seed"
    assert figure["layout"]["meta"]["values"] == ["0", "1", "2"]
    for place, axis in enumerate(("x", "x2", "x3")):
        assert runs_in(figure, axis) == {run.id for run in material.runs if run.seed == place}
    words = [(note["name"], note["text"]) for note in figure["layout"]["annotations"]]
    assert words == [("differing", "seed"), ("value", "0"), ("value", "1"), ("value", "2")]
    assert figure["layout"]["meta"]["titles"] == ["seed 0", "seed 1", "seed 2"]


def test_the_diagrams_fill_the_figure_and_do_not_overlap(drawn: Drawn) -> None:
    layout = drawn("small_multiples", made_up(columns=4, rows=3, seeds=7))["layout"]
    names = [name.removeprefix("xaxis") for name in layout if name.startswith("xaxis")]
    places = [(*layout[f"xaxis{name}"]["domain"], *layout[f"yaxis{name}"]["domain"]) for name in names]
    assert len(places) == 7
    assert (min(place[2] for place in places), max(place[3] for place in places)) == (0, 1)
    for number, (left, right, low, high) in enumerate(places):
        for other in places[:number]:
            assert right <= other[0] or left >= other[1] or high <= other[2] - 0.05 or low >= other[3] + 0.05


def test_an_axis_that_is_not_drawn_comes_before_the_seeds(drawn: Drawn) -> None:
    figure = drawn("small_multiples", made_up(columns=4, rows=3, seeds=2, x=RATE, y="seed"))
    assert figure["layout"]["meta"]["path"] == DECAY
    assert [json.loads(value) for value in figure["layout"]["meta"]["values"]] == [0, 10, 20]


def test_all_diagrams_have_one_scale_and_the_legend_counts_all_cells(drawn: Drawn) -> None:
    figure = drawn("small_multiples", made_up(columns=4, rows=3, seeds=2))
    single = drawn("phase_diagram", made_up(columns=4, rows=3, seeds=2))
    legend = [t["name"] for t in figure["data"] if t.get("showlegend")]
    assert legend == [t["name"] for t in single["data"] if t.get("showlegend")]
    assert len({json.dumps(t["colorscale"]) for t in figure["data"] if t["type"] == "heatmap"}) == 1


def test_of_many_values_some_are_drawn_and_that_is_said(drawn: Drawn) -> None:
    figure = drawn("small_multiples", made_up(columns=2, rows=2, seeds=30))
    assert len(figure["layout"]["meta"]["values"]) == 12
    assert "12 of 30 values" in [note["text"] for note in figure["layout"]["annotations"]]


def test_where_nothing_else_varies_it_says_what_is_missing(drawn: Drawn) -> None:
    figure = drawn("small_multiples", made_up(columns=4, rows=3))
    assert [note["name"] for note in figure["layout"]["annotations"]] == ["note"]
    assert figure["data"] == []


def test_the_selected_run_is_framed_where_it_stands(drawn: Drawn) -> None:
    material = made_up(columns=4, rows=3, seeds=2)
    second = next(run.id for run in material.runs if run.seed == 1)
    figure = drawn("small_multiples", made_up(columns=4, rows=3, seeds=2, runs=(second,)))
    assert {t["xaxis"] for t in figure["data"] if t.get("name") == "selected"} == {"x2"}

"""Curves of the selection: which lines, which ends, which gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from phasescope.core.curves import Curves
from phasescope.figures.curves import TEACHING
from phasescope.figures.examples import EXAMPLES
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def lines(figure: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if "meta" in trace]


def marks(figure: dict[str, Any], start: str) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace["name"].startswith(start)]


def test_an_empty_selection_teaches(drawn: Drawn) -> None:
    layout = drawn("curves", made_up())["layout"]
    assert layout["annotations"][0]["text"] == TEACHING
    assert layout["yaxis"]["range"][1] >= 1


def test_test_is_solid_and_train_dashed(drawn: Drawn) -> None:
    material = made_up(runs=(18,))
    figure = drawn("curves", material)
    test, train = lines(figure)
    assert (test["line"]["dash"], train["line"]["dash"]) == ("solid", "dash")
    assert test["line"]["color"] == train["line"]["color"]
    assert test["y"] == pytest.approx(material.curves.values["test_accuracy"][17].tolist())
    assert [t["name"] for t in figure["data"] if t.get("showlegend", True)] == ["0.0001359, 1.333", "train", "test"]


def test_seeds_of_a_cell_are_one_band(drawn: Drawn) -> None:
    material = made_up(columns=2, rows=2, seeds=5, runs=(1, 2, 3, 4, 5))
    figure = drawn("curves", material)
    test = lines(figure)[0]
    rows = material.curves.values["test_accuracy"][:5]
    assert test["y"] == pytest.approx(np.median(rows, axis=0).tolist(), abs=1e-6)
    assert test["meta"] == {"runs": [1, 2, 3, 4, 5]}
    area = next(trace for trace in figure["data"] if trace.get("fill"))
    assert max(area["y"]) == pytest.approx(rows.max())
    assert min(area["y"]) == pytest.approx(rows.min())


def test_any_series_can_be_shown(drawn: Drawn) -> None:
    figure = drawn("curves", made_up(runs=(18,), series="weight_norm"))
    assert len(lines(figure)) == 1
    assert figure["layout"]["yaxis"]["title"]["text"] == "weight norm"
    assert figure["layout"]["meta"]["series"] == ["weight_norm"]


def test_losses_over_decades_are_logarithmic(drawn: Drawn) -> None:
    assert drawn("curves", made_up(runs=(18,), series="loss"))["layout"]["yaxis"]["type"] == "log"
    assert drawn("curves", made_up(runs=(18,)))["layout"]["yaxis"]["type"] == "linear"


@pytest.mark.parametrize(("scale", "kind"), [("log", "log"), ("linear", "linear")])
def test_the_step_axis_is_as_asked(scale: str, kind: str, drawn: Drawn) -> None:
    axis = drawn("curves", made_up(runs=(18,), step_scale=scale))["layout"]["xaxis"]
    assert axis["type"] == kind


@pytest.mark.parametrize("name", ["curves", "drift"])
def test_the_clock_is_the_first_shape(name: str, drawn: Drawn) -> None:
    clock = drawn(name, made_up(runs=(18,), step=300))["layout"]["shapes"][0]
    assert (clock["name"], clock["x0"], clock["x1"], clock["visible"]) == ("clock", 300, 300, True)
    assert drawn(name, made_up(runs=(18,)))["layout"]["shapes"][0]["visible"] is False


def test_unfinished_runs_have_an_open_end(drawn: Drawn) -> None:
    figure = drawn("curves", EXAMPLES["unfinished"]())
    (ends,) = marks(figure, "still training")
    assert ends["marker"]["symbol"] == "circle-open"
    assert "is running at step 2,500" in ends["text"][0]
    assert not marks(drawn("curves", made_up(runs=(18,))), "still training")


def test_a_diverged_run_ends_in_a_cross_that_says_why(drawn: Drawn) -> None:
    (ends,) = marks(drawn("curves", EXAMPLES["diverged and undefined"]()), "cut short 1")
    assert ends["x"] == [130, 130]
    assert ends["text"][0] == "run 44 is diverged at step 130: the loss became infinite"


def test_another_runs_checkpoint_is_no_gap_but_an_undefined_value_is(drawn: Drawn) -> None:
    figure = drawn("curves", EXAMPLES["diverged and undefined"]())
    of_run = {tuple(line["meta"]["runs"]): line for line in lines(figure) if line["line"]["dash"] == "solid"}
    assert np.isfinite(of_run[13,]["y"]).all()  # run 44 has a checkpoint at 130 that run 13 has not
    assert np.isnan(of_run[61,]["y"]).any()
    (gaps,) = marks(figure, "undefined")
    assert "the test set was empty" in gaps["text"][0]
    assert all(40 < x < 160 for x in gaps["x"])


def test_many_cells_are_bundles_by_phase(drawn: Drawn) -> None:
    figure = drawn("curves", EXAMPLES["many runs"]())
    groups = figure["layout"]["meta"]["groups"]
    assert [group["label"].rpartition(" ")[0] for group in groups] == [
        "comprehension",
        "grokking",
        "memorisation",
        "confusion",
    ]
    assert sum(len(group["runs"]) for group in groups) == 128
    assert len(figure["data"]) < 20
    bundle = next(trace for trace in figure["data"] if trace.get("customdata"))
    assert set(bundle["customdata"]) == set(groups[0]["runs"])


def test_a_selected_run_of_another_experiment_is_left_out(drawn: Drawn) -> None:
    figure = drawn("curves", made_up(runs=(18, 99_999)))
    assert [group["runs"] for group in figure["layout"]["meta"]["groups"]] == [[18]]


def test_a_series_that_is_undefined_throughout_says_why(drawn: Drawn) -> None:
    material = EXAMPLES["undefined cells"]()
    view = material.view.model_copy(update={"series": "weight_norm"})
    layout = drawn("curves", Material(material.experiment, material.runs, material.curves, view))["layout"]
    assert "weights are not finite" in layout["annotations"][0]["text"]


def test_a_value_that_was_not_taken_is_no_gap_and_one_that_is_undefined_is(drawn: Drawn) -> None:
    """Every third value is measured; of run 18 one of these is undefined."""
    material = made_up(runs=(18, 90), series="weight_norm")
    curves = material.curves
    taken = np.zeros((len(curves.runs), len(curves.steps)), dtype=np.bool_)
    taken[:, ::3] = taken[:, -1] = True
    values = np.where(taken, curves.values["weight_norm"], np.nan)
    values[17, 9] = np.nan
    reasons = {(18, "weight_norm"): "the weights overflowed"}
    sparse = Curves(curves.runs, curves.steps, {"weight_norm": values}, reasons, {"weight_norm": taken})
    figure = drawn("curves", replace(material, curves=sparse))
    by_run = {line["meta"]["runs"][0]: np.array(line["y"], dtype=np.float64) for line in lines(figure)}
    steps = curves.steps[: len(by_run[90])]
    assert np.isfinite(by_run[90]).all()
    known = np.append(np.arange(0, len(steps), 3), len(steps) - 1)
    between = np.interp(np.log1p(steps), np.log1p(steps[known]), by_run[90][known])
    assert by_run[90] == pytest.approx(between, rel=1e-5)
    assert np.flatnonzero(np.isnan(by_run[18])).tolist() == [9]
    (mark,) = marks(figure, "undefined")
    assert mark["x"] == [curves.steps[9]]
    assert "the weights overflowed" in mark["text"][0]

"""The phase diagram: cells, colours, what is provisional, what is selected, and what the page reads of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from phasescope.analyses.phases import PHASES
from phasescope.core.view import View
from phasescope.figures.examples import EXAMPLES, diverged
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def trace(figure: dict[str, Any], name: str) -> dict[str, Any]:
    return next(trace for trace in figure["data"] if trace["name"] == name)


def entries(figure: dict[str, Any]) -> list[str]:
    return [trace["name"] for trace in figure["data"] if trace.get("showlegend")]


def test_every_cell_carries_its_runs(drawn: Drawn) -> None:
    figure = drawn("phase_diagram", made_up(columns=4, rows=3, seeds=2))
    cells = [ids for row in trace(figure, "trained")["customdata"] for ids in row]
    assert sorted(run for ids in cells for run in ids) == list(range(1, 25))
    assert trace(figure, "trained")["customdata"][1][2] == [15, 16]  # third rate, second decay


def test_counts_and_legend_agree(drawn: Drawn) -> None:
    figure = drawn("phase_diagram", made_up())
    counts = figure["layout"]["meta"]["counts"]
    assert sum(counts.values()) == 256
    assert list(counts) == list(PHASES)
    assert entries(figure) == [f"{phase} {counts[phase]}" for phase in PHASES[:4]]


def test_every_cell_is_in_exactly_one_layer(drawn: Drawn) -> None:
    figure = drawn("phase_diagram", made_up(columns=32, rows=32, trained=0.12))
    layers = [np.array(t["z"]) for t in figure["data"] if t["type"] == "heatmap"]
    shown = sum(np.isfinite(layer).astype(int) for layer in layers)
    assert len(layers) >= 2
    assert (shown == 1).all()
    assert figure["layout"]["meta"]["cells"]["provisional"] == np.isfinite(layers[1]).sum()
    assert trace(figure, "provisional")["opacity"] < trace(figure, "trained")["opacity"]


def test_cells_without_values_can_be_selected(drawn: Drawn) -> None:
    figure = drawn("phase_diagram", EXAMPLES["nothing trained"]())
    waiting = trace(figure, "waiting")
    assert waiting["customdata"][0][0] == [1]
    assert waiting["text"][0][0].endswith("not started")
    assert "not started 256" in entries(figure)


def test_edges_lie_half_way_between_values(drawn: Drawn) -> None:
    figure = drawn("phase_diagram", made_up(columns=3, rows=3))
    heat = trace(figure, "trained")
    assert heat["x"] == pytest.approx([10**-4.5, 10**-3.5, 10**-2.5, 10**-1.5])
    assert heat["y"] == pytest.approx([-5, 5, 15, 25])
    assert figure["layout"]["xaxis"]["type"] == "log"
    assert figure["layout"]["xaxis"]["range"] == pytest.approx([-4.5, -1.5])


def test_what_the_page_reads(drawn: Drawn) -> None:
    material = made_up(columns=3, rows=2, checkpoints=10, step=100)
    meta = drawn("phase_diagram", material)["layout"]["meta"]
    assert meta["x"] == {
        "path": "optimizer.learning_rate",
        "title": "learning rate",
        "scale": "log",
        "values": [0.0001, 0.001, 0.01],
    }
    assert meta["y"]["values"] == [0, 20]
    assert meta["steps"] == list(material.experiment.checkpoints.steps(5000))
    assert (meta["step"], meta["colour"]) == (100, "phase")


def test_selected_cells_are_framed_and_coloured_as_their_curves(drawn: Drawn) -> None:
    material = made_up(runs=(18, 90))
    diagram, curves = drawn("phase_diagram", material), drawn("curves", material)
    frame = trace(diagram, "selected")
    assert len(frame["x"]) == 2 * 6
    colours = trace(diagram, "selected, colours")["marker"]["color"]
    assert colours == [group["colour"] for group in curves["layout"]["meta"]["groups"]]


def test_the_clock_changes_phases(drawn: Drawn) -> None:
    early = drawn("phase_diagram", made_up(step=1))["layout"]["meta"]["counts"]
    assert early["confusion"] == 256


def test_hover_says_everything(drawn: Drawn) -> None:
    figure = drawn("phase_diagram", made_up(columns=2, rows=2, seeds=3))
    heat = trace(figure, "trained")
    assert heat["hovertext"][0][0] == "comprehension"
    place, times, seeds = heat["text"][0][0].split("<br>")
    assert place == "learning rate 0.0001, weight decay 0"
    assert times.startswith("train ≥ 0.9: ")
    assert ", test ≥ 0.9: " in times
    assert seeds == "3 of 3 runs"


def test_a_run_on_its_way_says_how_far_it_is(drawn: Drawn) -> None:
    material = made_up(columns=4, rows=4, trained=0.5)
    running = next(run for run in material.runs if run.state == "running")
    texts = trace(drawn("phase_diagram", material), "trained")["text"]
    assert [text for row in texts for text in row if text.endswith("running at step 2,500 of 5,000")]
    assert running.step == 2500


def test_continuous_colours_have_a_bar_with_unit(drawn: Drawn) -> None:
    layout = drawn("phase_diagram", made_up(colour="train_accuracy"))["layout"]
    assert layout["coloraxis"]["colorbar"]["title"]["text"] == "train accuracy (share)"


def test_values_over_decades_are_coloured_by_their_logarithm(drawn: Drawn) -> None:
    figure = drawn("phase_diagram", made_up(colour="test_loss"))
    axis = figure["layout"]["coloraxis"]
    values = np.array(trace(figure, "trained")["z"])
    assert axis["cmin"] == pytest.approx(values.min())
    assert values.max() < np.log10(3)
    assert "10<sup>-1</sup>" in axis["colorbar"]["ticktext"]


def test_an_undefined_value_is_not_waiting_and_borrows_nothing(drawn: Drawn) -> None:
    material = replace(diverged(), view=View(experiment=1, colour="weight_norm"))
    figure = drawn("phase_diagram", material)
    assert "undefined 1" in entries(figure)
    texts = [text for row in trace(figure, "waiting")["text"] for text in row if text]
    assert texts == ["learning rate 0.0003728, weight decay 8.571<br>undefined: weights are not finite"]


def test_an_unknown_series_says_so(drawn: Drawn) -> None:
    notes = drawn("phase_diagram", made_up(colour="no_such_series"))["layout"]["annotations"]
    assert notes[0]["text"].startswith("No values of no such series yet")


def test_disagreeing_seeds_show_the_majority(drawn: Drawn) -> None:
    material = made_up(axes=[{"path": "optimizer.weight_decay", "values": [1.0, 2.0]}], seeds=3)
    values = {name: np.ones_like(series) for name, series in material.curves.values.items()}
    values["test_accuracy"][0] = 0.0  # one of the three memorises, two comprehend
    curves = replace(material.curves, values=values)
    heat = trace(drawn("phase_diagram", replace(material, curves=curves)), "trained")
    assert heat["hovertext"] == [["comprehension", "comprehension"]]
    assert heat["text"][0][0].endswith("2 of 3 runs")
    assert heat["text"][0][1].endswith("3 of 3 runs")


def test_events_of_the_test_loss_are_colours(drawn: Drawn) -> None:
    material = made_up(columns=4, rows=4, colour="drop_step", checkpoints=100)
    figure = drawn("phase_diagram", material)
    steps = np.array(trace(figure, "trained")["z"], dtype=np.float64)
    assert np.isfinite(steps).sum() >= 8
    assert figure["layout"]["coloraxis"]["colorbar"]["title"]["text"] == "step of the deepest drop (steps)"
    before = drawn("phase_diagram", replace(material, view=material.view.model_copy(update={"step": 20})))
    texts = [text for row in trace(before, "waiting")["text"] for text in row if text]
    assert all("no such event of the test loss was found" in text for text in texts)


@pytest.mark.parametrize("colour", ["grokking_delay", "test_time", "test_loss <= 0.1", "2 * weight_norm", "drop_step"])
def test_the_colours_of_a_number_of_a_run_run_between_its_values(colour: str, drawn: Drawn) -> None:
    figure = drawn("phase_diagram", made_up(columns=8, rows=8, checkpoints=100, colour=colour))
    shown = np.array(next(trace for trace in figure["data"] if trace["name"] == "trained")["z"], dtype=float)
    axis = figure["layout"]["coloraxis"]
    assert axis["cmin"] == pytest.approx(np.nanmin(shown), rel=1e-6)
    assert axis["cmax"] == pytest.approx(np.nanmax(shown), rel=1e-6)
    assert axis["cmax"] > axis["cmin"]


def test_the_colours_of_disagreement_are_those_of_the_spread_and_shares_reach_from_0_to_1(drawn: Drawn) -> None:
    looks = {"weight_norm": None, "phase": 1.0, "share.grokking": 1.0}
    for colour, most in looks.items():
        over = "mean" if colour.startswith("share") else "disagreement"
        figure = drawn("phase_diagram", made_up(columns=6, rows=6, seeds=4, colour=colour, over_seeds=over))
        shown = np.array(next(trace for trace in figure["data"] if trace["name"] == "trained")["z"], dtype=float)
        axis = figure["layout"]["coloraxis"]
        assert axis["cmax"] == pytest.approx(np.nanmax(shown) if most is None else most, rel=1e-6)

"""The peri-event figure: leads are read back from what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from phasescope.core.curves import Curves
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def leading(runs: int, lead: float = 0.6) -> Material:
    """Test accuracy rises at another step in each run; `progress` rises earlier, `level` not at all."""
    ids = tuple(range(1, runs + 1))
    material = made_up(columns=4, rows=4, checkpoints=200, runs=ids)
    steps = material.curves.steps
    middle = np.linspace(5, 6.5, runs)[:, None]
    time = np.log(np.maximum(steps, 0.5))
    noise = 0.01 * np.random.default_rng(0).normal(size=(3, runs, len(steps)))
    values = {
        "test_accuracy": 1 / (1 + np.exp(-(time - middle) * 5)) + noise[0],
        "progress": 9 - 4 / (1 + np.exp(-(time - middle + lead) * 5)) + 4 * noise[1],
        "level": 1 + noise[2],
        "progress.hidden_1": 1 / (1 + np.exp(-(time - middle + lead) * 5)),
    }
    return replace(material, curves=Curves(ids, steps, values))


def test_what_leads_is_first(drawn: Drawn) -> None:
    figure = drawn("peri_event", leading(8))
    meta = figure["layout"]["meta"]
    first, second = meta["moved_first"]
    assert (first["series"], first["verdict"], first["runs"]) == ("progress", "earlier", 8)
    assert first["lead"] == pytest.approx(0.6, abs=0.1)
    assert (second["series"], second["verdict"], second["p"]) == ("level", "too few runs", None)
    marks = next(trace for trace in figure["data"] if "error_x" in trace)
    assert marks["x"] == pytest.approx([np.exp(-0.6)], rel=0.1)
    assert marks["marker"]["symbol"] == "circle"
    names = [trace["name"] for trace in figure["data"] if trace.get("showlegend") is not False]
    assert names[:2] == ["test accuracy rises", "progress falls"]


def test_few_runs_are_drawn_and_not_tested(drawn: Drawn) -> None:
    layout = drawn("peri_event", leading(3))["layout"]
    assert {lead["verdict"] for lead in layout["meta"]["moved_first"]} == {"too few runs"}
    assert layout["annotations"][0]["text"] == "3 of 3 runs with a drop: fewer than 6, so nothing is tested"


def test_layers_are_shown_when_asked_for(drawn: Drawn) -> None:
    material = leading(6)
    layer = replace(material, view=material.view.model_copy(update={"layer": "hidden_1"}))
    shown = [lead["series"] for lead in drawn("peri_event", layer)["layout"]["meta"]["moved_first"]]
    assert "progress.hidden_1" in shown


def test_runs_without_a_drop_say_so(drawn: Drawn) -> None:
    material = leading(6)
    flat = {"test_accuracy": np.ones((6, len(material.curves.steps)))}
    curves = Curves(material.curves.runs, material.curves.steps, flat)
    layout = drawn("peri_event", replace(material, curves=curves))["layout"]
    assert layout["annotations"][0]["text"] == "No drop of test accuracy was found in 6 selected runs."

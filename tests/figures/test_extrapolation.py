"""The figure says in words what can be said of a run, and whether it will drop from those beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from phasescope.core.curves import Curves
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]
STEPS = np.unique(np.geomspace(1, 5000, 150).round()).astype(np.int64)


def waiting(*, dropping: int) -> Material:
    """24 seeds of one cell; some drop at step 2000, and run 1, stopped at step 400, has not yet."""
    material = made_up(axes=[], seeds=24, runs=(1, 2), series="loss")
    noise = np.exp(0.02 * np.random.default_rng(0).normal(size=(24, len(STEPS))))
    fall = 1 / (1 + np.exp((np.log10(STEPS) - np.log10(2000)) * 25))
    values = np.where(np.arange(24)[:, None] < dropping + 1, 0.05 + fall, 1.05) * noise
    values[0, STEPS > 400] = np.nan
    runs = (material.runs[0].model_copy(update={"state": "running", "step": 400}), *material.runs[1:])
    return replace(material, runs=runs, curves=Curves(tuple(range(1, 25)), STEPS, {"test_loss": values}))


def test_those_beside_it_say_whether_a_run_will_drop(drawn: Drawn) -> None:
    likely = drawn("extrapolation", waiting(dropping=22))["layout"]["meta"]["said"]
    assert "a drop until step 5,000 is likely: 96%" in likely[0]
    assert "from 23 runs of its cell that stood as long" in likely[0]
    assert "it has dropped before" in likely[1]
    unlikely = drawn("extrapolation", waiting(dropping=1))["layout"]["meta"]["said"]
    assert "is unlikely: 4%" in unlikely[0]


def test_alone_it_cannot_be_said(drawn: Drawn) -> None:
    material = waiting(dropping=1)
    alone = replace(material, runs=material.runs[:3], curves=material.curves.of((1, 2, 3)))
    said = drawn("extrapolation", alone)["layout"]["meta"]["said"]
    assert "whether it will drop cannot be said: 2 runs of its cell stood as long" in said[0]


def test_a_forecast_goes_on_from_where_the_curve_ends(drawn: Drawn) -> None:
    figure = drawn("extrapolation", waiting(dropping=1))
    lines = [trace for trace in figure["data"] if trace.get("line", {}).get("dash") == "dash"]
    assert min(lines[0]["x"]) > 400
    assert max(lines[0]["x"]) == 5000
    band = figure["data"][0]
    assert band["name"] == "80 % interval"
    assert min(band["y"]) < lines[0]["y"][-1] < max(band["y"])

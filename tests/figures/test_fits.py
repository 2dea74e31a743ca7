"""Fits: a planted exponent is found and written down, and where there is none the reason is."""

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
RATE = {"path": "optimizer.learning_rate", "log": [1e-4, 1e-1, 13]}


def planted(exponent: float) -> Material:
    """Runs generalise at 2 x^-exponent, and have fitted long before."""
    material = made_up(axes=[RATE], seeds=3, checkpoints=200)
    steps = np.unique(np.geomspace(1, 1e6, 400).round()).astype(np.int64)
    rate = np.array([run.point["optimizer.learning_rate"] for run in material.runs])
    test = (steps >= 2 * rate[:, None] ** -exponent).astype(np.float64)
    values = {"train_accuracy": np.ones(test.shape), "test_accuracy": test}
    return replace(material, curves=Curves(tuple(run.id for run in material.runs), steps, values))


def test_a_planted_exponent_stands_in_the_legend(drawn: Drawn) -> None:
    figure = drawn("fits", planted(1.2))
    (fit,) = figure["layout"]["meta"]["fits"]
    assert figure["layout"]["meta"]["number"] == "test_time"
    assert fit["exponent"] == pytest.approx(1.2, abs=0.05)
    assert fit["refused"] == ""
    assert all(one["fulfilled"] for one in fit["checks"])
    points, line = figure["data"]
    assert points["name"].startswith("all runs: ν 1.")
    assert line["line"]["dash"] == "solid"
    assert len(points["x"]) == 39
    at = np.interp(np.log(0.01), np.log(line["x"]), np.log(line["y"]))
    assert np.exp(at) == pytest.approx(2 * 0.01**-1.2, rel=0.1)


def test_no_power_law_is_said_and_drawn_dotted(drawn: Drawn) -> None:
    material = planted(1.2)
    rate = np.array([run.point["optimizer.learning_rate"] for run in material.runs])
    test = (material.curves.steps >= 1000 * np.exp(-20 * rate[:, None])).astype(np.float64)
    curves = replace(material.curves, values={"train_accuracy": np.ones(test.shape), "test_accuracy": test})
    figure = drawn("fits", replace(material, curves=curves))
    (fit,) = figure["layout"]["meta"]["fits"]
    assert fit["refused"]
    assert figure["data"][0]["name"] == "all runs: no exponent"
    assert figure["data"][1]["line"]["dash"] == "dot"


def test_an_axis_of_names_cannot_be_fitted(drawn: Drawn) -> None:
    axes = [{"path": "model.activation", "values": ["tanh", "relu", "gelu"]}]
    notes = drawn("fits", made_up(axes=axes, seeds=4))["layout"]["annotations"]
    assert notes[0]["text"] == "A fit needs an axis of numbers."

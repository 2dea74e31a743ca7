"""Beside theory: the lines are the series of the run, solid what it measured and dashed what was expected."""

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


def trace(figure: dict[str, Any], name: str) -> dict[str, Any]:
    return next(part for part in figure["data"] if part.get("name") == name)


def test_a_panel_for_each_theory_with_the_values_of_the_run(drawn: Drawn) -> None:
    material = made_up(columns=4, rows=4, runs=(6, 2))
    figure = drawn("beside_theory", material)
    assert figure["layout"]["meta"]["theories"] == ["place of symbols", "accuracy"]
    assert figure["layout"]["meta"]["run"] == 6
    for name, dash, axis in (
        ("symbol_place.2", "solid", "y"),
        ("symbol_place_of_theory.2", "dash", "y"),
        ("test_accuracy", "solid", "y2"),
        ("swap_level", "dash", "y2"),
    ):
        line = trace(figure, name.replace("_", " ").replace(".", ", "))
        assert line["y"] == pytest.approx(material.curves.values[name][5].tolist())
        assert (line["line"]["dash"], line.get("yaxis", "y")) == (dash, axis)
    places = [trace(figure, f"symbol {what}, 1")["line"]["color"] for what in ("place", "place of theory")]
    assert places[0] == places[1]  # a symbol and where it should be have one colour
    assert figure["layout"]["annotations"][0]["text"] == "run 6, the first of 2 that are selected"


def test_a_theory_of_which_the_run_has_nothing_has_no_panel(drawn: Drawn) -> None:
    material = made_up(columns=4, rows=4, runs=(6,))
    values = {name: table.copy() for name, table in material.curves.values.items()}
    values["swap_level"][5] = np.nan
    less = replace(material, curves=Curves(material.curves.runs, material.curves.steps, values))
    figure = drawn("beside_theory", less)
    assert figure["layout"]["meta"]["theories"] == ["place of symbols"]
    assert "test accuracy" not in {part.get("name") for part in figure["data"]}


def test_without_any_theory_it_says_which_measures_have_one(drawn: Drawn) -> None:
    material = made_up(columns=4, rows=4, runs=(6,))
    values = {name: table for name, table in material.curves.values.items() if name.endswith("accuracy")}
    figure = drawn(
        "beside_theory", replace(material, curves=Curves(material.curves.runs, material.curves.steps, values))
    )
    assert "effective_theory" in figure["layout"]["annotations"][0]["text"]

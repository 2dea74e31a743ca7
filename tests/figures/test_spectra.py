"""Spectra: one colour per matrix, a dash per singular value, ranks below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from phasescope.core.curves import Curves
from phasescope.figures.made_up import LAYERS, made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def test_values_and_ranks_of_every_matrix(drawn: Drawn) -> None:
    material = made_up(runs=(18, 120), run=120)
    figure = drawn("spectra", material)
    values = [trace for trace in figure["data"] if trace["yaxis"] == "y"]
    ranks = [trace for trace in figure["data"] if trace["yaxis"] == "y2"]
    assert (len(values), len(ranks)) == (3 * len(LAYERS), len(LAYERS))
    assert figure["layout"]["meta"]["run"] == 120
    for layer in LAYERS:
        own = [trace for trace in values if trace["name"] == layer]
        assert len({trace["line"]["color"] for trace in own}) == 1
        assert [trace["line"]["dash"] for trace in own] == ["solid", "dash", "dot"]
        assert own[0]["y"][-1] > own[1]["y"][-1] > own[2]["y"][-1]
    row = material.curves.runs.index(120)
    assert ranks[0]["y"][-1] == material.curves.values["effective_rank.embedding"][row, -1]


def test_one_layer_alone(drawn: Drawn) -> None:
    figure = drawn("spectra", made_up(run=120, layer="hidden_2"))
    assert {trace["name"] for trace in figure["data"]} == {"hidden_2"}


def test_what_was_not_measured_is_said(drawn: Drawn) -> None:
    material = made_up(run=120)
    kept = {name: values for name, values in material.curves.values.items() if "singular" not in name}
    kept = {name: values for name, values in kept.items() if "rank" not in name}
    bare = replace(material, curves=Curves(material.curves.runs, material.curves.steps, kept))
    assert "weight_spectrum" in drawn("spectra", bare)["layout"]["annotations"][0]["text"]

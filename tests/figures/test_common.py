"""Every figure in every situation: it draws, is small, is labelled, has no template, and is the same each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pytest

from phasescope.core.arrays import KeptArray
from phasescope.core.view import ARRANGEMENT, SELECTION_OF_RUNS, View
from phasescope.figures import FIGURES, DrawsArrays
from phasescope.figures.examples import EXAMPLES, large
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material, expanded

MEGABYTE = 1_000_000
Drawn = Callable[[str, Material], dict[str, Any]]
every_figure = pytest.mark.parametrize("name", FIGURES)
every_situation = pytest.mark.parametrize("situation", EXAMPLES)


def axes_of(layout: dict[str, Any]) -> list[dict[str, Any]]:
    return [value for key, value in layout.items() if key[1:5] == "axis" and value.get("visible", True)]


@every_figure
def test_described(name: str) -> None:
    figure = FIGURES[name]
    assert figure.title
    assert figure.description.endswith(".")
    assert figure.scope in ("all", "selection")


@cache
def made(situation: str) -> Material:
    """A situation, made once: a figure that changed its material would change what others draw from it."""
    return EXAMPLES[situation]()


@lru_cache(maxsize=1)
def large_material(**view: Any) -> Material:
    """64 x 64 cells, 500 selected runs x 400 checkpoints; some hundred megabytes, so one at a time."""
    return large(runs=tuple(range(1, 4001, 8)), **view)


def test_materials_are_the_same_each_time() -> None:
    one, other = EXAMPLES["diverged and undefined"](), EXAMPLES["diverged and undefined"]()
    assert one.runs == other.runs
    assert all(
        (one.curves.values[name] == values)[~np.isnan(values)].all() for name, values in other.curves.values.items()
    )
    assert [a.values.tobytes() for a in one.arrays] == [a.values.tobytes() for a in other.arrays]


@every_figure
@every_situation
def test_draws_labelled_small_and_the_same_each_time_and_leaves_the_theme_alone(
    name: str, situation: str, text_of: Callable[[str, Material], str]
) -> None:
    text = text_of(name, made(situation))
    layout = json.loads(text)["layout"]
    assert "template" not in layout
    assert layout["meta"]["kind"] == name
    assert all(axis["title"]["text"] for axis in axes_of(layout))
    assert json.dumps(layout["meta"], allow_nan=False)
    assert not [key for key in ('"font"', '"paper_bgcolor"', '"plot_bgcolor"', '"gridcolor"') if key in text]
    assert len(text) < MEGABYTE
    assert text == text_of(name, made(situation))


@every_figure
def test_asks_for_what_it_reads(name: str) -> None:
    material = made_up(runs=(18, 90), colour="weight_norm", series="loss")
    figure = FIGURES[name]
    available = tuple(material.curves.values)
    needed = expanded(figure.needs(material.experiment, material.view), available)
    assert needed or isinstance(figure, DrawsArrays)
    kept = {series: material.curves.values[series] for series in needed}
    curves = type(material.curves)(material.curves.runs, material.curves.steps, kept)
    arrays: tuple[KeptArray, ...] = ()
    if isinstance(figure, DrawsArrays):
        wanted = figure.wants(material.view)
        names = expanded(wanted.names, sorted({array.kind.name for array in material.arrays}))
        arrays = tuple(a for a in material.arrays if a.run in wanted.runs and a.kind.name in names)
        assert arrays
    less = Material(material.experiment, material.runs, curves, material.view, material.units, arrays=arrays)
    assert figure.draw(less).to_json() == figure.draw(material).to_json()


OTHER_LOOKS: dict[str, dict[str, Any]] = {
    "x": {"x": "optimizer.weight_decay"},
    "y": {"y": "seed"},
    "colour": {"colour": "test_loss"},
    "step": {"step": 300},
    "runs": {"runs": (18, 120)},
    "run": {"run": 120},
    "series": {"series": "loss"},
    "step_scale": {"step_scale": "linear"},
    "layer": {"layer": "hidden_2"},
    "estimator": {"estimator": "procrustes"},
    "rule": {"rule": "fitted: train_loss <= 0.5; generalised: test_loss <= 1; delay: 30"},
    "over_seeds": {"over_seeds": "disagreement"},
    "boundaries": {"boundaries": True},
    "levels": {"levels": (0.5,)},
    "group": {"group": ("optimizer.learning_rate",)},
}
BESIDES: dict[str, dict[str, Any]] = {"levels": {"colour": "test_loss"}, "rule": {"colour": "test_time"}}
"""Looks with which a field makes a difference, where it makes none with the usual ones."""


def without_the_clock(figure: dict[str, Any]) -> str:
    """What is left when the clock, which the page moves by itself, is taken out."""
    layout = figure["layout"]
    layout["shapes"] = [shape for shape in layout.get("shapes", ()) if shape.get("name") != "clock"]
    layout["meta"].pop("step", None)
    return json.dumps(figure)


@every_figure
def test_is_drawn_from_the_fields_that_it_names_and_no_other(name: str, drawn: Drawn) -> None:
    assert set(OTHER_LOOKS) == set(View.model_fields) - {"experiment"} - ARRANGEMENT - SELECTION_OF_RUNS
    runs = (18, 90, 105, 106, 107, 108, 120)
    material = made_up(columns=6, rows=6, seeds=4, checkpoints=100, runs=runs, run=18)
    usual = without_the_clock(drawn(name, material))
    looked_at = set()
    for field, change in OTHER_LOOKS.items():
        besides = material.view.model_copy(update=BESIDES.get(field, {}))
        seen = without_the_clock(drawn(name, replace(material, view=besides))) if field in BESIDES else usual
        other = replace(material, view=besides.model_copy(update=change))
        if without_the_clock(drawn(name, other)) != seen:
            looked_at.add(field)
    assert looked_at == set(FIGURES[name].drawn_from)


@every_figure
def test_has_a_sentence_when_there_is_nothing_to_see(name: str, drawn: Drawn) -> None:
    for situation in ("no runs", "nothing trained"):
        notes = drawn(name, made(situation))["layout"]["annotations"]
        assert [note["text"] for note in notes if note["name"] == "note"]


@every_figure
@pytest.mark.parametrize("view", [{}, {"colour": "test_loss", "series": "loss"}])
def test_large_figures_are_small(name: str, view: dict[str, Any], text_of: Callable[[str, Material], str]) -> None:
    """How long they take is for benchmarks/analyses.py and benchmarks/served_figures.py."""
    assert len(text_of(name, large_material(**view))) < MEGABYTE

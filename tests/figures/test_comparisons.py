"""Figures of comparisons in every situation: they draw, are small, carry no template, and show every side."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.io
import pytest

from phasescope.core.comparison import Comparison, Side
from phasescope.core.corrections import Correction, DropMark
from phasescope.figures import examples
from phasescope.figures.comparisons import COMPARISONS, Compared, ComparesArrays
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material, expanded
from phasescope.figures.style import run_colours

from .conftest import unpacked
from .test_array_figures import array

RANDOM = np.random.default_rng(1)


def sides(*materials: Material) -> tuple[Compared, ...]:
    colours = run_colours([50 * place + 1 for place in range(len(materials))])
    found = []
    for letter, colour, material in zip("ABCDEF", colours, materials, strict=False):
        members = tuple(run for run in material.runs if run.id in material.view.runs)
        found.append(Compared(letter, f"side {letter}", colour, material, members, next(iter(members), None)))
    return tuple(found)


SITUATIONS: dict[str, Callable[[], tuple[Compared, ...]]] = {
    "none": lambda: (),
    "one": lambda: sides(made_up(runs=(18,))),
    "two": lambda: sides(made_up(runs=(18, 90)), made_up(columns=8, rows=8, runs=(3,))),
    "six": lambda: sides(*(made_up(columns=8, rows=8, seeds=3, runs=(n, n + 1, n + 2)) for n in range(1, 36, 6))),
    "nothing trained": lambda: sides(examples.queued(), examples.queued()),
    "diverged": lambda: sides(examples.diverged(), made_up(runs=(1,))),
    "no runs": lambda: sides(examples.empty()),
    "groups": lambda: sides(made_up(runs=tuple(range(1, 200))), made_up(runs=tuple(range(20, 60)))),
}
LOOKS = {"accuracy": {}, "loss, linear": {"series": "loss", "step_scale": "linear"}, "norm": {"series": "weight_norm"}}
every_figure = pytest.mark.parametrize("name", COMPARISONS)


def between(one: tuple[Compared, ...], other: tuple[Compared, ...]) -> tuple[Compared, ...]:
    return tuple(
        Compared(letter, side.label, side.colour, side.material, side.runs, side.run)
        for letter, side in zip("ABCDEF", (*one, *other), strict=False)
    )


def with_layers(clouds: dict[str, np.ndarray], step: int = 10, examples: str = "e") -> tuple[Compared, ...]:
    """One side whose run has these representations."""
    material = made_up(columns=3, rows=3, checkpoints=9, runs=(1,))
    kept = tuple(array(1, step, f"representations.{name}", values, examples) for name, values in clouds.items())
    return sides(replace(material, arrays=kept))


def text_of(name: str, situation: str, look: dict[str, Any]) -> str:
    comparison = Comparison(sides=(Side(experiment=1),), step=100, **look)
    drawn = COMPARISONS[name].draw(SITUATIONS[situation](), comparison)
    return str(plotly.io.to_json(drawn, engine="orjson", validate=False))


@every_figure
@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("look", LOOKS)
def test_draws(name: str, situation: str, look: str) -> None:
    text = text_of(name, situation, LOOKS[look])
    assert len(text) < 1_000_000
    assert not [key for key in ('"font"', '"paper_bgcolor"', '"plot_bgcolor"', '"gridcolor"') if key in text]
    figure = unpacked(json.loads(text))
    layout = figure["layout"]
    assert "template" not in layout
    assert layout["meta"]["kind"] == name
    assert [side["letter"] for side in layout["meta"]["sides"]] == [s.letter for s in SITUATIONS[situation]()]
    axes = [value for key, value in layout.items() if key[1:5] == "axis"]
    assert all(axis["title"]["text"] for axis in axes)
    if situation in ("none", "nothing trained", "no runs"):
        assert [note["text"] for note in layout["annotations"] if note["name"] == "note"]


@every_figure
def test_is_described_and_the_same_each_time(name: str) -> None:
    figure = COMPARISONS[name]
    assert figure.title
    assert figure.description.endswith(".")
    assert set(figure.drawn_from) <= set(Comparison.model_fields) - {"sides"}
    assert text_of(name, "six", {}) == text_of(name, "six", {})


@every_figure
def test_asks_for_what_it_reads(name: str) -> None:
    figure = COMPARISONS[name]
    material = made_up(runs=(18, 90))
    comparison = Comparison(sides=(Side(experiment=1),), series="loss")
    needed = expanded(figure.needs(material.experiment, comparison), tuple(material.curves.values))
    assert needed or isinstance(figure, ComparesArrays)
    kept = {series: material.curves.values[series] for series in needed}
    curves = type(material.curves)(material.curves.runs, material.curves.steps, kept)
    wanted = figure.wants(comparison) if isinstance(figure, ComparesArrays) else ()
    names = expanded(wanted, sorted({each.kind.name for each in material.arrays}))
    arrays = tuple(each for each in material.arrays if each.run == 18 and each.kind.name in names)
    less = Material(material.experiment, material.runs, curves, material.view, material.units, arrays=arrays)
    drawn = [figure.draw(sides(each), comparison).to_json() for each in (material, less)]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("name", ["curves_together", "curves_apart"])
def test_every_side_has_a_line_in_its_colour_through_its_median(name: str) -> None:
    compared = SITUATIONS["six"]()
    figure = unpacked(json.loads(text_of(name, "six", {"series": "weight_norm"})))
    drawn = {trace["line"]["color"]: trace for trace in figure["data"] if trace.get("meta")}
    assert list(drawn) == [side.colour for side in compared]
    side = compared[2]
    rows = [side.material.curves.runs.index(run.id) for run in side.runs]
    middle = sorted(side.material.curves.values["weight_norm"][rows, -1].tolist())[1]
    assert drawn[side.colour]["y"][-1] == pytest.approx(middle, rel=1e-6)


def test_pictures_apart_share_their_axes() -> None:
    layout = json.loads(text_of("curves_apart", "six", {}))["layout"]
    assert [layout[f"xaxis{number}"]["matches"] for number in range(2, 7)] == ["x"] * 5
    assert [layout[f"yaxis{number}"]["matches"] for number in range(2, 7)] == ["y"] * 5
    assert layout["yaxis"]["range"] == [-0.03, 1.03]
    places = {(tuple(layout[f"xaxis{n}"]["domain"]), tuple(layout[f"yaxis{n}"]["domain"])) for n in ("", *"23456")}
    assert len(places) == 6


@pytest.mark.parametrize("situation", ["two", "six", "diverged", "groups"])
def test_pictures_apart_reach_as_far_as_what_they_draw(situation: str) -> None:
    drawn = unpacked(json.loads(text_of("curves_apart", situation, {"series": "loss"})))
    axis = drawn["layout"]["yaxis"]
    given = [value for trace in drawn["data"] for value in trace["y"] if value is not None and np.isfinite(value)]
    values = np.array(given, dtype=float)
    values = np.log10(values[values > 0]) if axis["type"] == "log" else values
    low, high = axis["range"]
    assert low < values.min() < values.max() < high
    assert high - low < 1.2 * (values.max() - values.min())


def test_events_corrected_by_hand_stand_in_the_place_of_those_found() -> None:
    material = made_up(runs=(18,))
    drop = DropMark(onset=1000, midpoint=2000, end=3000)
    comparison = Comparison(sides=(Side(experiment=1),), series="loss")
    figure = COMPARISONS["events_together"]
    name = figure.needs(material.experiment, comparison)[0]
    by_hand = {(18, name): Correction(drops=(drop,), plateaus=())}
    compared = sides(replace(material, corrections=by_hand))
    drawn = unpacked(json.loads(figure.draw(compared, comparison).to_json()))
    (mark,) = [trace for trace in drawn["data"] if trace["mode"] == "markers"]
    assert mark["x"] == [2000]
    assert "corrected by hand" in mark["text"][0]
    assert (drawn["layout"]["meta"]["drops"], drawn["layout"]["meta"]["plateaus"]) == (1, 0)


def staircase(drops: list[int]) -> tuple[Compared, ...]:
    """A group whose runs stand still until their own step, fall within a third of it, and stand still again."""
    material = made_up(columns=len(drops), rows=1, checkpoints=90, runs=tuple(range(1, len(drops) + 1)))
    steps = material.curves.steps.astype(float)
    height = 1 / (1 + (np.maximum(steps, 1)[None] / np.array(drops, dtype=float)[:, None]) ** 12)
    losses = np.exp(-6 * (1 - height)).astype(np.float32)
    values = {**material.curves.values, "test_loss": losses}
    return sides(replace(material, curves=replace(material.curves, values=values)))


def test_the_events_of_a_large_group_are_a_distribution() -> None:
    drops = [*range(200, 220), *range(400, 420), *range(3000, 3020)]
    comparison = Comparison(sides=(Side(experiment=1),), series="loss")
    drawn = unpacked(json.loads(COMPARISONS["events_together"].draw(staircase(drops), comparison).to_json()))
    (quartiles,) = [trace for trace in drawn["data"] if trace["mode"] == "lines+markers"]
    low, middle, high = quartiles["x"]
    assert 180 < low < 240
    assert 360 < middle < 460
    assert 2700 < high < 3300
    assert "60 of 60 runs dropped" in quartiles["text"][0]
    (strip,) = [trace for trace in drawn["data"] if trace["mode"] == "markers"]
    assert sorted(strip["customdata"]) == list(range(1, 61))
    floor, profile = [trace for trace in drawn["data"] if trace["mode"] == "lines"]
    shares = dict(zip(profile["x"], (np.array(floor["y"]) - np.array(profile["y"])) / 0.5, strict=True))
    between = min(shares, key=lambda step: abs(step - 1100))
    assert shares[between] > 0.85  # two thirds have dropped, and the others have not yet
    dropping = min(shares, key=lambda step: abs(step - 410))
    assert shares[dropping] == pytest.approx(2 / 3, abs=0.1)
    assert "A: share in a plateau" in " ".join(n["text"] for n in drawn["layout"]["annotations"])


def test_layers_are_those_of_the_run_that_stands_for_its_group() -> None:
    material = made_up(columns=3, rows=3, checkpoints=9, runs=(1, 2))
    one, other = RANDOM.normal(size=(2, 20, 3))
    kept = (array(1, 10, "representations.a", one), array(2, 10, "representations.a", other))
    (group,) = sides(replace(material, arrays=kept))
    alone = with_layers({"a": other})[0]
    comparison = Comparison(sides=(Side(experiment=1),))
    found = []
    for run in group.runs:
        both = between((replace(group, run=run),), (alone,))
        figure = COMPARISONS["layers_together"].draw(both, comparison)
        found.append(np.array(unpacked(json.loads(figure.to_json()))["data"][0]["z"])[0, 1])
        assert f"of A run {run.id}" in figure.to_json()
    assert found[1] == pytest.approx(1, abs=1e-5)
    assert found[0] < 0.5


def test_layers_of_all_sides_are_compared_at_the_clock() -> None:
    one, other = RANDOM.normal(size=(2, 20, 3))
    turned = one @ np.linalg.qr(RANDOM.normal(size=(3, 3)))[0]
    first = with_layers({"a": one, "b": other})
    second = with_layers({"c": 3 * other, "d": turned}, step=40)
    comparison = Comparison(sides=(Side(experiment=1),))
    figure = COMPARISONS["layers_together"]
    drawn = unpacked(json.loads(figure.draw(between(first, second), comparison).to_json()))
    (trace,) = drawn["data"]
    assert trace["x"] == ["A a", "A b", "B c", "B d"]
    values = np.array(trace["z"])
    np.testing.assert_allclose(values, values.T, atol=1e-6)
    np.testing.assert_allclose([*np.diag(values), values[0, 3], values[1, 2]], 1, atol=1e-5)
    assert abs(values[0, 1]) < 0.5
    assert values[0, 2] == pytest.approx(values[0, 1], abs=1e-5)
    assert [frame["name"] for frame in drawn["frames"]] == ["10", "40"]
    assert len(drawn["layout"]["shapes"]) == 2  # between the two sides, in both directions


def test_layers_on_other_examples_are_not_compared_and_it_is_said() -> None:
    clouds = {"a": RANDOM.normal(size=(20, 3)), "b": RANDOM.normal(size=(20, 3))}
    both = between(with_layers(clouds), with_layers(clouds, examples="others"))
    figure = COMPARISONS["layers_together"]
    drawn = unpacked(json.loads(figure.draw(both, Comparison(sides=(Side(experiment=1),))).to_json()))
    values = np.array(drawn["data"][0]["z"], dtype=float)
    assert np.isnan(values[:2, 2:]).all()
    assert np.isfinite(values[:2, :2]).all()
    assert "probe examples differ: A and B" in drawn["layout"]["annotations"][0]["text"]


def test_events_lie_where_each_run_has_them() -> None:
    layout = json.loads(text_of("events_together", "six", {}))["layout"]
    assert layout["meta"]["drops"] >= 6
    assert layout["yaxis"]["ticktext"] == list("ABCDEF")

"""Figures of kept arrays: what they show of arrays whose answer is known, and what they say where there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from phasescope.analyses.similarity import FEW, WAYS, similarities
from phasescope.core.arrays import ArrayKind, KeptArray
from phasescope.figures import FIGURES, DrawsArrays
from phasescope.figures.filmed import at_step
from phasescope.figures.kept_arrays import edges
from phasescope.figures.made_up import LAYERS, made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]
RANDOM = np.random.default_rng(0)
CLOUD = RANDOM.normal(size=(20, 3))
ARRAY_FIGURES = [name for name, figure in FIGURES.items() if isinstance(figure, DrawsArrays)]


def array(run: int, step: int, name: str, values: np.ndarray, examples: str = "e", **about: Any) -> KeptArray:
    dtype = {"b": "bool", "u": "uint64"}.get(values.dtype.kind, "float16")
    kind = {"name": name, "measure": name.partition(".")[0], "version": 1, "dtype": dtype, "shape": values.shape,
            "examples": examples, "about": {"examples": len(values), "of_examples": len(values), **about}}  # fmt: skip
    return KeptArray(run, step, ArrayKind.model_validate(kind), values)


def given(arrays: Sequence[KeptArray], **view: Any) -> Material:
    return replace(made_up(columns=3, rows=3, checkpoints=9, **view), arrays=tuple(arrays))


def notes(figure: dict[str, Any], name: str = "note") -> str:
    return " ".join(note["text"] for note in figure["layout"]["annotations"] if note["name"] == name)


def turned(values: np.ndarray) -> np.ndarray:
    return np.asarray(values @ np.linalg.qr(RANDOM.normal(size=(3, 3)))[0])


# ── where nothing is kept ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [name for name in ARRAY_FIGURES if name not in ("drift", "trajectories")])
def test_says_how_to_keep_what_it_needs(name: str, drawn: Drawn) -> None:
    text = notes(drawn(name, given([], runs=(1, 2), run=1)))
    measure = "correctness" if name == "learning_order" else "representations"
    assert f"This experiment keeps no {measure}" in text
    assert f"{{name: {measure}, checkpoints: {{log_spaced: 12}}}}" in text
    material = given([], runs=(1, 2), run=1)
    keeps = material.experiment.model_copy(update={"measures": ("loss", measure)})
    assert "yet" in notes(drawn(name, replace(material, experiment=keeps)))
    assert "Select" in notes(drawn(name, given([])))


def test_trajectories_go_by_measures_and_say_how_to_keep_predictions(drawn: Drawn) -> None:
    figure = drawn("trajectories", given([], runs=(1, 5, 9)))
    assert figure["layout"]["meta"]["space"] == "by standardised measures"
    assert "add predictions to the measures" in notes(figure, "remark")
    assert [line["meta"]["runs"] for line in figure["data"]] == [[1], [5], [9]]
    assert len(figure["data"][0]["x"]) == len(made_up(columns=3, rows=3, checkpoints=9).curves.steps)


# ── drift between checkpoints ────────────────────────────────────────────────────────────────────────────────────────


def test_two_phases_are_two_blocks(drawn: Drawn) -> None:
    other = RANDOM.normal(size=(20, 3))
    clouds = [turned(CLOUD), turned(CLOUD), turned(other), turned(other)]
    steps = (0, 10, 100, 1000)
    name = "representations.hidden_1"
    material = given([array(1, s, name, c) for s, c in zip(steps, clouds, strict=True)], run=1)
    figure = drawn("drift_matrix", material)
    (trace,) = figure["data"]
    drift = np.array(trace["z"])
    np.testing.assert_allclose(drift[:2, :2], 0, atol=1e-6)
    np.testing.assert_allclose(drift[2:, 2:], 0, atol=1e-6)
    assert drift[:2, 2:].min() > 0.5
    assert trace["text"][1][3] == "steps 1,000 and 10"
    assert trace["x"] == pytest.approx(edges(np.array(steps), "log").tolist())
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["hidden_1"]


def test_one_map_per_layer_or_the_one_that_was_asked_for(drawn: Drawn) -> None:
    figure = drawn("drift_matrix", made_up(runs=(120,)))
    assert [trace["name"] for trace in figure["data"]] == list(LAYERS)
    domains = [figure["layout"][f"xaxis{n}"]["domain"] for n in ("", "2", "3", "4")]
    assert domains[0] == domains[2]
    assert domains[0][1] < domains[1][0]
    assert [t["name"] for t in drawn("drift_matrix", made_up(runs=(120,), layer="hidden_2"))["data"]] == ["hidden_2"]


def test_cells_end_halfway_between_checkpoints() -> None:
    assert edges(np.array([0, 10, 100]), "linear").tolist() == [-5, 5, 55, 145]
    assert edges(np.array([10, 100, 1000]), "log") == pytest.approx([10**0.5, 10**1.5, 10**2.5, 10**3.5])
    assert edges(np.array([0, 2, 8]), "log") == pytest.approx([0.25, 1, 4, 16])  # step 0 has a place of its own
    for scale in ("log", "linear"):
        for steps in ([0], [5], [0, 5]):
            assert (np.diff(edges(np.array(steps), scale)) > 0).all()


# ── film ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_clock_picks_the_frame_and_the_axes_stay(drawn: Drawn) -> None:
    name = "representations.hidden_1"
    arrays = [array(1, step, name, size * turned(CLOUD)) for step, size in ((0, 1.0), (50, 2.0), (700, 4.0))]
    film = drawn("representation_film", given(arrays, run=1))
    assert [frame["name"] for frame in film["frames"]] == ["0", "50", "700"]
    shown = {clock: at_step(film, clock) for clock in (0, 49, 50, 699, None)}
    sizes = {clock: np.abs(figure["data"][0]["x"]).max() for clock, figure in shown.items()}
    assert sizes[49] == sizes[0]
    assert sizes[50] == pytest.approx(2 * sizes[0])
    assert sizes[699] == sizes[50]
    assert sizes[None] == pytest.approx(4 * sizes[0])
    ranges = {tuple(figure["layout"][axis]["range"]) for figure in shown.values() for axis in ("xaxis", "yaxis")}
    assert len(ranges) == 1
    assert "at step 50" in notes(shown[699], "remark")
    assert shown[0]["layout"]["meta"]["steps"] == [0, 50, 700]
    assert shown[0]["data"][0]["text"] == film["data"][0]["text"]  # what does not change is sent once


def test_a_long_film_has_evenly_spaced_frames_and_stays_small(
    drawn: Drawn, text_of: Callable[[str, Material], str]
) -> None:
    name = "representations.hidden_1"
    arrays = [array(1, step, name, RANDOM.normal(size=(256, 3))) for step in range(0, 4000, 10)]
    film = drawn("representation_film", given(arrays, run=1))
    steps = [int(frame["name"]) for frame in film["frames"]]
    assert (steps[0], steps[-1]) == (0, 3990)
    assert 200 < len(steps) < 400
    assert max(np.diff(steps)) <= 20
    assert len(text_of("representation_film", given(arrays, run=1))) < 1_000_000


def test_points_are_named_and_coloured_by_what_they_stand_for(drawn: Drawn) -> None:
    tokens, labels = [[n, n + 1] for n in range(20)], list(range(20))
    kept = array(1, 0, "representations.embedding", CLOUD[:, :1], inputs=tokens, labels=labels)
    (trace,) = drawn("representation_film", given([kept], run=1))["data"]
    assert trace["text"][3] == "3, 4 → 3"
    assert trace["marker"]["color"] == labels
    assert not np.any(trace["y"])  # one feature has one component
    plain = drawn("representation_film", given([array(1, 0, "representations.a", CLOUD)], run=1))["data"][0]
    assert plain["text"][3] == "example 4"


# ── similarity ───────────────────────────────────────────────────────────────────────────────────────────────────────


def layers(run: int, clouds: dict[str, np.ndarray], step: int = 10, examples: str = "e") -> list[KeptArray]:
    return [array(run, step, f"representations.{name}", values, examples) for name, values in clouds.items()]


def test_layers_of_two_runs_at_the_clock(drawn: Drawn) -> None:
    other = RANDOM.normal(size=(20, 3))
    arrays = [*layers(2, {"a": CLOUD, "b": other}), *layers(1, {"a": turned(other), "b": 2 * CLOUD})]
    figure = drawn("similarity", given(arrays, runs=(1, 2), run=2))
    (trace,) = figure["data"]
    values = np.array(trace["z"])  # up: run 1, across: run 2
    np.testing.assert_allclose([values[0, 1], values[1, 0]], 1, atol=1e-6)
    assert values[0, 0] < 0.5
    assert "layer of run 2" in figure["layout"]["xaxis"]["title"]["text"]
    assert "layer of run 1" in figure["layout"]["yaxis"]["title"]["text"]
    alone = np.array(drawn("similarity", given(layers(2, {"a": CLOUD, "b": other}), runs=(2,)))["data"][0]["z"])
    np.testing.assert_allclose(np.diag(alone), 1, atol=1e-6)


def test_the_clock_picks_a_frame_of_what_was_newest_in_both_runs(drawn: Drawn) -> None:
    first, second, third = RANDOM.normal(size=(3, 20, 3))
    one = [*layers(1, {"a": first}, step=0), *layers(1, {"a": second}, step=10)]
    arrays = [
        *one,
        *layers(2, {"a": first}, step=0),
        *layers(2, {"a": second}, step=5),
        *layers(2, {"a": third}, step=9),
    ]
    for estimator in ("cka", "procrustes"):
        way = WAYS[estimator]
        figure = drawn("similarity", given(arrays, runs=(1, 2), run=1, estimator=estimator))
        assert [frame["name"] for frame in figure["frames"]] == ["0", "5", "9", "10"]
        expected = [similarities([b], [a], estimator)[0, 0] for a, b in
                    [(first, first), (first, second), (first, third), (second, third)]]  # fmt: skip
        found = [frame["data"][0]["z"][0][0] for frame in figure["frames"]]
        np.testing.assert_allclose(found, expected, atol=1e-4)
        assert found[0] == pytest.approx(way.same, abs=1e-3)
        assert at_step(figure, 7)["data"][0]["z"][0][0] == pytest.approx(expected[1], abs=1e-4)
        assert notes(at_step(figure, 7), "remark").startswith("at step 5")
    assert "step" not in FIGURES["similarity"].drawn_from


def test_a_film_by_a_dear_estimator_has_fewer_frames_and_says_so(drawn: Drawn) -> None:
    clouds = {name: RANDOM.normal(size=(12, 2)) for name in "abcdefgh"}
    arrays = [array for step in range(30) for array in layers(1, clouds, step=step)]
    figure = drawn("similarity", given(arrays, runs=(1,), estimator="procrustes"))
    assert len(figure["frames"]) == 10
    assert "10 of 30 kept steps" in notes(figure, "remark")
    assert len(drawn("similarity", given(arrays, runs=(1,)))["frames"]) == 30


def test_the_estimator_is_that_of_the_view(drawn: Drawn) -> None:
    other = CLOUD + 0.5 * RANDOM.normal(size=(20, 3))
    arrays = [*layers(1, {"a": CLOUD}, step=0), *layers(1, {"a": 3 * turned(other)}, step=10)]
    both = [*arrays, *layers(2, {"a": CLOUD})]
    for estimator, way in WAYS.items():
        figure = drawn("similarity", given(both, runs=(1, 2), estimator=estimator))
        (trace,) = figure["data"]
        here, kept = np.array(trace["z"]), {array.step: array.values for array in arrays}
        if FEW in way.undefined:
            assert f"{way.label} is undefined here:<br>fewer than 20 examples" in notes(figure)
            continue
        expected = similarities([CLOUD], [kept[10]], estimator)
        np.testing.assert_allclose(here, expected, atol=1e-5)
        assert figure["layout"]["coloraxis"]["colorbar"]["title"]["text"] == way.label
        (matrix,) = drawn("drift_matrix", given(arrays, run=1, estimator=estimator))["data"]
        drift = expected[0, 0] if way.distance else 1 - expected[0, 0]
        np.testing.assert_allclose(matrix["z"], [[0, drift], [drift, 0]], atol=1e-5)


def test_other_examples_are_refused_in_words(drawn: Drawn) -> None:
    arrays = [*layers(1, {"a": CLOUD}), *layers(2, {"a": CLOUD}, examples="others")]
    text = notes(drawn("similarity", given(arrays, runs=(1, 2))))
    assert "cannot be compared" in text
    assert "probe examples differ" in text


# ── order of learning ────────────────────────────────────────────────────────────────────────────────────────────────


def test_examples_stand_in_the_order_in_which_they_were_learned(drawn: Drawn) -> None:
    steps = (0, 10, 100, 1000)
    right = np.array([[0, 0, 0, 0], [0, 1, 0, 1], [0, 1, 1, 0], [0, 1, 1, 0]], dtype=np.bool_)  # (C, examples)
    keys = np.array([40, 10, 30, 20], dtype=np.uint64)
    arrays = [array(1, 0, "correctness_keys.test", keys)]
    arrays += [array(1, step, "correctness.test", row) for step, row in zip(steps, right, strict=True)]
    never, learned = drawn("learning_order", given(arrays, runs=(1,)))["data"]
    time = np.array(learned["z"][0], dtype=np.float64)
    assert time[:2].tolist() == [1, 2]
    assert np.isnan(time[2:]).all()
    assert np.array(never["z"][0], dtype=np.float64)[2:].tolist() == [1, 1]
    assert sorted(learned["text"][0]) == [0, 0, 0, 1]


def test_an_example_that_was_forgotten_is_still_of_its_own_run(drawn: Drawn) -> None:
    """A click there selects the run, not the one whose number is how often it was forgotten."""
    right = np.array([[0, 0], [1, 1], [0, 1], [1, 1]], dtype=np.bool_)  # (C, examples)
    arrays = [array(run, step, "correctness.test", row) for run in (4, 7) for step, row in enumerate(right)]
    maps = drawn("learning_order", given(arrays, runs=(4, 7)))["data"]
    for trace in maps:
        assert np.array(trace["customdata"]).tolist() == [[4, 4], [7, 7]]
    assert sorted(maps[1]["text"][0]) == [0, 1]


def test_the_agreement_of_runs_is_told(drawn: Drawn) -> None:
    times = RANDOM.permutation(30) * 10
    arrays = [
        array(run, step, "correctness.test", times <= step) for run in (1, 2) for step in range(0, 300, 10)
    ]  # fmt: skip
    assert "test: runs agree to 1.00 (Spearman), 0 forgetting events" in notes(
        drawn("learning_order", given(arrays, runs=(1, 2))), "remark"
    )


def test_the_spread_between_many_seeds_is_told(drawn: Drawn) -> None:
    arrays = [array(run, 0, "correctness.test", RANDOM.random(40) < 0.7) for run in range(1, 21)]
    material = replace(made_up(columns=5, rows=5, runs=tuple(range(1, 21))), arrays=tuple(arrays))
    assert "not chance of the test set" in notes(drawn("learning_order", material), "remark")


# ── trajectories ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_runs_that_predict_alike_take_the_same_path(drawn: Drawn) -> None:
    target = np.eye(4)[RANDOM.integers(0, 4, 20)]
    wrong = np.roll(target, 1, axis=1)
    steps = (0, 10, 100, 1000)
    goals = {1: target, 2: target, 3: wrong}
    arrays = [
        array(run, step, "predictions", place * 2.0 * goal, outputs_are="logits")
        for run, goal in goals.items() for place, step in enumerate(steps)
    ]  # fmt: skip
    figure = drawn("trajectories", given(arrays, runs=(1, 2, 3), step=10))
    one, two, three = ([np.array(line["x"]), np.array(line["y"])] for line in figure["data"])
    np.testing.assert_allclose(one, two, atol=1e-5)
    assert np.hypot(one[0][-1] - three[0][-1], one[1][-1] - three[1][-1]) > 0.3
    np.testing.assert_allclose([one[0][0], one[1][0]], [three[0][0], three[1][0]], atol=1e-5)
    assert figure["layout"]["meta"]["space"] == "by Bhattacharyya distance of predictions"
    assert np.argmax(figure["data"][0]["marker"]["size"]) == 1  # the disc stands at the clock


def test_outputs_that_are_no_probabilities_are_compared_as_they_are(drawn: Drawn) -> None:
    arrays = [array(1, s, "predictions", s * CLOUD, outputs_are="values") for s in (0, 1, 2, 4)]
    figure = drawn("trajectories", given(arrays, runs=(1,)))
    first = np.array(figure["data"][0]["x"])
    np.testing.assert_allclose(np.diff(first) / np.diff(first)[0], [1, 1, 2], rtol=1e-4)
    assert "squared difference" in figure["layout"]["meta"]["space"]

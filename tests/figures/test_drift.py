"""Drift of one run: which run, which layers, and what is said when there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from phasescope.core.arrays import ArrayKind, KeptArray
from phasescope.core.records import RunState
from phasescope.figures import FIGURES, DrawsArrays
from phasescope.figures.examples import EXAMPLES
from phasescope.figures.final_drift import drift_to_final
from phasescope.figures.made_up import LAYERS, made_up
from phasescope.figures.material import Material, Wanted

Drawn = Callable[[str, Material], dict[str, Any]]


def test_one_line_per_layer_in_two_rows(drawn: Drawn) -> None:
    material = made_up(runs=(120,))
    figure = drawn("drift", material)
    above = [trace for trace in figure["data"] if trace["yaxis"] == "y"]
    below = [trace for trace in figure["data"] if trace["yaxis"] == "y2"]
    assert [trace["name"] for trace in above] == [trace["name"] for trace in below] == list(LAYERS)
    expected = material.curves.values["drift_to_previous.output"][119]
    assert below[-1]["y"] == pytest.approx(expected.tolist())
    assert {trace["xaxis"] for trace in figure["data"]} == {"x"}


def test_the_axes_name_what_they_measure(drawn: Drawn) -> None:
    material = made_up(runs=(120,))
    layout = drawn("drift", replace(material, arrays=()))["layout"]
    assert layout["yaxis"]["title"]["text"] == "from start<br>(1 − CKA)"
    assert layout["yaxis2"]["title"]["text"] == "from previous<br>(1 − CKA)"
    three = drawn("drift", material)["layout"]
    titles = [three[axis]["title"]["text"] for axis in ("yaxis", "yaxis2", "yaxis3")]
    assert titles == ["from<br>start", "from<br>previous", "to<br>final"]
    assert three["legend"]["title"]["text"].endswith("; drift in 1 − CKA")


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ({"runs": (18, 90)}, 18),
        ({"runs": (18, 90), "run": 90}, 90),
        ({"run": 7}, 7),
        ({"runs": (9999, 5)}, 5),
        ({}, None),
    ],
)
def test_which_run(view: dict[str, Any], shown: int | None, drawn: Drawn) -> None:
    assert drawn("drift", made_up(**view))["layout"]["meta"]["run"] == shown


def test_one_layer(drawn: Drawn) -> None:
    material = made_up(runs=(120,), layer="hidden_2")
    assert FIGURES["drift"].needs(material.experiment, material.view) == (
        "drift_to_initial.hidden_2",
        "drift_to_previous.hidden_2",
        "test_loss",  # whose drop a clock may be aligned on
    )
    assert {trace["name"] for trace in drawn("drift", material)["data"]} == {"hidden_2"}


def test_undefined_drift_is_marked_with_its_reason(drawn: Drawn) -> None:
    figure = drawn("drift", EXAMPLES["diverged and undefined"]())
    marks = [trace for trace in figure["data"] if trace["name"].startswith("undefined")]
    assert "fewer than two classes" in marks[0]["text"][0]


# ── drift to final ───────────────────────────────────────────────────────────────────────────────────────────────────


def final_row(figure: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in figure["data"] if trace.get("yaxis") == "y3" and trace["name"]}


def remark(figure: dict[str, Any]) -> str:
    return " ".join(note["text"] for note in figure["layout"]["annotations"] if note["name"] == "remark")


def kept(*clouds: tuple[int, np.ndarray], layer: str = "hidden_1") -> tuple[KeptArray, ...]:
    return tuple(
        KeptArray(1, step, ArrayKind(
            name=f"representations.{layer}", measure="representations", version=1, dtype="float16", shape=values.shape,
            examples="e", about={"examples": len(values), "of_examples": len(values)},
        ), values)
        for step, values in clouds
    )  # fmt: skip


def unbiased_drift(x: np.ndarray, y: np.ndarray) -> float:
    """1 − CKA by the sums of Song et al. 2012, equation 5."""

    def hsic(a: np.ndarray, b: np.ndarray) -> float:
        n = len(a)
        k, m = a @ a.T, b @ b.T
        np.fill_diagonal(k, 0)
        np.fill_diagonal(m, 0)
        rest = k.sum() * m.sum() / ((n - 1) * (n - 2)) - 2 * (k.sum(0) @ m.sum(0)) / (n - 2)
        return float(((k * m).sum() + rest) / (n * (n - 3)))

    return 1 - hsic(x, y) / (hsic(x, x) * hsic(y, y)) ** 0.5


def test_drift_to_final_is_that_to_the_last_kept_checkpoint(drawn: Drawn) -> None:
    random = np.random.default_rng(0)
    start, end = random.normal(size=(20, 3)), random.normal(size=(20, 5))
    turned = 3 * start @ np.linalg.qr(random.normal(size=(3, 3)))[0]
    middle = np.concatenate([start, end], axis=1)
    arrays = kept((0, start), (10, turned), (200, middle), (4000, end))
    figure = drawn("drift", replace(made_up(columns=3, rows=3, checkpoints=9, run=1), arrays=arrays))
    row = final_row(figure)
    assert list(row) == ["hidden_1"]
    assert row["hidden_1"]["x"] == [0, 10, 200, 4000]
    apart = unbiased_drift(start, end)
    assert apart > 0.7
    assert row["hidden_1"]["y"] == pytest.approx([apart, apart, unbiased_drift(middle, end), 0], abs=1e-5)
    assert figure["layout"]["xaxis"]["anchor"] == "y3"
    assert "afterwards" in remark(figure)
    assert "step 4,000" in remark(figure)


def test_every_layer_or_the_one_that_was_asked_for_has_a_line_to_final(drawn: Drawn) -> None:
    assert list(final_row(drawn("drift", made_up(runs=(120,))))) == list(LAYERS)
    one = made_up(runs=(120,), layer="hidden_2")
    assert list(final_row(drawn("drift", one))) == ["hidden_2"]
    figure = FIGURES["drift"]
    assert isinstance(figure, DrawsArrays)
    assert figure.wants(one.view) == Wanted(("representations.hidden_2",), (120,))


def test_without_the_measure_of_drift_the_kept_arrays_tell_the_way_to_the_end(drawn: Drawn) -> None:
    material = made_up(columns=3, rows=3, checkpoints=9, run=1)
    bare = {name: values for name, values in material.curves.values.items() if not name.startswith("drift")}
    figure = drawn("drift", replace(material, curves=replace(material.curves, values=bare), units={}))
    assert figure["layout"]["legend"]["title"]["text"].endswith("; drift in 1 − CKA")
    assert list(final_row(figure)) == list(LAYERS)
    assert all(trace["showlegend"] for trace in final_row(figure).values())


@pytest.mark.parametrize(
    ("state", "measures", "arrays", "why"),
    [
        ("running", ("loss", "representations"), True, "No drift to final before run 1 has ended."),
        ("finished", ("loss",), False, "this experiment keeps no representations"),
        ("finished", ("loss", "representations"), False, "too few representations of run 1 are kept"),
    ],
)
def test_where_the_end_is_not_known_the_row_is_absent_and_it_says_why(
    state: RunState, measures: tuple[str, ...], arrays: bool, why: str, drawn: Drawn
) -> None:
    material = made_up(columns=3, rows=3, checkpoints=9, run=1)
    first = material.runs[0].model_copy(update={"state": state})
    changed = replace(
        material,
        runs=(first, *material.runs[1:]),
        experiment=material.experiment.model_copy(update={"measures": measures}),
        arrays=material.arrays if arrays else (),
    )
    figure = drawn("drift", changed)
    assert final_row(figure) == {}
    assert "yaxis3" not in figure["layout"]
    assert why in remark(figure)


def test_many_checkpoints_are_thinned_evenly_and_the_ends_are_kept() -> None:
    cloud = np.random.default_rng(0).normal(size=(8, 2))
    steps, drift = drift_to_final(list(kept(*[(step, cloud) for step in range(0, 5000, 5)])), 40)
    assert (steps[0], steps[-1], len(steps)) == (0, 4995, 40)
    assert drift == pytest.approx(np.zeros(40), abs=1e-9)


def test_over_runs_each_layer_has_its_median_and_a_band(drawn: Drawn) -> None:
    runs = (118, 119, 120)
    material = made_up(runs=runs)
    figure = drawn("drift_over_runs", material)
    lines = [trace for trace in figure["data"] if trace.get("meta") and trace["yaxis"] == "y"]
    assert [trace["name"] for trace in lines] == list(LAYERS)
    values = material.curves.values["drift_to_initial.output"][[run - 1 for run in runs]]
    assert lines[-1]["y"] == pytest.approx(np.median(values, axis=0).tolist(), rel=1e-5)
    (band,) = [t for t in figure["data"] if t["yaxis"] == "y" and t["name"] == "output, least to greatest"]
    assert min(band["y"]) == pytest.approx(values.min())
    assert max(band["y"]) == pytest.approx(values.max())
    assert figure["layout"]["legend"]["title"]["text"] == "median of 3 runs"
    one = drawn("drift_over_runs", made_up(runs=runs, layer="output"))
    assert {trace["legendgroup"] for trace in one["data"]} == {"output"}
    assert "Select runs" in figure_note(drawn("drift_over_runs", made_up(runs=())))


def figure_note(figure: dict[str, Any]) -> str:
    return " ".join(note["text"] for note in figure["layout"]["annotations"])

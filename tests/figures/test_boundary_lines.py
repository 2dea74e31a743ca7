"""Lines over the diagram lie where phases change, and levels where the coloured number has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def lines(figure: dict[str, Any], name: str) -> np.ndarray:
    trace = next(trace for trace in figure["data"] if trace.get("name") == name and trace.get("mode") == "lines")
    points = np.stack([np.array(trace["x"], dtype=float), np.array(trace["y"], dtype=float)], axis=1)
    return points[np.isfinite(points).all(axis=1)]


def test_the_line_of_fitting_parts_fitted_cells_from_others(drawn: Drawn) -> None:
    material = made_up(columns=16, rows=16, boundaries=True)
    figure = drawn("phase_diagram", material)
    line = lines(figure, "fitted")
    rates = np.array(sorted({run.point["optimizer.learning_rate"] for run in material.runs}))
    decays = np.array(sorted({run.point["optimizer.weight_decay"] for run in material.runs}))
    fitted = (material.curves.values["train_accuracy"].max(axis=1) >= 0.9).reshape(16, 16)  # rate by decay
    for x, y in line:
        near = fitted[np.abs(np.log(rates / x)).argsort()[:2][:, None], np.abs(decays - y).argsort()[:2]]
        assert near.any()
        assert not near.all()
    legend = {trace["name"].partition(",")[0] for trace in figure["data"] if trace.get("showlegend")}
    assert {"boundary: fitted", "boundary: generalised", "boundary: delay"} <= legend


def test_a_law_is_quoted_where_it_stands_and_its_checklist_is_there_either_way(drawn: Drawn) -> None:
    figure = drawn("phase_diagram", made_up(columns=16, rows=16, boundaries=True))
    entries = [trace for trace in figure["data"] if str(trace.get("name")).startswith("boundary: ")]
    laws = [trace["meta"]["law"] for trace in entries]
    assert {bool(law["refused"]) for law in laws} == {True, False}
    for entry, law in zip(entries, laws, strict=True):
        assert ("y ∝ x^" in entry["name"]) == (not law["refused"])
        assert len(law["checks"]) == 6


def test_no_line_unless_asked_for(drawn: Drawn) -> None:
    names = {trace.get("name") for trace in drawn("phase_diagram", made_up())["data"]}
    assert not names & {"fitted", "generalised", "delay"}


def test_a_level_of_the_coloured_series(drawn: Drawn) -> None:
    material = made_up(colour="weight_norm", levels=(12,))
    line = lines(drawn("phase_diagram", material), "12")
    final = material.curves.values["weight_norm"][:, -1].reshape(16, 16)
    assert final.min() < 12 < final.max()
    rates = np.array(sorted({run.point["optimizer.learning_rate"] for run in material.runs}))
    decays = np.array(sorted({run.point["optimizer.weight_decay"] for run in material.runs}))
    for x, y in line:
        place = np.interp(np.log(x), np.log(rates), np.arange(16)), np.interp(y, decays, np.arange(16))
        corners = [final[int(f(place[0])), int(g(place[1]))] for f in (np.floor, np.ceil) for g in (np.floor, np.ceil)]
        assert min(corners) - 0.01 <= 12 <= max(corners) + 0.01


def test_seeds_that_disagree_ring_cells(drawn: Drawn) -> None:
    figure = drawn("phase_diagram", made_up(columns=12, rows=12, seeds=5, boundaries=True))
    ringed = [trace for trace in figure["data"] if str(trace.get("name")).startswith("uncertain side")]
    assert len(ringed) == 1
    assert 0 < len(ringed[0]["x"]) < 60

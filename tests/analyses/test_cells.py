"""Grouping of runs into cells, on grids small enough to check by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from phasescope.analyses import cells
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec

RATE = {"path": "optimizer.learning_rate", "log": [0.001, 0.1, 3]}
DECAY = {"path": "optimizer.weight_decay", "values": [0.0, 1.0]}
WIDTH = {"path": "model.width", "values": [8, 16]}
ACTIVATION = {"path": "model.activation", "values": ["tanh", "relu"]}


def experiment(axes: list[dict[str, Any]], seeds: int = 1) -> ExperimentSpec:
    parts = {"task": {"name": "t"}, "model": {"name": "m"}, "optimizer": {"name": "o"}}
    return ExperimentSpec.model_validate({"name": "e", "steps": 10, "axes": axes, "seeds": seeds, **parts})


def runs_of(spec: ExperimentSpec) -> list[Run]:
    return [
        Run(id=n, point=c.point, seed=c.spec.seed, state="finished", step=10, message=None, summary={})
        for n, c in enumerate(spec.cells(), start=1)
    ]


def grid(axes: list[dict[str, Any]], seeds: int = 1, x: str | None = None, y: str | None = None) -> cells.Grid:
    spec = experiment(axes, seeds)
    return cells.grid(spec, runs_of(spec), x, y)


def test_two_axes_and_seeds() -> None:
    found = grid([RATE, DECAY], seeds=2)
    assert found.x is not None
    assert found.y is not None
    assert (found.x.path, found.x.values, found.x.scale) == ("optimizer.learning_rate", (0.001, 0.01, 0.1), "log")
    assert (found.y.values, found.y.scale) == ((0.0, 1.0), "linear")
    assert found.members == ((1, 2), (5, 6), (9, 10), (3, 4), (7, 8), (11, 12))


def test_axes_can_be_exchanged_and_a_further_axis_is_taken_together() -> None:
    found = grid([RATE, DECAY, WIDTH], x="model.width", y="optimizer.learning_rate")
    assert (found.columns, found.rows) == (2, 3)
    assert found.members[0] == (1, 3)  # both weight decays


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (None, None, ("optimizer.learning_rate", "optimizer.weight_decay")),
        ("optimizer.weight_decay", None, ("optimizer.weight_decay", "optimizer.learning_rate")),
        (None, "optimizer.learning_rate", ("optimizer.weight_decay", "optimizer.learning_rate")),
        ("nonsense", "optimizer.weight_decay", ("optimizer.learning_rate", "optimizer.weight_decay")),
        ("seed", None, ("seed", "optimizer.learning_rate")),
        ("seed", "seed", ("seed", "optimizer.learning_rate")),
    ],
)
def test_axes_that_are_not_asked_for_are_found(x: str | None, y: str | None, expected: tuple[str, str]) -> None:
    assert cells.axes_of(experiment([RATE, DECAY]), x, y) == expected


def test_one_axis_and_none() -> None:
    assert grid([RATE]).y is None
    nothing = grid([], seeds=3)
    assert (nothing.x, nothing.y, nothing.members) == (None, None, ((1, 2, 3),))


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([0.1, 0.2, 0.3], "linear"),
        ([0.001, 0.01, 0.1, 1.0], "log"),
        ([0.0, 0.001, 0.01, 1.0], "category"),
        (["tanh", "relu"], "category"),
        ([True, False], "category"),
        ([5], "linear"),
    ],
)
def test_how_an_axis_is_spaced(values: list[Any], scale: str) -> None:
    found = grid([{"path": "model.thing", "values": values}])
    assert found.x is not None
    assert found.x.scale == scale


def test_values_in_any_order_are_sorted_and_names_are_not() -> None:
    numbers, names = grid([{"path": "model.width", "values": [16, 8]}]), grid([ACTIVATION])
    assert numbers.x is not None
    assert names.x is not None
    assert (numbers.x.values, numbers.members) == ((8, 16), ((2,), (1,)))
    assert names.x.values == ("tanh", "relu")


def test_runs_beyond_the_axes_have_their_own_place() -> None:
    spec = experiment([WIDTH])
    grown = [*runs_of(spec), runs_of(spec)[0].model_copy(update={"id": 9, "point": {"model.width": 12}})]
    found = cells.grid(spec, grown, None, None)
    assert found.x is not None
    assert (found.x.values, found.members) == ((8, 12, 16), ((1,), (9,), (2,)))


def test_majority_and_ties() -> None:
    found = grid([WIDTH], seeds=4)
    winner, share = cells.majority(np.array([2, 1, 2, -1, 3, 1, 1, 3]), found, 5)
    assert winner.tolist() == [2, 1]  # the second is a tie: the smaller code, and the share says so
    assert share.tolist() == pytest.approx([2 / 3, 0.5])


def test_a_cell_without_codes_has_no_majority() -> None:
    winner, share = cells.majority(np.array([-1, 0]), grid([WIDTH]), 5)
    assert winner.tolist() == [-1, 0]
    assert np.isnan(share[0])


def test_median_and_mean() -> None:
    found = grid([WIDTH], seeds=4)
    values = np.array([4.0, 1.0, np.nan, 2.0, np.nan, np.nan, np.nan, np.nan])
    assert cells.median(values, found)[0] == 2
    assert cells.mean(values, found)[0] == pytest.approx(7 / 3)
    assert np.isnan(cells.median(values, found)[1])
    assert np.isnan(cells.mean(values, found)[1])


def test_the_median_agrees_with_numpy() -> None:
    found = grid([RATE, DECAY], seeds=5)
    values = np.random.default_rng(0).normal(size=30)
    expected = [np.median(values[found.cell_of == cell]) for cell in range(found.cells)]
    assert cells.median(values, found).tolist() == pytest.approx(expected)


def test_never_is_later_than_any_time() -> None:
    found = grid([WIDTH], seeds=2)
    assert cells.median(np.array([np.inf, np.inf, 5.0, np.inf]), found).tolist() == [np.inf, np.inf]


def strip(count: int) -> cells.Grid:
    return grid([{"path": "model.width", "values": list(range(count))}])


def test_cells_borrow_from_the_nearest_coarser_one() -> None:
    found = strip(16)  # trained in two passes: 0, 2, 4, … and then 1, 3, 5, …
    trained = np.zeros(16, dtype=bool)
    trained[[0, 2, 8]] = True
    shown = cells.sources(trained, found).tolist()
    assert shown[:4] == [0, shown[1], 2, 2]
    assert shown[1] in (0, 2)
    assert shown[7] == shown[9] == 8
    assert shown[4] == shown[6] == shown[12] == -1  # of the first pass: nothing is coarser
    assert shown[5] == -1  # both its neighbours wait


def test_a_trained_cell_shows_itself() -> None:
    found = strip(16)
    assert cells.sources(np.ones(16, dtype=bool), found).tolist() == list(range(16))
    assert cells.sources(np.zeros(16, dtype=bool), found).tolist() == [-1] * 16


def test_one_cell_does_not_speak_for_the_whole_diagram() -> None:
    found = strip(64)
    trained = np.zeros(64, dtype=bool)
    trained[0] = True
    assert [cell for cell, source in enumerate(cells.sources(trained, found)) if source == 0] == list(range(8))


def test_a_full_first_pass_covers_everything() -> None:
    axes = [{"path": f"model.{name}", "linear": [0, 1, 24]} for name in ("a", "b")]
    found = grid(axes)
    first = np.array([all(index % 4 == 0 for index in divmod(cell, 24)) for cell in range(found.cells)])
    shown = cells.sources(first, found)
    assert (shown >= 0).all()
    assert first[shown].all()


def test_where_an_experiment_has_grown_finer_rows_cross_coarser_columns() -> None:
    a, b = ("model.a", "model.b")
    spec = experiment([{"path": path, "linear": [0, 7, 8]} for path in (a, b)])
    between = [{"path": a, "values": [2.5]}, {"path": b, "values": [3.5]}]
    grown = ExperimentSpec.model_validate(spec.model_dump() | {"extensions": [{"axes": between}]})
    found = cells.grid(grown, runs_of(grown), a, b)
    assert (found.columns, found.rows) == (9, 9)
    assert int(found.between.sum()) == 16
    trained = ~found.between
    trained[found.cell_of[-1]] = False  # the new cell waits, and borrows
    shown = cells.sources(trained, found)
    assert (shown >= 0).all()
    assert not found.between[shown].any()

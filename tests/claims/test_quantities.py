"""Quantities of made-up series with known answers: readings, exponents, rank correlations, phases, linear algebra."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from phasescope.claims.critical_fraction import critical_fraction, determined
from phasescope.claims.exponent import Exponent
from phasescope.claims.exponent import measure as exponent
from phasescope.claims.phase_count import PhaseCount
from phasescope.claims.phase_count import measure as phase_count
from phasescope.claims.quantity import Evidence
from phasescope.claims.rank_correlation import RankCorrelation, spearman
from phasescope.claims.rank_correlation import measure as rank_correlation
from phasescope.claims.reading import Moment, Reading, Readings
from phasescope.claims.reading import measure as reading
from phasescope.core.curves import Curves
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec

STEPS = np.array([0, 10, 20, 40, 80])
SPEC = ExperimentSpec.model_validate({"name": "made up", "task": {}, "model": {}, "optimizer": {}, "steps": 80})
NAN = np.nan


def evidence(points: list[dict[str, Any]], seeds: int = 1, **tables: Any) -> Evidence:
    """Runs in grid order, seeds inside."""
    runs = tuple(
        Run(id=10 + number, point=points[number // seeds], seed=number % seeds, state="finished", step=80, message=None,
            summary={})
        for number in range(len(points) * seeds)
    )  # fmt: skip
    curves = Curves(
        tuple(run.id for run in runs), STEPS, {name: np.array(rows, float) for name, rows in tables.items()}
    )
    return Evidence(SPEC, runs, curves)


ONE = evidence([{}], loss=[[4.0, 3.0, 2.0, 1.0, 5.0]], accuracy=[[0.1, 0.2, 0.89999998, NAN, 1.0]])


def of(settings: dict[str, Any], given: Evidence = ONE) -> float:
    (value,) = reading(Readings.model_validate({"readings": {"x": settings}, "expression": "x"}), given).values()
    return value


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"series": "loss"}, 5),
        ({"series": "loss", "take": "first"}, 4),
        ({"series": "loss", "take": "lowest"}, 1),
        ({"series": "loss", "take": "highest"}, 5),
        ({"series": "loss", "take": "mean"}, 3),
        ({"take": "step", "at": {"series": "loss", "at_most": 2}}, 20),
        ({"take": "step", "at": {"series": "loss", "at_most": 2, "times": 0.5}}, 10),
        ({"take": "step", "at": {"series": "loss", "at_least": 4, "after": 1}}, 80),
        ({"take": "step", "at": {"series": "accuracy", "at_least": 0.9}}, 20),  # up to rounding
        ({"take": "step", "at": {"series": "loss", "at_most": 0.5}}, np.inf),
        ({"series": "loss", "until": {"series": "loss", "at_most": 2}}, 2),
        ({"series": "loss", "take": "highest", "since": {"series": "loss", "at_most": 3}}, 5),
        ({"series": "loss", "take": "highest", "since": {"series": "loss", "at_most": 3},
          "until": {"series": "loss", "at_most": 1}}, 3),
        ({"series": "accuracy", "until": {"series": "loss", "at_most": 1}}, 0.89999998),  # the newest value by then
        ({"series": "loss", "until": {"series": "loss", "at_most": 0}}, NAN),  # never happened
        ({"series": "nothing"}, NAN),
    ],
)  # fmt: skip
def test_readings_of_one_run_by_hand(settings: dict[str, Any], expected: float) -> None:
    assert of(settings) == pytest.approx(expected, nan_ok=True)


GRID = evidence(
    [{"a": 1.0, "b": 0.0}, {"a": 1.0, "b": 1.0}, {"a": 2.0, "b": 0.0}, {"a": 2.0, "b": 1.0}],
    seeds=2,
    loss=[[number] * 5 for number in range(8)],
)


def test_cells_are_chosen_by_their_point_and_seeds_are_kept_apart() -> None:
    settings = {"readings": {"x": {"series": "loss", "where": {"a": 2}}, "y": {"series": "loss", "where": {"a": 1}}},
                "where": {"b": 1}, "expression": "x / y"}  # fmt: skip
    assert reading(Readings.model_validate(settings), GRID) == {0: 6 / 2, 1: 7 / 3}
    both = {"readings": {"x": {"series": "loss", "where": {"a": [1, 2]}, "over": "spread"}}, "expression": "x"}
    assert reading(Readings.model_validate(both), GRID) == {0: 6, 1: 6}
    nowhere = {"readings": {"x": {"series": "loss", "where": {"a": 3}}}, "expression": "x"}
    assert all(np.isnan(value) for value in reading(Readings.model_validate(nowhere), GRID).values())


def test_a_division_by_zero_is_infinite_and_an_unknown_name_is_refused() -> None:
    settings = {"readings": {"x": {"series": "loss", "where": {"a": 1, "b": 0}}}, "expression": "1 / x"}
    assert reading(Readings.model_validate(settings), GRID) == {0: np.inf, 1: 1.0}
    with pytest.raises(ValidationError, match="there is no reading 'y'; there are x"):
        Readings.model_validate({**settings, "expression": "y"})
    with pytest.raises(ValidationError, match="exactly where it takes a step"):
        Reading(take="step")
    with pytest.raises(ValidationError, match="exactly one"):
        Moment(series="loss")


def test_an_exponent_is_found_and_undefined_where_a_value_is_missing() -> None:
    points = [{"a": value} for value in (1.0, 2.0, 4.0, 8.0)]
    law = evidence(points, loss=[[3 * point["a"] ** -1.5] * 5 for point in points])
    settings = Exponent(reading=Reading(series="loss"), over="a")
    assert exponent(settings, law) == {0: pytest.approx(-1.5)}
    broken = evidence(points, loss=[[1.0] * 5, [NAN] * 5, [2.0] * 5, [3.0] * 5])
    assert np.isnan(exponent(settings, broken)[0])
    bent = evidence(points, loss=[[9.0] * 5, [2.0] * 5, [4.0] * 5, [8.0] * 5])
    assert exponent(settings.model_copy(update={"low": 2.0}), bent) == {0: pytest.approx(1)}
    assert np.isnan(exponent(settings.model_copy(update={"low": 3.0}), bent)[0])  # two points are no law


def test_rank_correlation_shares_places_and_counts_infinity_as_last() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert spearman(x, x**3) == pytest.approx(1)
    assert spearman(x, -x) == pytest.approx(-1)
    assert spearman(x, np.array([1, 2, 3, np.inf, np.inf])) == pytest.approx(0.9746794)
    assert np.isnan(spearman(x, np.ones(5)))
    assert np.isnan(spearman(x[:2], x[:2]))


def test_rank_correlation_along_a_run_and_along_an_axis() -> None:
    rising = evidence([{}], one=[[5, 1, 2, 3, 4]], other=[[0, 1, 2, NAN, 9]])
    along = RankCorrelation(series=("one", "other"), since=Moment(series="one", at_most=1))
    assert rank_correlation(along, rising) == {0: pytest.approx(1)}
    axis = RankCorrelation.model_validate({"reading": {"series": "loss"}, "over": "a", "where": {"b": 0}})
    points = [{"a": float(a), "b": 0.0} for a in range(4)]
    assert rank_correlation(axis, evidence(points, loss=[[-a] * 5 for a in range(4)])) == {0: pytest.approx(-1)}
    with pytest.raises(ValidationError, match="exactly one"):
        RankCorrelation()


def test_phases_are_counted_by_the_experiments_rule() -> None:
    learned, fitted, neither = [0, 1, 1, 1, 1], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0]
    cells = evidence([{"a": n} for n in range(4)], train_accuracy=[learned, learned, learned, neither],
                     test_accuracy=[learned, learned, neither, fitted])  # fmt: skip
    assert phase_count(PhaseCount(phases=("comprehension",)), cells) == {0: 2}
    assert phase_count(PhaseCount(phases=("comprehension", "memorisation")), cells) == {0: 1}
    assert phase_count(PhaseCount(phases=("grokking", "comprehension")), cells) == {0: 0}


def test_the_critical_share_of_a_table() -> None:
    every = np.arange(55)
    assert determined(10, every)
    assert not determined(10, every[:9])  # the first row has every sum once
    assert critical_fraction(10, 100, 0) == pytest.approx(0.41, abs=0.02)
    assert critical_fraction(5, 100, 0) > critical_fraction(14, 100, 0)

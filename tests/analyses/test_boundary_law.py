"""Power laws of boundaries: planted ones are found, and what is none is not quoted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from phasescope.analyses import cells
from phasescope.analyses.boundary_law import FEWEST, boundary_law, checks
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec

RATES = {"path": "optimizer.learning_rate", "log": [1e-4, 1e-1, 13]}
DECAYS = {"path": "optimizer.weight_decay", "log": [1e-3, 1e1, 25]}
EVEN = {"path": "task.noise", "linear": [0, 4, 41]}


def diagram(axes: list[dict[str, Any]], seeds: int = 1) -> tuple[cells.Grid, np.ndarray, np.ndarray]:
    """The grid, and the place of each run along both axes."""
    parts = {"task": {"name": "t"}, "model": {"name": "m"}, "optimizer": {"name": "o"}}
    spec = ExperimentSpec.model_validate({"name": "e", "steps": 10, "axes": axes, "seeds": seeds, **parts})
    runs = [
        Run(id=n, point=c.point, seed=c.spec.seed, state="finished", step=10, message=None, summary={})
        for n, c in enumerate(spec.cells(), start=1)
    ]
    x, y = (np.array([run.point[axis["path"]] for run in runs]) for axis in axes)
    return cells.grid(spec, runs, None, None), x, y


def rising(x: np.ndarray, y: np.ndarray, place: np.ndarray) -> np.ndarray:
    """An order parameter that is 0 on the boundary y = place."""
    return np.tanh(np.log(np.maximum(y, 1e-9) / place))


def test_a_planted_law_is_found_with_its_interval() -> None:
    grid, x, y = diagram([RATES, DECAYS], seeds=5)
    noise = 0.3 * np.random.default_rng(0).normal(size=len(x))
    law = boundary_law(rising(x, y, 0.01 * x**-0.5) + noise, grid, 0.0)
    assert law is not None
    assert law.low < -0.5 < law.high
    assert law.exponent == pytest.approx(-0.5, abs=0.05)
    assert law.high - law.low < 0.2
    assert (law.refused, law.columns) == ("", 13)
    assert law.decades == pytest.approx(3)
    assert law.amplitude == pytest.approx(0.01, rel=0.3)
    assert all(check.fulfilled for check in checks(law, columns=13, unfinished=0))


def test_without_noise_it_is_exact_and_the_axis_may_be_linear() -> None:
    for axes in ([RATES, DECAYS], [RATES, EVEN]):
        grid, x, y = diagram(axes)
        law = boundary_law(rising(x, y, 0.2 * x**-0.25), grid, 0.0)
        assert law is not None
        assert law.exponent == pytest.approx(-0.25, abs=0.01)
        assert law.refused == ""


def test_an_exponential_boundary_is_not_a_power_law() -> None:
    grid, x, y = diagram([RATES, DECAYS])
    law = boundary_law(rising(x, y, 0.02 * np.exp(50 * x)), grid, 0.0)
    assert law is not None
    assert law.refused
    assert law.better_than_exponential < 0


def test_a_short_axis_and_a_wild_boundary_have_no_exponent() -> None:
    short = {"path": "optimizer.learning_rate", "log": [1e-3, 1e-2, 13]}
    grid, x, y = diagram([short, DECAYS])
    law = boundary_law(rising(x, y, 0.1 * x**-0.3), grid, 0.0)
    assert law is not None
    assert "1 decades, less than 1.5" in law.refused
    grid, x, y = diagram([RATES, DECAYS])
    wild = np.repeat(10 ** np.random.default_rng(1).uniform(-2, 0.5, 13), 25)
    law = boundary_law(rising(x, y, wild), grid, 0.0)
    assert law is not None
    assert "wider than a factor of 2" in law.refused
    assert not all(check.fulfilled for check in checks(law, columns=13, unfinished=0))


def test_columns_that_are_not_crossed_once_do_not_count() -> None:
    grid, x, y = diagram([RATES, DECAYS])
    values = rising(x, y, 0.01 * x**-0.5)
    law = boundary_law(np.where(x < 1e-3, 1.0, values), grid, 0.0)
    assert law is not None
    assert law.columns == 9
    waves = np.sin(8 * np.log(y))  # crossed many times
    few = boundary_law(np.where(x < 3e-2, waves, values), grid, 0.0)
    assert few is not None
    assert few.columns < FEWEST
    assert "fewer than" in few.refused
    assert not np.isfinite(few.exponent)


def test_an_axis_without_an_order_or_no_second_axis_has_no_law() -> None:
    words = {"path": "model.activation", "values": ["relu", "tanh"]}
    grid, x, _ = diagram([RATES, words])
    assert boundary_law(np.log(x), grid, 0.0) is None

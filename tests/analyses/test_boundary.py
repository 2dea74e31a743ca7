"""Boundaries of made-up diagrams whose line is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phasescope.analyses import cells
from phasescope.analyses.boundary import coordinates, find_boundary, level_lines, susceptibility
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec

X, Y = np.linspace(-1, 1, 21), np.linspace(-1, 1, 17)
AXES = [{"path": "optimizer.learning_rate", "log": [1e-4, 1e-2, 9]}, {"path": "task.noise", "linear": [0, 4, 7]}]


def grid(seeds: int, axes: list[dict[str, Any]] = AXES) -> tuple[cells.Grid, list[Run]]:
    parts = {"task": {"name": "t"}, "model": {"name": "m"}, "optimizer": {"name": "o"}}
    spec = ExperimentSpec.model_validate({"name": "e", "steps": 10, "axes": axes, "seeds": seeds, **parts})
    runs = [
        Run(id=n, point=c.point, seed=c.spec.seed, state="finished", step=10, message=None, summary={})
        for n, c in enumerate(spec.cells(), start=1)
    ]
    return cells.grid(spec, runs, None, None), runs


def test_a_plane_has_a_straight_line() -> None:
    plane = X[None, :] + 0.5 * Y[:, None]
    (line,) = level_lines(plane, X, Y, 0.123)
    assert line[:, 0] + 0.5 * line[:, 1] == pytest.approx(0.123)
    assert sorted([line[0, 1], line[-1, 1]]) == [-1, 1]


def test_a_cone_has_a_closed_circle() -> None:
    (line,) = level_lines(np.hypot(X[None, :], Y[:, None]), X, Y, 0.6)
    assert (line[0] == line[-1]).all()
    assert np.hypot(*line.T) == pytest.approx(0.6, abs=0.01)
    length = np.hypot(*np.diff(line, axis=0).T).sum()
    assert length == pytest.approx(2 * np.pi * 0.6, rel=0.01)


def test_a_saddle_has_two_branches() -> None:
    lines = level_lines(X[None, :] * Y[:, None], X, Y, 0.05)
    assert len(lines) == 2
    for line in lines:
        assert line[:, 0] * line[:, 1] == pytest.approx(0.05, abs=0.01)


def test_ambiguous_squares_are_parted_by_their_middle() -> None:
    square = np.array([[1.0, 0.0], [0.0, 1.0]])
    ends = np.array([0.0, 1.0])
    for level in (0.4, 0.6):  # the middle is at 0.5
        lines = level_lines(square, ends, ends, level)
        assert len(lines) == 2
        middles = sorted(tuple(line.mean(axis=0)) for line in lines)
        apart = middles[0][0] < middles[0][1] if level == 0.4 else middles[0][0] == pytest.approx(middles[0][1])
        assert apart


def test_nothing_crosses_and_nothing_is_defined() -> None:
    assert level_lines(np.ones((4, 4)), X[:4], Y[:4], 0.5) == []
    assert level_lines(np.full((4, 4), np.nan), X[:4], Y[:4], 0.5) == []
    assert level_lines(np.ones((1, 4)), X[:4], Y[:1], 0.5) == []


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_every_point_lies_on_the_level_and_every_crossing_has_one(seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(6, 7))
    lines = level_lines(values, np.arange(7.0), np.arange(6.0), 0.1)
    points = np.concatenate(lines)
    for x, y in points.tolist():
        left, below = int(min(x, 5)), int(min(y, 4))
        across, up = x - left, y - below
        low = values[below, left] * (1 - across) + values[below, left + 1] * across
        high = values[below + 1, left] * (1 - across) + values[below + 1, left + 1] * across
        assert low * (1 - up) + high * up == pytest.approx(0.1, abs=1e-9)
    above = values > 0.1
    crossings = (above[:, 1:] != above[:, :-1]).sum() + (above[1:] != above[:-1]).sum()
    closed = sum((line[0] == line[-1]).all() for line in lines)
    assert len(points) - closed == crossings


def test_the_boundary_of_noisy_seeds_and_its_band() -> None:
    found, runs = grid(seeds=12)
    exact = np.array([np.log10(run.point["optimizer.learning_rate"]) + 3 + run.point["task.noise"] / 4 for run in runs])
    noise = 0.3 * np.random.default_rng(0).normal(size=len(runs))
    boundary = find_boundary(exact + noise, found, 0.5)
    points = np.concatenate(boundary.lines)
    assert np.abs(points[:, 0] + 3 + points[:, 1] / 4 - 0.5).max() < 0.25  # in decades of the learning rate
    clean = cells.mean(exact, found)
    assert (np.abs(clean[boundary.band] - 0.5) < 0.4).all()
    assert boundary.band[np.abs(clean - 0.5) < 0.03].mean() > 0.5
    assert find_boundary(exact, found, 0.5).band.sum() <= (np.abs(clean - 0.5) < 1e-9).sum()


def test_one_seed_has_a_line_and_no_band() -> None:
    found, runs = grid(seeds=1)
    boundary = find_boundary(np.array([run.point["task.noise"] for run in runs]), found, 1.5)
    assert len(boundary.lines) == 1
    assert boundary.lines[0][:, 1] == pytest.approx(1.5)
    assert np.isnan(boundary.changes).all()
    assert not boundary.band.any()


def test_susceptibility_is_the_unbiased_variance_between_seeds() -> None:
    found, runs = grid(seeds=5)
    values = 1e6 + np.random.default_rng(0).normal(size=len(runs))
    values[3] = np.nan
    expected = [np.nanvar(values[found.cell_of == cell], ddof=1) for cell in range(found.cells)]
    assert susceptibility(values, found) == pytest.approx(expected)
    assert np.isnan(susceptibility(np.full(len(runs), np.nan), found)).all()


def test_coordinates_of_axes() -> None:
    found, _ = grid(seeds=1)
    assert coordinates(found.x) == pytest.approx(np.linspace(-4, -2, 9), abs=1e-5)
    assert coordinates(found.y) == pytest.approx(np.linspace(0, 4, 7), abs=1e-5)
    assert coordinates(None).tolist() == [0]
    named, _ = grid(1, [{"path": "model.activation", "values": ["relu", "tanh"]}])
    assert coordinates(named.x).tolist() == [0, 1]

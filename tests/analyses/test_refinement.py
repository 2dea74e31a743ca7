"""Proposals near a boundary: fewer mistakes than a grid of as many points, and nothing where nothing can be told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from phasescope.analyses import refinement
from phasescope.analyses.cells import Grid, GridAxis

Array = NDArray[np.float64]


def response(points: Array) -> Array:
    """Positive inside a bent strip of the unit square."""
    x, y = points.T
    return np.asarray(0.45 + 0.25 * np.sin(5 * x) - y)


def lattice(count: int) -> Array:
    even = np.linspace(0, 1, count)
    return np.stack(np.meshgrid(even, even), axis=-1).reshape(-1, 2)


def mistakes(points: Array, heights: Array) -> float:
    """The share of the square on the wrong side when each place has the side of the nearest point."""
    fine = lattice(80)
    nearest = ((fine[:, None] - points[None]) ** 2).sum(axis=2).argmin(axis=1)
    return float(((heights[nearest] > 0) != (response(fine) > 0)).mean())


def refined(propose: Callable[[Array, Array], Array], noise: float, binary: bool = False) -> tuple[Array, Array]:
    """A 6 x 6 grid and four batches of seven: 64 points."""
    generator = np.random.default_rng(0)

    def measured(points: Array) -> Array:
        heights = response(points) + noise * generator.normal(size=len(points))
        return np.where(heights > 0, 1.0, -1.0) if binary else heights

    points = lattice(6)
    heights = measured(points)
    for _ in range(4):
        new = propose(points, heights)
        points, heights = np.vstack([points, new]), np.append(heights, measured(new))
    return points, heights


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_fewer_mistakes_than_a_grid_of_as_many_points(noise: float) -> None:
    points, heights = refined(lambda points, heights: refinement.straddle(points, heights, 7), noise)
    assert len(points) == 64
    grid = lattice(8)
    process = refinement.fitted(points, heights)
    told = np.concatenate([process.predict(part)[0] for part in np.array_split(lattice(80), 16)])
    adaptive = ((told > 0) != (response(lattice(80)) > 0)).mean()
    assert adaptive < 0.5 * mistakes(grid, response(grid))


def test_binary_outcomes_are_bisected() -> None:
    def propose(points: Array, heights: Array) -> Array:
        return refinement.between_sides(points, heights > 0, 7)

    points, heights = refined(propose, 0.0, binary=True)
    grid = lattice(8)
    assert mistakes(points, heights) < 0.9 * mistakes(grid, response(grid))
    new = points[36:]
    assert np.abs(response(new)).mean() < 0.5 * np.abs(response(grid)).mean()


def grid_of(count: int, scale: str = "log") -> Grid:
    x = GridAxis("optimizer.learning_rate", tuple(np.geomspace(1e-4, 1e-2, count).tolist()), "log")
    y = GridAxis("model.width", tuple(range(10, 10 * count + 1, 10)), "linear")
    if scale == "category":
        y = GridAxis("model.activation", tuple("abcdefghij"[:count]), "category")
    return Grid(x, y, count, count, np.arange(count**2), tuple((cell + 1,) for cell in range(count**2)))


def test_proposals_are_values_of_the_axes_near_the_level() -> None:
    values = response(lattice(6))
    found = refinement.proposed(values, grid_of(6), 0.0, 5)
    assert len(found) == 5
    for point in found:
        assert set(point) == {"optimizer.learning_rate", "model.width"}
        assert isinstance(point["model.width"], int)
        x, y = (np.log10(point["optimizer.learning_rate"]) + 4) / 2, (point["model.width"] - 10) / 50
        assert abs(response(np.array([[x, y]]))[0]) < 0.12
    assert len({tuple(point.values()) for point in found}) == 5


def test_a_scale_of_the_values_does_not_matter() -> None:
    values = response(lattice(6))
    one = refinement.proposed(values, grid_of(6), 0.0, 3)
    assert one == refinement.proposed(1000 * values + 7, grid_of(6), 7.0, 3)


@pytest.mark.parametrize(
    ("values", "grid"),
    [
        (np.full(36, 1.0), grid_of(6)),
        (np.full(36, np.nan), grid_of(6)),
        (response(lattice(2)), grid_of(2)),
        (response(lattice(6)), grid_of(6, "category")),
    ],
    ids=["one side", "nothing", "few", "category"],
)
def test_nothing_is_proposed_where_nothing_can_be_told(values: Array, grid: Grid) -> None:
    assert refinement.proposed(values, grid, 0.0, 5) == []


def test_one_axis_is_enough() -> None:
    axis = GridAxis("optimizer.learning_rate", tuple(np.linspace(0, 1, 8).tolist()), "linear")
    grid = Grid(axis, None, 8, 1, np.arange(8), tuple((cell,) for cell in range(8)))
    found = refinement.proposed(np.linspace(-1, 1.5, 8), grid, 0.0, 1)
    assert found[0]["optimizer.learning_rate"] == pytest.approx(0.4, abs=0.08)

"""Proposals near a boundary: fewer mistakes than a grid of as many points, and nothing where nothing can be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from phasescope.analyses import refinement
from phasescope.analyses.cells import Grid, GridAxis, Scale
from phasescope.analyses.open_places import OpenPlaces

Array = NDArray[np.float64]


def response(points: Array, shift: float = 0.0) -> Array:
    """Positive inside a bent strip of the unit square."""
    x, y = points.T
    return np.asarray(0.45 + shift + 0.25 * np.sin(5 * x) - y)


def lattice(count: int) -> Array:
    even = np.linspace(0, 1, count)
    return np.stack(np.meshgrid(even, even), axis=-1).reshape(-1, 2)


def mistakes(points: Array, heights: Array, shift: float = 0.0) -> float:
    """The share of the square on the wrong side when each place has the side of the nearest point."""
    fine = lattice(80)
    nearest = ((fine[:, None] - points[None]) ** 2).sum(axis=2).argmin(axis=1)
    return float(((heights[nearest] > 0) != (response(fine, shift) > 0)).mean())


def beside(points: Array) -> OpenPlaces:
    """The unit square, of which these points are trained."""
    axes = tuple(GridAxis(name, (0.0, 1.0), "linear") for name in "xy")
    return OpenPlaces(axes, frozenset(), points, np.zeros(len(points), dtype=np.bool_))


def refined(
    propose: Callable[[Array, Array], Array], noise: float, binary: bool = False, shift: float = 0.0
) -> tuple[Array, Array]:
    """A 6 x 6 grid and four batches of seven: 64 points."""
    generator = np.random.default_rng(0)

    def measured(points: Array) -> Array:
        heights = response(points, shift) + noise * generator.normal(size=len(points))
        return np.where(heights > 0, 1.0, -1.0) if binary else heights

    points = lattice(6)
    heights = measured(points)
    for _ in range(4):
        new = propose(points, heights)
        points, heights = np.vstack([points, new]), np.append(heights, measured(new))
    return points, heights


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_fewer_mistakes_than_a_grid_of_as_many_points(noise: float) -> None:
    points, heights = refined(lambda points, heights: refinement.straddle(points, heights, 7, beside(points)), noise)
    assert len(points) == 64
    grid = lattice(8)
    process = refinement.fitted(points, heights)
    told = np.concatenate([process.predict(part)[0] for part in np.array_split(lattice(80), 16)])
    adaptive = ((told > 0) != (response(lattice(80)) > 0)).mean()
    assert adaptive < 0.5 * mistakes(grid, response(grid))


def test_binary_outcomes_are_bisected() -> None:
    def propose(points: Array, heights: Array) -> Array:
        return refinement.between_sides(points, heights > 0, 7, beside(points))

    grid, found = lattice(8), []
    for shift in np.linspace(-0.1, 0.1, 5):  # a grid may lie well by chance
        points, heights = refined(propose, 0.0, binary=True, shift=shift)
        assert len(points) == len(grid)
        found.append([mistakes(points, heights, shift), mistakes(grid, response(grid, shift), shift)])
        assert np.abs(response(points[36:], shift)).mean() < 0.5 * np.abs(response(grid, shift)).mean()
    adaptive, even = np.mean(found, axis=0)
    assert adaptive < 0.75 * even


def grid_of(count: int, scale: str = "log") -> Grid:
    x = GridAxis("optimizer.learning_rate", tuple(np.geomspace(1e-4, 1e-2, count).tolist()), "log")
    y = GridAxis("model.width", tuple(range(10, 10 * count + 1, 10)), "linear")
    if scale == "category":
        y = GridAxis("model.activation", tuple("abcdefghij"[:count]), "category")
    return Grid(x, y, count, count, np.arange(count**2), tuple((cell + 1,) for cell in range(count**2)))


def test_proposals_are_values_of_the_axes_near_the_level() -> None:
    values = response(lattice(6))
    found = refinement.proposed(values, grid_of(6), 0.0, 5, whole=["model.width"])
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


# ── what is trained already is not proposed ──────────────────────────────────────────────────────────────────────────


def two_axes(x: Sequence[float], y: Sequence[float], scale: Scale = "linear") -> Grid:
    count = len(x) * len(y)
    members = tuple((cell + 1,) for cell in range(count))
    axes = (GridAxis("a", tuple(x), scale), GridAxis("b", tuple(y), "linear"))
    return Grid(*axes, len(x), len(y), np.arange(count), members)


def trained(grid: Grid) -> set[tuple[float, ...]]:
    assert grid.x is not None
    assert grid.y is not None
    return {(a, b) for a in grid.x.values for b in grid.y.values}


@pytest.mark.parametrize("binary", [False, True])
def test_nothing_is_proposed_between_whole_numbers_that_follow_each_other(binary: bool) -> None:
    grid = two_axes(range(1, 7), range(1, 7))
    heights = np.add.outer(np.arange(6.0), np.arange(6.0)).ravel() - 5.3
    values = (heights > 0) - 0.5 if binary else heights
    assert refinement.proposed(values, grid, 0.0, 8, whole=["a", "b"]) == []


@pytest.mark.parametrize("binary", [False, True])
def test_whole_numbers_that_are_left_are_proposed_once(binary: bool) -> None:
    grid = two_axes(range(10, 40, 5), range(10, 40, 5))
    heights = np.add.outer(np.arange(6.0), np.arange(6.0)).ravel() - 5.3
    found = refinement.proposed((heights > 0) - 0.5 if binary else heights, grid, 0.0, 20, whole=["a", "b"])
    points = [(point["a"], point["b"]) for point in found]
    assert len(points) >= 8
    assert len(set(points)) == len(points)
    assert not set(points) & trained(grid)
    assert all(isinstance(value, int) for point in points for value in point)
    assert all(abs(a + b - 46.5) < 8 for a, b in points)


def test_one_axis_of_whole_numbers_is_proposed_until_none_is_left() -> None:
    def grid(*values: int) -> Grid:
        axis = GridAxis("a", values, "linear")
        return Grid(axis, None, len(values), 1, np.arange(len(values)), tuple((cell,) for cell in range(len(values))))

    heights = np.array([-3.0, -2, -1, 1, 2, 3])
    assert refinement.proposed(heights, grid(1, 2, 3, 4, 5, 6), 0.0, 6, whole=["a"]) == []
    apart = refinement.proposed(heights, grid(10, 12, 14, 16, 18, 20), 0.0, 6, whole=["a"])
    assert sorted(point["a"] for point in apart) == [11, 13, 15, 17, 19]


def test_numbers_that_happen_to_be_whole_are_not_rounded() -> None:
    grid = two_axes(range(4), range(4))
    heights = np.add.outer(0.7 * np.arange(4.0), np.arange(4.0)).ravel() - 2.6
    found = refinement.proposed(heights, grid, 0.0, 8, whole=["b"])
    assert any(point["a"] % 1 for point in found)
    assert all(isinstance(point["b"], int) for point in found)
    assert not {(point["a"], point["b"]) for point in found} & trained(grid)


def test_points_that_are_trained_beside_the_grid_are_not_proposed_again() -> None:
    values, grid = response(lattice(6)), grid_of(6)
    first = refinement.proposed(values, grid, 0.0, 4)
    second = refinement.proposed(values, grid, 0.0, 4, trained=first)
    assert len(second) == 4
    assert not {tuple(point.values()) for point in first} & {tuple(point.values()) for point in second}


def test_cells_that_never_reached_the_event_are_occupied_and_nothing_is_proposed_inside_them() -> None:
    even = np.linspace(0, 1, 8)
    grid = two_axes(even.tolist(), even.tolist())
    across = np.tile(even, 8)
    values = np.where(across > 0.6, np.nan, (across - 0.5) * 3)
    found = refinement.proposed(values, grid, 0.0, 8)
    places = np.array([[point["a"], point["b"]] for point in found])
    assert len(places) == 8
    assert places[:, 0].max() < (even[4] + even[5]) / 2
    cells = lattice(8)
    apart = np.linalg.norm(places[:, None] - np.vstack([cells, places])[None], axis=2)
    apart[np.arange(8), len(cells) + np.arange(8)] = np.inf
    assert apart.min() > 0.3 * even[1]
    own = [{"a": x, "b": y} for x, y in cells]  # points of the grid change nothing when they are told once more
    assert refinement.proposed(values, grid, 0.0, 8, trained=own) == found
    waiting = np.isfinite(values)  # were the others not measured yet, there is no reason to stay away
    assert refinement.proposed(values, grid, 0.0, 40, measured=waiting) != refinement.proposed(values, grid, 0.0, 40)


def test_an_infinite_value_is_the_far_side() -> None:
    even = np.linspace(0, 1, 8)
    grid = two_axes(even.tolist(), even.tolist())
    across = np.tile(even, 8)
    values = np.where(across > 0.5, np.inf, across)
    found = refinement.proposed(
        values, grid, 0.9, 4
    )  # all numbers lie below the level: the boundary is before infinity
    assert len(found) == 4
    assert all(even[3] < point["a"] < even[4] for point in found)

"""Where a run may still be proposed: values that the settings can take, away from what is trained already.

Places lie in the unit cube: 0 to 1 along each axis of a diagram, in logarithms where the axis is log.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from phasescope.analyses.boundary import coordinates
from phasescope.analyses.cells import Grid, GridAxis

Array = NDArray[np.float64]
LATTICE = 48  # places along each axis among which points are proposed
APART = 0.3  # from what is there and of one batch, in shares of the least distance between the places that are there
DIGITS = 4
ROUNDING = 1e-9


@dataclass(frozen=True)
class OpenPlaces:
    """The axes, the paths of settings that are whole numbers, and what is occupied.

    `occupied` (N, D) are the places that have runs. Beside those that are `unreached` (N,) nothing is proposed: they
    were trained and have no value, so on which side they lie is unknown.
    """

    axes: tuple[GridAxis, ...]
    whole: frozenset[str]
    occupied: Array
    unreached: NDArray[np.bool_]

    @cached_property
    def tree(self) -> KDTree:
        return KDTree(self.occupied)

    @cached_property
    def gap(self) -> float:
        """How far apart points have to be, but not less than the lattice can tell."""
        some = np.unique(self.occupied.round(9), axis=0)
        nearest = np.asarray(KDTree(some).query(some, k=2)[0])[:, 1]  # infinite for one alone
        return APART * min(max(float(nearest.min()), 0.5 / LATTICE), 1.0)

    def lattice(self) -> Array:
        """(M, D) even places that a setting can take, at a distance from all that is occupied."""
        even = np.linspace(0, 1, LATTICE)
        along = [np.unique(self._snapped(even, axis).round(12)) for axis in self.axes]
        inside = [places[(places > -ROUNDING) & (places < 1 + ROUNDING)] for places in along]
        places = np.stack(np.meshgrid(*inside), axis=-1).reshape(-1, len(inside))
        return np.asarray(places[self.is_free(places, self.gap)])

    def is_free(self, places: Array, gap: float = ROUNDING) -> NDArray[np.bool_]:
        """(M,) those farther than the gap from all that is occupied, the nearest of which has to have a value."""
        distance, nearest = self.tree.query(places.reshape(-1, len(self.axes)))
        return np.asarray((distance > gap) & ~self.unreached[nearest])

    def snapped(self, places: Array) -> Array:
        """(M, D) the nearest places that the settings can take."""
        return np.stack([self._snapped(places[:, n], axis) for n, axis in enumerate(self.axes)], axis=1)

    def values(self, place: Array) -> dict[str, float]:
        """A place as values of the axes: whole numbers where the setting is one."""
        found: dict[str, float] = {}
        for share, axis in zip(place, self.axes, strict=True):
            value = float(self._values(np.array([share]), axis)[0])
            found[axis.path] = round(value) if axis.path in self.whole else value
        return found

    def _snapped(self, shares: Array, axis: GridAxis) -> Array:
        return unit(self._values(shares, axis), axis)

    def _values(self, shares: Array, axis: GridAxis) -> Array:
        first, last = coordinates(axis)[[0, -1]]
        at = first + shares * (last - first)
        exact = 10**at if axis.scale == "log" else at
        return exact.round() if axis.path in self.whole else np.array([float(f"{value:.{DIGITS}g}") for value in exact])


def open_places(
    axes: Sequence[GridAxis], whole: Collection[str], cells: Array, unreached: NDArray[np.bool_], further: Array
) -> OpenPlaces:
    """What is open beside the cells (N, D) of a diagram and further trained places (M, D), which may be the same."""
    beyond = further[KDTree(cells).query(further)[0] > ROUNDING]
    occupied = np.vstack([cells, beyond])
    return OpenPlaces(tuple(axes), frozenset(whole), occupied, np.pad(unreached, (0, len(beyond))))


def unit(values: Array, axis: GridAxis) -> Array:
    """(N,) values of an axis as places along it, from 0 to 1."""
    first, last = coordinates(axis)[[0, -1]]
    at = np.log10(values) if axis.scale == "log" else values
    return np.asarray((at - first) / (last - first))


def cell_places(grid: Grid, axes: Sequence[GridAxis]) -> Array:
    """(cells, D) places of the cells of a diagram."""
    shape = (grid.rows, grid.columns)
    along = [unit(np.asarray(axis.values, dtype=np.float64), axis) for axis in axes]
    spread = [
        np.broadcast_to(places[None, :] if axis is grid.x else places[:, None], shape).ravel()
        for places, axis in zip(along, axes, strict=True)
    ]
    return np.stack(spread, axis=1)


def places_of(points: Sequence[Mapping[str, Any]], axes: Sequence[GridAxis]) -> Array:
    """(M, D) places of those points (path -> value) that lie on all of the axes."""
    numbers = [[point.get(axis.path) for axis in axes] for point in points]
    known = [row for row in numbers if all(_fits(value, axis) for value, axis in zip(row, axes, strict=True))]
    values = np.array(known, dtype=np.float64).reshape(-1, len(axes))
    return np.stack([unit(values[:, n], axis) for n, axis in enumerate(axes)], axis=1)


def _fits(value: Any, axis: GridAxis) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and (axis.scale != "log" or value > 0)

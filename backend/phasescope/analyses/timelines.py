"""Curves as event finders read them: what falls is downwards, on an even grid of (log) time, with its noise.

A loss is read in the logarithm, less its floor where one is known; an accuracy as it is, in shares of its range, and
upside down. Time is ln(step), so that an event is the same whether steps are counted in ones or in thousands, or
tenths of the training. Step 0 has no place in log time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, median_filter

from phasescope.analyses.bands import filled
from phasescope.core.curves import Floats

Time = Literal["log", "linear"]
Array = NDArray[np.float64]
POINTS = 160  # at most, of the even grid
FEWEST = 12  # checkpoints at which a run has values; with fewer nothing is said about its events
LEAST = 1e-9  # a loss below this is as good as zero
WINDOW = 5  # of the running median
OUTLIER = 4.0  # a point further from the running median than so many noise levels is moved to that distance
SCALE = 1.4826  # median absolute deviation -> standard deviation, of a normal distribution


@dataclass(frozen=True)
class Reading:
    """How a series is read: in the logarithm above a floor or not, and whether what matters is its fall or its rise.

    What is not read in the logarithm is measured by its own range, unless it is a share already.
    """

    logarithm: bool = True
    falling: bool = True
    floor: float = 0.0
    share: bool = False


@dataclass(frozen=True)
class Timelines:
    """R curves on N even places in time. Before its first and after its last value a curve is level, not `valid`."""

    place: Array  # (N,) time: ln(step), or tenths of the training
    values: Array  # (R, N) what falls is downwards; outliers are moved in
    medians: Array  # (R, N) running median
    valid: NDArray[np.bool_]  # (R, N)
    measured: NDArray[np.bool_]  # (R, N) a value of the run lies there: elsewhere the curve is a line between two
    seen: NDArray[np.bool_]  # (R, N) measured, and not still too small to be seen falling
    noise: Array  # (R,) standard deviation around the running median
    time: Time
    last: float  # the last step

    @property
    def spacing(self) -> float:
        """Time between two places."""
        return float(self.place[1] - self.place[0]) if len(self.place) > 1 else 1.0

    def step(self, place: Array) -> Array:
        """The steps at places in time."""
        return np.exp(place) if self.time == "log" else place * self.last / 10

    def when(self, step: Array) -> Array:
        """The places in time of steps."""
        return np.log(step) if self.time == "log" else 10 * step / self.last

    def slopes(self, width: float) -> Array:
        """(R, N) d value / d time of the running median, by the derivative of a Gaussian of `width` places."""
        return gaussian_filter1d(self.medians, width, axis=1, order=1, mode="nearest") / self.spacing

    def of(self, rows: NDArray[np.int64]) -> Timelines:
        """Some of the curves."""
        masks = (self.valid[rows], self.measured[rows], self.seen[rows])
        return Timelines(
            self.place, self.values[rows], self.medians[rows], *masks, self.noise[rows], self.time, self.last
        )


def reading_of(series: str) -> Reading:
    """A loss in the logarithm, an accuracy by its rise, anything else as it is."""
    if "loss" in series:
        return Reading()
    share = "accuracy" in series
    return Reading(logarithm=False, falling=not share, share=share)


def read(values: Floats, reading: Reading) -> Array:
    """(R, C) as event finders see them."""
    exact = values.astype(np.float64)
    exact[~np.isfinite(exact)] = np.nan
    if reading.logarithm:
        exact = np.log(np.maximum(exact - reading.floor, LEAST))
    elif not reading.share:
        span = np.fmax.reduce(exact, axis=1, initial=-np.inf) - np.fmin.reduce(exact, axis=1, initial=np.inf)
        exact = exact / np.where(span > 0, span, 1.0)[:, None]
    return exact if reading.falling else -exact


def enough(values: Floats, steps: NDArray[np.int64], time: Time = "log") -> NDArray[np.bool_]:
    """(R,) whether a run has values at enough checkpoints to speak of events."""
    kept = steps > 0 if time == "log" else steps >= 0
    return np.asarray(np.isfinite(values[:, kept]).sum(axis=1) >= FEWEST)


def timelines(values: Floats, steps: NDArray[np.int64], reading: Reading, time: Time = "log") -> Timelines | None:
    """The curves on an even grid; None where there are too few checkpoints. A run that has too few is nowhere valid."""
    told = enough(values, steps, time)
    if not told.any():
        return None
    kept = steps > 0 if time == "log" else steps >= 0
    steps = steps[kept]
    last = float(steps[-1])
    when = np.log(steps) if time == "log" else 10 * steps / last
    own = read(np.where(told[:, None], values[:, kept], np.nan), reading)
    y = np.asarray(filled(own, steps), dtype=np.float64)
    place = np.linspace(when[0], when[-1], min(len(steps), POINTS))
    groups = _groups(when, place)
    known, here = _grouped(y, groups)
    starts = [int(group[0]) for group in groups]
    seen = np.maximum.reduceat(np.isfinite(own), starts, axis=1)
    medians = np.asarray(median_filter(known, size=(1, WINDOW), mode="mirror"), dtype=np.float64)
    noise = spread(known - medians, seen)
    reach = OUTLIER * np.maximum(noise, 1e-12)[:, None]
    known = np.clip(known, medians - reach, medians + reach)
    between = _between(np.array([when[group].mean() for group in groups]), place)
    valid = _near(here.astype(np.float64), between) > 1 - 1e-9
    measured = np.zeros(valid.shape, dtype=np.bool_)
    falls = measured.copy()
    column = np.unique(_nearest(when, place))  # each group is of one place
    measured[:, column] = seen
    falls[:, column] = np.maximum.reduceat(np.isfinite(own) & ~_below_scale(own, reading), starts, axis=1)
    lines = _near(known, between), _near(medians, between)
    return Timelines(place, *lines, valid, valid & measured, valid & falls, noise, time, last)


def _below_scale(values: Array, reading: Reading) -> NDArray[np.bool_]:
    """(R, C) where a loss is still too small to be told from zero: it is flat there because it is not seen to fall."""
    least = reading.logarithm & (values <= np.log(LEAST) + 1e-9)
    return np.asarray((np.cumsum(least, axis=1) > 1) & least)


def middle(values: Array, counted: NDArray[np.bool_]) -> Array:
    """(R,) median of the counted values of each row; 0 where none is."""
    count = counted.sum(axis=1)
    ordered = np.sort(np.where(counted, values, np.inf), axis=1)
    at = np.stack([np.maximum(count - 1, 0) // 2, np.minimum(count // 2, values.shape[1] - 1)], axis=1)
    pair = np.take_along_axis(ordered, at, axis=1)
    return np.where(count > 0, np.where(np.isfinite(pair), pair, 0.0).mean(axis=1), 0.0)


def spread(values: Array, counted: NDArray[np.bool_]) -> Array:
    """(R,) standard deviation of each row, by its median absolute deviation."""
    return SCALE * middle(np.abs(values - middle(values, counted)[:, None]), counted)


def _nearest(when: Array, place: Array) -> NDArray[np.int64]:
    """The place nearest to each checkpoint."""
    number = np.rint((when - when[0]) / (place[1] - place[0])).astype(np.int64)
    return np.asarray(np.clip(number, 0, len(place) - 1))


def _groups(when: Array, place: Array) -> list[NDArray[np.int64]]:
    """Checkpoints that share their nearest place."""
    starts = np.flatnonzero(np.diff(_nearest(when, place), prepend=-1))
    return np.split(np.arange(len(when)), starts[1:])


def _grouped(y: Array, groups: list[NDArray[np.int64]]) -> tuple[Array, NDArray[np.bool_]]:
    """(R, G) median of each group, level beyond a curve's own values, and (R, G) whether it has one of its own."""
    finite = np.isfinite(y)
    known = np.stack([middle(y[:, g], finite[:, g]) for g in groups], axis=1)
    here = np.maximum.reduceat(finite, [int(g[0]) for g in groups], axis=1)
    first, last = here.argmax(axis=1), here.shape[1] - 1 - here[:, ::-1].argmax(axis=1)
    columns = np.clip(np.arange(len(groups)), first[:, None], last[:, None])
    some = np.asarray(here.any(axis=1))[:, None]
    return np.where(some, np.take_along_axis(known, columns, axis=1), 0.0), here


def _between(centre: Array, place: Array) -> tuple[NDArray[np.int64], Array]:
    """For each place the group to the right, and its share against that to the left."""
    right = np.clip(np.searchsorted(centre, place), 1, len(centre) - 1)
    return right, np.clip((place - centre[right - 1]) / (centre[right] - centre[right - 1]), 0.0, 1.0)


def _near(known: Array, between: tuple[NDArray[np.int64], Array]) -> Array:
    """(R, N) straight lines between groups."""
    right, share = between
    return known[:, right - 1] * (1 - share) + known[:, right] * share

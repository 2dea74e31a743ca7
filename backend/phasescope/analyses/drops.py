"""Drops: where a curve falls much faster than its own trend. Onset, midpoint, end, width, size, and a confidence.

The finder looks for peaks of the slope of the running median of log loss over log time (median + 5 median absolute
deviations of the run's own slopes), measures each between the places where it stands out from the trend, and keeps it
only if the curve is told better with it than without it: the Bayesian information criterion of a quadratic trend with
a logistic step at each drop has to be lower by more than 10 than with one step less, and than the best smooth model
(a power law with or without a floor). So a smooth decay is not a drop, and neither is noise: values count as often as
they are independent, by the correlation of neighbours in what the model leaves over, unless the fall is far beyond it.

Onset, midpoint and end are where 10, 50 and 90 % of the fall are done. The midpoint of a fall in the logarithm lies
later than the midpoint in the loss itself. Several drops of one run are a staircase.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.smooth_trends import PARAMETERS, criterion, smooth_residuals
from phasescope.analyses.step_models import neighbour_correlation, step_fit, step_shapes, without_each
from phasescope.analyses.timelines import Timelines, middle, spread

Array = NDArray[np.float64]
HEIGHT = 5.0 / 1.4826  # of a peak of the slope, in robust standard deviations: 5 median absolute deviations
EDGE = 0.1  # a drop reaches as far as its slope exceeds the trend by this share of its peak
SHALLOW = 0.2  # a valley not deeper than this share of the smaller peak beside it does not part two drops
EVIDENCE = 10.0  # by which the criterion has to improve
LEAST_FALL = {True: 0.15, False: 0.1}  # nats of a loss; share of the range of anything else
OUT_OF_NOISE = 10.0  # standard deviations of what the steps leave over: no stationary noise falls so far
MANY_TIMES = 5.0  # as many squares are left over without a step: no stationary noise is told so badly
MOST = 12  # drops of one run

DROPS = Analysis(
    name="drops",
    title="Drops",
    description="A fall much steeper than the run's own trend, that is told by a step in log time with a Bayesian "
    f"information criterion better by more than {EVIDENCE:g} than by any power law. In log time "
    "an exponential is a drop; in linear time it is none.",
)


@dataclass(frozen=True)
class Drops:
    """(E,) each, in the order of the rows and of time. `fall` is in nats of a loss, else in shares of the range."""

    row: NDArray[np.int64]
    onset: Array  # steps
    midpoint: Array
    end: Array
    width: Array  # time from onset to end: of the logarithm of the step, or of tenths of the training
    fall: Array
    confidence: Array  # 0.5 to 1

    def of(self, kept: NDArray[np.bool_] | NDArray[np.int64]) -> Drops:
        """Some of them."""
        return Drops(*(getattr(self, field.name)[kept] for field in fields(self)))

    def counts(self, rows: int) -> NDArray[np.int64]:
        """(R,) steps of the staircase of each row."""
        return np.bincount(self.row, minlength=rows)

    def largest(self, rows: int) -> NDArray[np.int64]:
        """(R,) the deepest drop of each row; -1 where it has none."""
        found = np.full(rows, -1)
        order = np.argsort(self.fall, kind="stable")
        found[self.row[order]] = order
        return found


def find_drops(lines: Timelines, *, logarithm: bool = True) -> Drops:
    """All drops of all curves."""
    slope = -lines.slopes(max(1.2, len(lines.place) / 75))
    trend = middle(slope, lines.valid)
    row, peak = _peaks(slope, trend + HEIGHT * spread(slope, lines.valid), lines.valid)
    if not len(row):
        return no_drops()
    first, last = _extent(slope[row], trend[row], row, peak)
    fall = _at(lines.medians[row], first) - _at(lines.medians[row], last)
    kept = fall > np.maximum(LEAST_FALL[logarithm], 2 * lines.noise[row])
    if not kept.any():
        return no_drops()
    row, first, last = row[kept], first[kept], last[kept]
    places, fall = _crossings(lines, row, first, last)
    evidence = _evidence(lines, row, places, fall, logarithm=logarithm)
    onset, half, end = (lines.step(place) for place in places)
    confidence = expit((evidence - EVIDENCE) / 2)
    found = Drops(row, onset, half, end, places[2] - places[0], fall, confidence)
    return found.of(evidence > EVIDENCE)


def no_drops() -> Drops:
    """Nothing found."""
    nothing = np.zeros(0)
    return Drops(np.zeros(0, dtype=np.int64), *([nothing] * 6))


def _at(values: Array, place: NDArray[np.int64]) -> Array:
    return np.take_along_axis(values, place[:, None], axis=1)[:, 0]


def _peaks(slope: Array, height: Array, valid: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(E,) row and place of every peak of the slope that is high, and that stands out from the valleys beside it."""
    shown = np.where(valid, slope, np.minimum(slope, height[:, None]))
    rows, places = [], []
    for row in np.flatnonzero((shown > height[:, None]).any(axis=1)).tolist():
        found = _prominent(shown[row], max(float(height[row]), 1e-6))
        if len(found) > MOST:
            found = np.sort(found[np.argsort(-shown[row][found], kind="stable")[:MOST]])
        rows.append(np.full(len(found), row))
        places.append(found)
    if not rows:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate(rows), np.concatenate(places).astype(np.int64)


def _prominent(slope: Array, height: float) -> NDArray[np.int64]:
    """Places of the peaks above a height; of two between which there is hardly a valley only the higher one."""
    inner = slope[1:-1]
    found = np.flatnonzero((inner > height) & (inner > slope[:-2]) & (inner >= slope[2:])) + 1
    while len(found) > 1:
        valley = np.minimum.reduceat(slope, found)[:-1]  # from each peak up to the next
        smaller = np.minimum(slope[found[1:]], slope[found[:-1]])
        depth = (smaller - valley) / np.maximum(0.5 * height, SHALLOW * smaller)
        least = int(depth.argmin())
        if depth[least] >= 1:
            break
        found = np.delete(found, least + int(slope[found[least + 1]] < slope[found[least]]))
    return found


def _extent(
    slope: Array, trend: Array, row: NDArray[np.int64], peak: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(E,) first and last place of each drop: where its slope meets the trend, or the valley to the next drop."""
    place = np.arange(slope.shape[1])
    low = trend + EDGE * (_at(slope, peak) - trend)
    same = row[1:] == row[:-1]
    before = np.append(0, np.where(same, peak[:-1], 0))
    after = np.append(np.where(same, peak[1:], slope.shape[1] - 1), slope.shape[1] - 1)
    left = (place >= before[:, None]) & (place < peak[:, None])
    right = (place > peak[:, None]) & (place <= after[:, None])
    quiet = slope <= low[:, None]
    valley_left = np.where(left, slope, np.inf).argmin(axis=1)
    valley_right = np.where(right, slope, np.inf).argmin(axis=1)
    last_quiet = np.where(left & quiet, place, -1).max(axis=1)
    first_quiet = np.where(right & quiet, place, slope.shape[1]).min(axis=1)
    first = np.where(last_quiet >= 0, last_quiet, valley_left)
    last = np.where(first_quiet < slope.shape[1], first_quiet, valley_right)
    return first, last


def _crossings(
    lines: Timelines, row: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[list[Array], Array]:
    """(E,) places in time where 10, 50 and 90 % of each fall are done, and the fall.

    Noise makes a curve cross a level several times; the mean of the least so far and the greatest still to come
    crosses it once.
    """
    place = np.arange(lines.medians.shape[1])
    columns = np.clip(place, first[:, None], last[:, None])
    y = np.take_along_axis(lines.medians[row], columns, axis=1)
    down = np.minimum.accumulate(y, axis=1)
    still = np.maximum.accumulate(y[:, ::-1], axis=1)[:, ::-1]
    steady = (down + still) / 2
    top, bottom = steady[:, :1], steady[:, -1:]
    found = []
    for share in (0.1, 0.5, 0.9):
        level = top - share * (top - bottom)
        after = np.clip((steady > level).sum(axis=1), 1, len(place) - 1)
        high, low = _at(steady, after - 1), _at(steady, after)
        part = np.clip((high - level[:, 0]) / np.maximum(high - low, 1e-12), 0, 1)
        found.append(lines.place[after - 1] + part * lines.spacing)
    return found, (top - bottom)[:, 0]


def _evidence(lines: Timelines, row: NDArray[np.int64], places: list[Array], fall: Array, *, logarithm: bool) -> Array:
    """(E,) by how much the criterion is worse without each drop, or without any; at most EVIDENCE: it does not count.

    The weakest drop of each row is taken away until all that are left count.
    """
    rows, owner = np.unique(row, return_inverse=True)
    own = lines.of(rows)
    smooth = smooth_residuals(own, logarithm=logarithm)
    shapes = step_shapes(own, places[1], places[2] - places[0])
    evidence = np.full(len(row), -np.inf)
    alive = np.ones(len(row), dtype=np.bool_)
    waiting = np.ones(len(rows), dtype=np.bool_)
    while waiting.any():
        here = np.flatnonzero(alive & waiting[owner])
        gain = _gain(own, shapes[here], owner[here], fall[here], smooth)
        evidence[here] = gain
        order = here[np.argsort(-gain, kind="stable")]
        weakest = np.full(len(rows), -1)
        weakest[owner[order]] = order  # the last one written is the weakest
        weakest = weakest[weakest >= 0]
        fails = weakest[evidence[weakest] <= EVIDENCE]
        alive[fails] = False
        waiting[:] = False
        waiting[owner[fails]] = True
        waiting &= np.bincount(owner[alive], minlength=len(rows)) > 0
    return evidence


def _gain(lines: Timelines, shapes: Array, owner: NDArray[np.int64], fall: Array, smooth: Array) -> Array:
    """(E,) the least by which the criterion of each curve is worse without one of its steps, or without any."""
    whole = step_fit(lines, shapes, owner)
    measured = lines.measured.sum(axis=1).astype(np.float64)
    left, parameters, count = whole.squares[owner], whole.parameters[owner], measured[owner]
    fewer, parameters_of_fewer = without_each(lines, shapes, owner)
    deviation = np.sqrt(left / np.maximum(count - parameters, 1.0))
    far = (fall > OUT_OF_NOISE * deviation) & (np.minimum(fewer, smooth[owner]) > MANY_TIMES * left)
    alike = np.where(far, 0.0, neighbour_correlation(whole.residual, lines.measured)[owner])
    less = criterion(fewer, count, parameters_of_fewer, alike)
    none = criterion(smooth[owner], count, PARAMETERS, alike)
    return np.minimum(less, none) - criterion(left, count, parameters, alike)

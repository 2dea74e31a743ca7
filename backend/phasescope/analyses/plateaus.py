"""Plateaus: stretches over which a curve hardly moves: |d ln L / d ln t| < 0.05 over at least a doubling of the step.

What the drops of the run took away is put back first, so that a plateau reaches up to the onset of a drop and not
only up to where a smoothed slope begins to feel it. The slope is smoothed as far as the noise of the run asks for; in
the end a straight line through the stretch has to be flat as well.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, gaussian_filter1d
from scipy.special import ndtr

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.drops import Drops
from phasescope.analyses.step_models import step_fit, step_shapes
from phasescope.analyses.timelines import Timelines

Array = NDArray[np.float64]
FLAT = 0.05  # nats (or shares of the range) per unit of time
SURE = 0.5  # least confidence
SPAN = {"log": float(np.log(2)), "linear": 1.0}  # a doubling of the step; a tenth of the training
FEWEST_INSIDE = 3  # places with a value of the run's own: a line between two values is no plateau
WIDTHS = (2.0, 3.0, 4.0, 6.0, 8.0)  # places over which slopes are smoothed

PLATEAUS = Analysis(
    name="plateaus",
    title="Plateaus",
    description=f"A stretch over which |d ln loss / d ln step| stays below {FLAT:g} while the step at least doubles.",
)


@dataclass(frozen=True)
class Plateaus:
    """(E,) each, in the order of the rows and of time. `level` as the curve is read: ln(loss), shares of the range."""

    row: NDArray[np.int64]
    start: Array  # steps
    end: Array
    level: Array
    slope: Array
    confidence: Array  # that the slope of a straight line is within the bounds

    def of(self, kept: NDArray[np.bool_] | NDArray[np.int64]) -> Plateaus:
        """Some of them."""
        return Plateaus(*(getattr(self, field.name)[kept] for field in fields(self)))


def no_plateaus() -> Plateaus:
    """Nothing found."""
    return Plateaus(np.zeros(0, dtype=np.int64), *([np.zeros(0)] * 5))


def find_plateaus(lines: Timelines, drops: Drops) -> Plateaus:
    """All plateaus of all curves, given their drops."""
    falling, steps_down = _drops_of(lines, drops)
    slope, width = _slopes(lines, lines.values - steps_down)
    flat = (np.abs(slope) < FLAT) & lines.valid & ~falling
    for pieces in np.unique(width).tolist():
        rows = width == pieces
        closed = binary_closing(flat[rows], structure=np.ones((1, 4 * int(pieces) + 1), dtype=np.bool_))
        flat[rows] = (flat[rows] | closed) & lines.valid[rows] & ~falling[rows]
    edges = np.diff(np.pad(flat.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, first = np.nonzero(edges == 1)
    last = np.nonzero(edges == -1)[1] - 1
    long = lines.place[last] - lines.place[first] >= SPAN[lines.time] - 1e-9
    before = np.pad(np.cumsum(lines.seen, axis=1), ((0, 0), (1, 0)))
    long &= before[row, last + 1] - before[row, first] >= FEWEST_INSIDE
    row, first, last = row[long], first[long], last[long]
    level, line, error = _straight(lines, row, first, last)
    confidence = ndtr((FLAT - line) / error) - ndtr((-FLAT - line) / error)
    start, end = lines.step(lines.place[first]), lines.step(lines.place[last])
    return Plateaus(row, start, end, level, line, confidence).of(confidence >= SURE)


def _drops_of(lines: Timelines, drops: Drops) -> tuple[NDArray[np.bool_], Array]:
    """(R, N) where a drop is under way, and what all drops took away."""
    falling = np.zeros(lines.values.shape, dtype=np.bool_)
    if not len(drops.row):
        return falling, np.zeros(lines.values.shape)
    onset, middle, end = (lines.when(step) for step in (drops.onset, drops.midpoint, drops.end))
    inside = (lines.place >= onset[:, None]) & (lines.place <= end[:, None])
    np.logical_or.at(falling, drops.row, inside)
    return falling, step_fit(lines, step_shapes(lines, middle, end - onset), drops.row).steps


def _slopes(lines: Timelines, values: Array) -> tuple[Array, Array]:
    """(R, N) slopes, smoothed until their noise is half of what counts as flat, or as far as goes; and (R,) how far."""
    widths = np.array(WIDTHS)
    noise = lines.noise[:, None] * np.sqrt(1 / (4 * np.sqrt(np.pi) * widths**3)) / lines.spacing
    quiet = noise <= FLAT / 2
    choice = np.where(quiet.any(axis=1), quiet.argmax(axis=1), len(widths) - 1)
    slope = np.zeros(values.shape)
    for number in np.unique(choice).tolist():
        rows = choice == number
        filtered = gaussian_filter1d(values[rows], WIDTHS[number], axis=1, order=1, mode="nearest")
        slope[rows] = filtered / lines.spacing
    return slope, widths[choice]


def _straight(
    lines: Timelines, row: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[Array, Array, Array]:
    """(E,) mean, slope and standard error of the slope of a straight line through each stretch."""
    place = np.arange(len(lines.place))
    inside = (place >= first[:, None]) & (place <= last[:, None])
    weight = inside & lines.measured[row]
    count = np.maximum(weight.sum(axis=1), 1)
    values, time = lines.values[row], np.broadcast_to(lines.place, weight.shape)
    level = (weight * values).sum(axis=1) / count
    centred = np.where(weight, time - ((weight * time).sum(axis=1) / count)[:, None], 0.0)
    squares = np.maximum((centred**2).sum(axis=1), 1e-12)
    slope = (centred * values).sum(axis=1) / squares
    error = np.maximum(lines.noise[row], 1e-9) / np.sqrt(squares)
    return level, slope, error

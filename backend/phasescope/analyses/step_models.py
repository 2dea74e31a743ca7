"""Curves told as a quadratic trend in time with a logistic step at each of several places, all runs fitted at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from phasescope.analyses.timelines import Timelines

Array = NDArray[np.float64]
Owners = NDArray[np.int64]
TREND = 3  # parameters of the trend
STEP = 3  # of each step: place, width and height
MOST_ALIKE = 0.99  # of neighbouring residuals
FROM_TENTH = 4.394  # a logistic goes from 10 to 90 % in so many of its scales


@dataclass(frozen=True)
class StepFit:
    """(R, N) what the model leaves over, 0 where nothing was measured; (R,) parameters; (R, N) the steps alone."""

    residual: Array
    parameters: NDArray[np.int64]
    steps: Array

    @property
    def squares(self) -> Array:
        """(R,) residual sum of squares."""
        return np.asarray((self.residual**2).sum(axis=1))


def step_shapes(lines: Timelines, middle: Array, width: Array) -> Array:
    """(E, N) steps down by one, at a middle, of which 10 to 90 % take a width of time."""
    scale = np.maximum(width / FROM_TENTH, lines.spacing / 4)
    return np.asarray(-expit((lines.place - middle[:, None]) / scale[:, None]), dtype=np.float64)


def step_fit(lines: Timelines, shapes: Array, owner: Owners) -> StepFit:
    """The trend with the steps of each curve. `owner` (E,), ascending, is the row whose curve has each shape."""
    rank = _rank(owner)
    age = np.linspace(-1, 1, len(lines.place))
    design = np.zeros((len(lines.values), len(age), TREND + int(rank.max(initial=-1)) + 1))
    design[:, :, :TREND] = np.stack([np.ones_like(age), age, age**2], axis=1)
    design[owner, :, TREND + rank] = shapes
    weight = lines.measured.astype(np.float64)[:, :, None]
    left = (design * weight).transpose(0, 2, 1)
    normal = left @ design + 1e-9 * np.eye(design.shape[2])
    heights = np.linalg.solve(normal, left @ lines.values[:, :, None])
    residual = lines.measured * (lines.values - (design @ heights)[:, :, 0])
    parameters = TREND + STEP * np.bincount(owner, minlength=len(design))
    return StepFit(residual, parameters, (design[:, :, TREND:] @ heights[:, TREND:])[:, :, 0])


def neighbour_correlation(residual: Array, measured: NDArray[np.bool_]) -> Array:
    """(R,) how much each residual tells about the next measured one: 0 of independent noise, at most MOST_ALIKE."""
    place = np.arange(residual.shape[1])
    newest = np.maximum.accumulate(np.where(measured, place, -1), axis=1)
    before = np.pad(newest[:, :-1], ((0, 0), (1, 0)), constant_values=-1)
    paired = measured & (before >= 0)
    product = np.where(paired, residual * np.take_along_axis(residual, np.maximum(before, 0), axis=1), 0.0)
    square = (residual**2).sum(axis=1) / np.maximum(measured.sum(axis=1), 1)
    mean = product.sum(axis=1) / np.maximum(paired.sum(axis=1), 1)
    return np.asarray(np.clip(mean / np.maximum(square, 1e-24), 0.0, MOST_ALIKE))


def without_each(lines: Timelines, shapes: Array, owner: Owners) -> tuple[Array, NDArray[np.int64]]:
    """(E,) residual sum of squares, and parameters, of the model of each curve without one of its steps."""
    rank = _rank(owner)
    squares, parameters = np.zeros(len(owner)), np.zeros(len(owner), dtype=np.int64)
    for turn in range(int(rank.max(initial=-1)) + 1):
        others = rank != turn
        fit = step_fit(lines, shapes[others], owner[others])
        squares[~others], parameters[~others] = fit.squares[owner[~others]], fit.parameters[owner[~others]]
    return squares, parameters


def _rank(owner: Owners) -> NDArray[np.int64]:
    """0, 1, 2, … within each stretch of equal owners."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    return np.arange(len(owner)) - np.repeat(starts, np.diff(np.append(starts, len(owner))))

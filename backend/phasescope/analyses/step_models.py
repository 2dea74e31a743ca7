"""Curves told as a quadratic trend in time with a logistic step at each of several places, all runs fitted at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from phasescope.analyses.smooth_trends import criterion
from phasescope.analyses.timelines import Timelines

Array = NDArray[np.float64]
Owners = NDArray[np.int64]
TREND = 3  # parameters of the trend
STEP = 3  # of each step: place, width and height
FROM_TENTH = 4.394  # a logistic goes from 10 to 90 % in so many of its scales


def step_shapes(lines: Timelines, middle: Array, width: Array) -> Array:
    """(E, N) steps down by one, at a middle, of which 10 to 90 % take a width of time."""
    scale = np.maximum(width / FROM_TENTH, lines.spacing / 4)
    return np.asarray(-expit((lines.place - middle[:, None]) / scale[:, None]), dtype=np.float64)


def step_fit(lines: Timelines, shapes: Array, owner: Owners) -> tuple[Array, Array]:
    """(R,) criterion of the trend with the steps of each curve, and (R, N) those steps alone.

    `owner` (E,), ascending, is the row whose curve has each of the shapes.
    """
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
    score = criterion((residual**2).sum(axis=1), weight.sum(axis=(1, 2)), parameters)
    return score, (design[:, :, TREND:] @ heights[:, TREND:])[:, :, 0]


def gains(lines: Timelines, shapes: Array, owner: Owners, whole: Array) -> Array:
    """(E,) how much worse than `whole` the criterion of each curve is without one of its steps."""
    rank = _rank(owner)
    gain = np.zeros(len(owner))
    for turn in range(int(rank.max(initial=-1)) + 1):
        others = rank != turn
        without = step_fit(lines, shapes[others], owner[others])[0]
        gain[~others] = (without - whole)[owner[~others]]
    return gain


def _rank(owner: Owners) -> NDArray[np.int64]:
    """0, 1, 2, … within each stretch of equal owners."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    return np.arange(len(owner)) - np.repeat(starts, np.diff(np.append(starts, len(owner))))

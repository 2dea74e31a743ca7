"""How well curves are told without any event: power laws, with and without a floor, and exponentials in linear time.

Models of a loss read in the logarithm are ln(c + a t^-b) (pow3 of the learning-curve literature; a power law where
c = 0), of anything else c + a t^-b. In linear time also the same with exp(-b t). Each is scored by the Bayesian
information criterion, n ln(RSS / n) + k ln n. All curves are fitted at once: shapes on a grid are compared with every
curve by matrix products, and the best one is refined by damped Gauss-Newton steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.timelines import Timelines

Array = NDArray[np.float64]
PARAMETERS = 3  # of each of the models
EXPONENTS = np.concatenate([-np.geomspace(2, 0.02, 6), [0.0], np.geomspace(0.02, 3, 25)])
FLOORS = np.geomspace(1e-4, 30, 20)  # c / a
DELAYS = (1, 10)  # d of a (t + d)^-b in linear time (pow4), in places
NO_FLOOR = -18.0  # its logarithm
REFINEMENTS = 6
DAMPING = 1e-6


def criterion(
    rss: Array, count: Array, parameters: int | NDArray[np.int64], correlation: Array | float = 0.0, least: float = 1e-6
) -> Array:
    """(R,) Bayesian information criterion; residuals below `least` are rounding and do not count as a better fit.

    Values whose neighbours are correlated by r tell as much as (1 - r) / (1 + r) as many independent ones.
    """
    n = np.maximum(count, 1.0)
    told = np.maximum(n * (1 - correlation) / (1 + correlation), 1.0)
    return np.asarray(told * np.log(np.maximum(rss / n, least**2)) + parameters * np.log(told))


def smooth_residuals(lines: Timelines, *, logarithm: bool) -> Array:
    """(R,) residual sum of squares of the best model without events, which may go on falling where it is not seen."""
    weight = lines.seen.astype(np.float64)
    age = lines.place - lines.place[0]
    ages = [age]
    if lines.time == "linear":
        ages += [np.log1p(age / (lines.spacing * delay)) for delay in DELAYS]
    if not logarithm:
        return np.asarray(np.min([_scaled(lines.values, weight, a) for a in ages], axis=0))
    fits = np.stack([_floored(lines.values, weight, a) for a in ages])  # (ages, 3, R)
    best = fits[:, 0].argmin(axis=0)
    _, rate, floor = fits[best, :, np.arange(len(best))].T
    return _refined(lines.values, weight, np.stack(ages)[best], rate, floor)


def _scaled(y: Array, weight: Array, age: Array) -> Array:
    """(R,) residual sum of squares of c + a exp(-b age), the best b of a grid."""
    rates = EXPONENTS[EXPONENTS != 0]
    shapes = np.vstack([np.exp(-np.outer(rates, age)), age])
    shapes /= np.abs(shapes).max(axis=1, keepdims=True)
    total = np.maximum(weight.sum(axis=1), 1.0)[:, None]
    sum_y, sum_g = (weight * y).sum(axis=1)[:, None], weight @ shapes.T
    yy = (weight * y**2).sum(axis=1)[:, None] - sum_y**2 / total
    yg = (weight * y) @ shapes.T - sum_y * sum_g / total
    gg = weight @ (shapes**2).T - sum_g**2 / total
    explained = np.where(gg > 1e-12 * total, yg**2 / np.maximum(gg, 1e-300), 0.0)
    return np.asarray(np.maximum((yy - explained).min(axis=1), 0.0))


def _floored(y: Array, weight: Array, age: Array) -> Array:
    """(3, R) residual sum of squares of ln(c + a exp(-b age)), b and ln(c / a): the best of a grid."""
    log_floors = np.append(NO_FLOOR, np.log(FLOORS))
    rate, floor = (grid.ravel() for grid in np.meshgrid(EXPONENTS, log_floors, indexing="ij"))
    shapes = np.log(np.exp(floor)[:, None] + np.exp(-rate[:, None] * age))
    total = np.maximum(weight.sum(axis=1), 1.0)[:, None]
    same = bool((weight == weight[:1]).all())  # the usual case: all curves are measured at the same places
    counted = weight[:1] if same else weight
    sum_g, sum_gg = counted @ shapes.T, counted @ (shapes**2).T
    weighted = weight * y
    sum_y = weighted.sum(axis=1)[:, None]
    rss = weighted @ (-2 * shapes.T)
    rss += sum_gg
    away = sum_y - sum_g
    away *= away
    away /= total
    rss -= away
    rss += (weighted * y).sum(axis=1)[:, None]
    best = rss.argmin(axis=1)
    return np.stack([rss[np.arange(len(best)), best], rate[best], floor[best]])


def _refined(y: Array, weight: Array, age: Array, rate: Array, floor: Array) -> Array:
    """(R,) residual sum of squares, each curve over its own (R, N) age, after damped Gauss-Newton steps.

    They are taken on the offset, the rate and the logarithm of the floor.
    """
    rate, floor = rate[:, None], floor[:, None]
    total = np.maximum(weight.sum(axis=1), 1.0)
    residual, share = _residual(y, weight, total, age, rate, floor)
    rss = _dots(residual, residual)
    for _ in range(REFINEMENTS):
        by_rate, by_floor = -age * share * weight, (1 - share) * weight
        sums = by_rate.sum(axis=1), by_floor.sum(axis=1)
        rates = _dots(by_rate, by_rate) - sums[0] ** 2 / total + DAMPING
        floors = _dots(by_floor, by_floor) - sums[1] ** 2 / total + DAMPING
        mixed = _dots(by_rate, by_floor) - sums[0] * sums[1] / total
        along = _dots(by_rate, residual), _dots(by_floor, residual)  # the residual has no mean to take away
        determinant = rates * floors - mixed**2
        moves = floors * along[0] - mixed * along[1], rates * along[1] - mixed * along[0]
        move = np.clip(np.stack(moves) / determinant, -1.0, 1.0)[:, :, None]
        new_rate = np.clip(rate + move[0], -3, 10)
        new_floor = np.clip(floor + move[1], NO_FLOOR, 6)
        tried, new_share = _residual(y, weight, total, age, new_rate, new_floor)
        squares = _dots(tried, tried)
        better = squares < rss
        rate = np.where(better[:, None], new_rate, rate)
        floor = np.where(better[:, None], new_floor, floor)
        residual = np.where(better[:, None], tried, residual)
        share = np.where(better[:, None], new_share, share)
        rss = np.where(better, squares, rss)
    return np.asarray(rss)


def _dots(one: Array, other: Array) -> Array:
    """(R,) inner products of the rows."""
    return np.asarray(np.einsum("rn,rn->r", one, other))


def _residual(y: Array, weight: Array, total: Array, age: Array, rate: Array, floor: Array) -> tuple[Array, Array]:
    """(R, N) what is left after the model with its best offset, and the share of the model that still falls."""
    falling = np.exp(-rate * age)
    inside = np.exp(floor) + falling
    left = (y - np.log(inside)) * weight
    return np.asarray(left - (left.sum(axis=1) / total)[:, None] * weight), falling / inside

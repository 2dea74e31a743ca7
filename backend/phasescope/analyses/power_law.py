"""Exponents: t = A |x - x_c|^-nu, fitted to event times, with an interval by drawing the runs anew.

x_c is given, or found by profile: the best of a grid of values. Fits are straight lines of ln t over ln |x - x_c|, and
are compared with an exponential law (ln t over x) by the small-sample criterion of Akaike. There is no exponent when
the runs span less than 1.5 decades of |x - x_c|, when the 95 % interval spans more than a factor of 2, or when the
exponential tells the times better: a straight piece of a curve in log-log axes is not a power law.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.scaling import DECADES, WIDEST, Check, common_checks, line, refusal

Array = NDArray[np.float64]
DRAWS = 400
FEWEST = 6  # runs
CRITICAL = 60  # values of x_c that are tried

POWER_LAW = Analysis(
    name="power_law",
    title="Exponents",
    description="Fits event times by a power of the distance to a critical value, with a bootstrap interval over runs; "
    f"no exponent is given below {DECADES:g} decades or with an interval wider than a factor of {WIDEST:g}.",
)


@dataclass(frozen=True)
class PowerLaw:
    """t = amplitude |x - critical|^-exponent, with 95 % intervals. `refused` says why it is not to be quoted."""

    exponent: float
    low: float
    high: float
    amplitude: float
    critical: float
    critical_low: float
    critical_high: float
    runs: int
    decades: float
    better_than_exponential: float  # by how much the criterion of Akaike is lower
    refused: str  # empty: the exponent stands


def checks(law: PowerLaw, *, values: int, never: int, unfinished: int) -> tuple[Check, ...]:
    """What a fit of a scaling law has to state, as far as numbers can say.

    `values` of x are different, `never` runs did not reach the event, `unfinished` runs may still do.
    """
    return (
        Check("Do enough runs reach the event?", law.runs >= FEWEST, f"{law.runs:,} runs at {values:,} values"),
        Check("Does every run reach it, so that none is left out for being late?", never == 0, f"{never:,} do not"),
        *common_checks(
            unfinished=unfinished, decades=law.decades, interval=(law.low, law.high),
            better=law.better_than_exponential, criterion="Akaike's criterion",
        ),
    )  # fmt: skip


def fit_power_law(x: Array, times: Array, critical: float | None = None, seed: int = 0) -> PowerLaw:
    """The law over (R,) finite positive times; others do not count. Without x_c it is sought beyond the ends of x."""
    kept = np.isfinite(x) & np.isfinite(times) & (times > 0) & (x != critical)
    x, y = x[kept].astype(np.float64), np.log(times[kept].astype(np.float64))
    if len(x) < FEWEST or len(np.unique(x)) < 3:
        no = float("nan")
        reason = f"fewer than {FEWEST} runs, or than 3 different values"
        return PowerLaw(no, no, no, no, no, no, no, len(x), 0.0, no, reason)
    tried = np.array([critical]) if critical is not None else _candidates(x)
    generator = np.random.default_rng(seed)
    drawn = generator.integers(0, len(x), size=(DRAWS, len(x)))
    times_drawn = np.stack([np.ones(len(x)), *(np.bincount(rows, minlength=len(x)) for rows in drawn)])
    places, slopes, offsets, squares = _profile(x, y, tried, times_drawn.astype(np.float64))
    place, slope, offset, rss = (float(found[0]) for found in (places, slopes, offsets, squares))
    low, high = np.quantile(-slopes[1:], [0.025, 0.975])
    critical_low, critical_high = np.quantile(places[1:], [0.025, 0.975])
    distance = np.log10(np.abs(x - place))
    decades = float(distance.max() - distance.min())
    better = _akaike(line(x, y)[2], len(x), 2) - _akaike(rss, len(x), 2 + (critical is None))
    return PowerLaw(
        -slope, float(low), float(high), float(np.exp(offset)), place, float(critical_low), float(critical_high),
        len(x), decades, better,
        refusal((float(low), float(high)), decades, better, spanned="the runs span {} of the distance", told="times"),
    )  # fmt: skip


def _candidates(x: Array) -> Array:
    """Values beyond both ends of x, from a hundredth of the least spacing to a tenth of the span away."""
    different = np.unique(x)
    span = different[-1] - different[0]
    away = np.geomspace(0.01 * np.diff(different).min(), 0.1 * span, CRITICAL // 2)
    return np.concatenate([different[0] - away[::-1], different[-1] + away])


def _profile(x: Array, y: Array, tried: Array, weight: Array) -> tuple[Array, Array, Array, Array]:
    """(W,) the best critical value for each row of (W, N) weights, and slope, offset and residual squares there."""
    away = np.log(np.abs(x - tried[:, None]))  # (T, N)
    middle, level = away.mean(axis=1), float(y.mean())
    a, b = away - middle[:, None], y - level
    count = weight.sum(axis=1)[:, None]
    sum_a, sum_b = weight @ a.T, (weight @ b)[:, None]
    squares = weight @ (a**2).T - sum_a**2 / count
    across = weight @ (a * b).T - sum_a * sum_b / count
    total = (weight @ b**2)[:, None] - sum_b**2 / count
    slope = np.where(squares > 1e-12, across / np.maximum(squares, 1e-12), 0.0)
    rss = np.maximum(total - slope * across, 0.0)
    best = rss.argmin(axis=1)
    rows = np.arange(len(weight))
    slopes = slope[rows, best]
    offset = level + (sum_b / count)[:, 0] - slopes * (middle[best] + (sum_a / count)[rows, best])
    return tried[best], slopes, offset, rss[rows, best]


def _akaike(rss: float, count: int, parameters: int) -> float:
    """Corrected for few runs; residuals of a millionth are rounding."""
    k = parameters + 1
    correction = 2 * k * (k + 1) / (count - k - 1) if count > k + 1 else np.inf
    return float(count * np.log(max(rss / count, 1e-12)) + 2 * k + correction)

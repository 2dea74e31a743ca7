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

Array = NDArray[np.float64]
DECADES = 1.5
WIDEST = 2.0  # ratio of the ends of the interval
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


def fit_power_law(x: Array, times: Array, critical: float | None = None, seed: int = 0) -> PowerLaw:
    """The law over (R,) finite positive times; others do not count. Without x_c it is sought beyond the ends of x."""
    kept = np.isfinite(x) & np.isfinite(times) & (times > 0) & (x != critical)
    x, y = x[kept].astype(np.float64), np.log(times[kept].astype(np.float64))
    if len(x) < FEWEST or len(np.unique(x)) < 3:
        no = float("nan")
        reason = f"fewer than {FEWEST} runs, or than 3 different values"
        return PowerLaw(no, no, no, no, no, no, no, len(x), 0.0, no, reason)
    tried = np.array([critical]) if critical is not None else _candidates(x)
    place, slope, offset, rss = _profile(x, y, tried)
    generator = np.random.default_rng(seed)
    drawn = [_profile(x[rows], y[rows], tried) for rows in generator.integers(0, len(x), size=(DRAWS, len(x)))]
    low, high = np.quantile([-fit[1] for fit in drawn], [0.025, 0.975])
    critical_low, critical_high = np.quantile([fit[0] for fit in drawn], [0.025, 0.975])
    distance = np.log10(np.abs(x - place))
    decades = float(distance.max() - distance.min())
    better = _akaike(_line(x, y)[2], len(x), 2) - _akaike(rss, len(x), 2 + (critical is None))
    return PowerLaw(
        -slope, float(low), float(high), float(np.exp(offset)), place, float(critical_low), float(critical_high),
        len(x), decades, better, _refusal(float(low), float(high), decades, better),
    )  # fmt: skip


def _candidates(x: Array) -> Array:
    """Values beyond both ends of x, from a hundredth of the least spacing to a tenth of the span away."""
    different = np.unique(x)
    span = different[-1] - different[0]
    away = np.geomspace(0.01 * np.diff(different).min(), 0.1 * span, CRITICAL // 2)
    return np.concatenate([different[0] - away[::-1], different[-1] + away])


def _profile(x: Array, y: Array, tried: Array) -> tuple[float, float, float, float]:
    """The best critical value, and slope, offset and residual sum of squares there."""
    fits = [(value, *_line(np.log(np.abs(x - value)), y)) for value in tried.tolist()]
    return min(fits, key=lambda fit: fit[3])


def _line(x: Array, y: Array) -> tuple[float, float, float]:
    """Slope, offset and residual sum of squares of a straight line."""
    away = x - x.mean()
    squares = float((away**2).sum())
    slope = float((away * y).sum() / squares) if squares > 0 else 0.0
    offset = float(y.mean() - slope * x.mean())
    return slope, offset, float(((y - offset - slope * x) ** 2).sum())


def _akaike(rss: float, count: int, parameters: int) -> float:
    """Corrected for few runs; residuals of a millionth are rounding."""
    k = parameters + 1
    correction = 2 * k * (k + 1) / (count - k - 1) if count > k + 1 else np.inf
    return float(count * np.log(max(rss / count, 1e-12)) + 2 * k + correction)


def _refusal(low: float, high: float, decades: float, better: float) -> str:
    if decades < DECADES:
        return f"the runs span {decades:.2g} decades of the distance, less than {DECADES:g}"
    if low <= 0 <= high or max(low / high, high / low) > WIDEST:
        return f"no exponent: its 95 % interval from {low:.2g} to {high:.2g} is wider than a factor of {WIDEST:g}"
    return "" if better > 0 else "an exponential law tells the times as well or better"

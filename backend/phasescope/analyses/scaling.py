"""What every fit of a scaling law has to state, and when none is to be quoted: of event times and of boundaries.

After Li et al. 2025, "(Mis)Fitting", as far as numbers can say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DECADES = 1.5  # below that there is no exponent
WIDEST = 2.0  # ratio of the ends of the interval


@dataclass(frozen=True)
class Check:
    """One point of the checklist: what is asked, whether it is fulfilled, and the number behind it."""

    question: str
    fulfilled: bool
    said: str


def common_checks(
    *, unfinished: int, decades: float, interval: tuple[float, float], better: float, criterion: str
) -> tuple[Check, ...]:
    """The points that both kinds of law have; `criterion` says by what the law beats an exponential."""
    low, high = interval
    return (
        Check("Are all runs finished?", unfinished == 0, f"{unfinished:,} are not"),
        Check(f"Do they span {DECADES:g} decades?", decades >= DECADES, f"{decades:.2g} decades"),
        Check("Is the interval narrow?", ratio(low, high) <= WIDEST, f"{low:.3g} to {high:.3g}"),
        Check("Is it better than an exponential?", better > 0, f"{criterion} lower by {better:.2g}"),
    )


def refusal(interval: tuple[float, float], decades: float, better: float, *, spanned: str, told: str) -> str:
    """Why the exponent is not to be quoted; empty where it is. `spanned` is what spans the decades and of what."""
    low, high = interval
    if decades < DECADES:
        return spanned.format(f"{decades:.2g} decades") + f", less than {DECADES:g}"
    if not ratio(low, high) <= WIDEST:
        return f"its 95 % interval from {low:.2g} to {high:.2g} is wider than a factor of {WIDEST:g}"
    return "" if better > 0 else f"an exponential tells the {told} as well or better"


def ratio(low: float, high: float) -> float:
    """Of the ends of an interval; infinite where they are on two sides of zero, or one is zero."""
    return max(abs(low / high), abs(high / low)) if low * high > 0 else float("inf")


def line(x: Array, y: Array) -> tuple[float, float, float]:
    """Slope, offset and residual sum of squares of a straight line; where x does not vary it is level."""
    away = x - x.mean()
    squares = float((away**2).sum())
    slope = float((away * y).sum() / squares) if squares > 0 else 0.0
    offset = float(y.mean() - slope * x.mean())
    return slope, offset, float(((y - offset - slope * x) ** 2).sum())

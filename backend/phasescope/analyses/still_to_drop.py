"""Will this run still drop? What other runs did that had stood for as long, or "cannot say".

A curve that stands still does not say when it will fall. The runs beside it do: of those that had not dropped by the
step at which this run is now, which share dropped by the step asked for (Kaplan & Meier 1958, so that runs which are
themselves unfinished count for as long as they were seen). The interval is Jeffreys' for so many runs. It is
calibrated where the run is one like the others: a seed of the same cell. Nothing is said with fewer than 10 such runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from phasescope.analyses.analysis import Analysis

Array = NDArray[np.float64]
Verdict = Literal["likely", "unlikely", "open", "cannot say"]
FEWEST = 10  # runs that stood as long
COVERED = 0.9

STILL_TO_DROP = Analysis(
    name="still_to_drop",
    title="Will it still drop?",
    description="The share of runs that dropped later among those that had stood as long, with a 90 % interval; "
    f"nothing is said with fewer than {FEWEST}.",
    source="Kaplan & Meier 1958, J. Am. Stat. Assoc. 53(282)",
)


@dataclass(frozen=True)
class Chance:
    """That a run drops by a step. `beside` runs had stood as long; likely and unlikely are told apart from a half."""

    probability: float
    low: float
    high: float
    beside: int
    dropped: int  # of these, so far seen
    verdict: Verdict


def chance(dropped: Array, seen: Array, now: float, until: float) -> Chance:
    """For a run that has not dropped at `now`: other runs' (R,) step of their first drop, NaN without one, and (R,)
    the last step at which each was seen."""
    event = np.where(np.isfinite(dropped), dropped, np.inf)
    end = np.minimum(event, seen)
    beside = end > now
    count = int(beside.sum())
    happened = event[beside & (event <= until)]
    if count < FEWEST:
        return Chance(np.nan, np.nan, np.nan, count, len(happened), "cannot say")
    survival, weight = 1.0, float(count)
    for step in np.unique(happened).tolist():
        at_risk = int((end >= step).sum())
        survival *= 1 - float((event[beside] == step).sum()) / at_risk
    lost = beside & (seen < until) & (event > seen)  # not seen until then: they count for half
    weight -= 0.5 * float(lost.sum())
    if weight < FEWEST / 2:
        return Chance(np.nan, np.nan, np.nan, count, len(happened), "cannot say")
    probability = 1 - survival
    tail = (1 - COVERED) / 2
    a, b = probability * weight + 0.5, survival * weight + 0.5
    low, high = (float(betaincinv(a, b, share)) for share in (tail, 1 - tail))
    verdict: Verdict = "likely" if low > 0.5 else "unlikely" if high < 0.5 else "open"
    return Chance(probability, low, high, count, len(happened), verdict)

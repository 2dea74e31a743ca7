"""What moved first: series of many runs aligned on an event of each run, and by how much each leads the reference.

The onset of a series is where it has done 25 % of its largest move within the window around the event, from the mean
over the first third of the window, after a running mean of five checkpoints (the same for all: smoothing moves
onsets). A loss is read in the logarithm, as its drops are: a quarter of the fall of exp(-s) is done before a quarter of
the rise of s, though both are the same.
Its lead is the difference to the onset of the reference series in ln(step), paired over runs. A lead is tested by
flipping signs, corrected over series by Holm's method, and said to be one only with at least 6 runs. Unlike Granger
causality, which finds a cause among any two series that fall at the same time, this is silent there.

A lead is no cause: a series that changes slowly passes 25 % early.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.special import ndtr

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.bands import filled
from phasescope.analyses.timelines import Reading, read, reading_of
from phasescope.core.curves import Floats

Array = NDArray[np.float64]
Verdict = Literal["earlier", "later", "not told apart", "too few runs"]
FEWEST = 6  # runs: the least p of a sign-flip test with 6 is 0.03
BEFORE, AFTER = 3.0, 1.5  # the window in ln(step): from a twentieth of the event's step to 4.5 times it
POINTS = 91
SHARE = 0.25
SMOOTH = 5  # checkpoints
EXACT = 12  # runs up to which all flips are counted
FLIPS = 4_000
RESAMPLES = 500
MANY = 500  # runs from which a sum of random signs is normal, and an interval of a median is read off its runs
LEVEL = 0.05
OUT_OF_NOISE = 4.0  # a move has to exceed the noise of the baseline by so much to have an onset

PERI_EVENT = Analysis(
    name="peri_event",
    title="What moved first",
    description="Aligns series on an event of each run (a loss in the logarithm) and compares onsets (25 % of the "
    f"largest move) with that of a reference, paired over at least {FEWEST} runs, by a sign-flip test with Holm's "
    "correction.",
)


@dataclass(frozen=True)
class Aligned:
    """One series around the event: (W,) ln(step / step of the event), and (R, W) change from the baseline."""

    offset: Array
    change: Array


@dataclass(frozen=True)
class Lead:
    """By how much one series leads the reference, in ln(step): positive is earlier. `runs` in which both moved."""

    series: str
    runs: int
    lead: float  # median
    low: float  # 95 % interval by bootstrap over runs
    high: float
    p: float
    p_corrected: float
    verdict: Verdict


def as_read(series: str, values: Floats) -> Array:
    """The logarithm of a loss, anything else as it is: neither sign nor scale moves an onset."""
    return read(values, Reading(logarithm=reading_of(series).logarithm, share=True))


def align(values: Floats, steps: NDArray[np.int64], event: Array) -> Aligned:
    """(R, C) values around the step of each run's event (R,); NaN where a run has no event or no values there."""
    offset = np.linspace(-BEFORE, AFTER, POINTS)
    kept = steps > 0
    time = np.log(steps[kept])
    y = filled(values[:, kept].astype(np.float64), steps[kept])
    if y.shape[1] < 2:
        return Aligned(offset, np.full((len(values), POINTS), np.nan))
    happened = np.isfinite(event) & (event > 0)
    at = np.log(np.where(happened, event, 1.0))[:, None] + offset
    right = np.clip(np.searchsorted(time, at), 1, len(time) - 1)
    share = (at - time[right - 1]) / (time[right] - time[right - 1])
    low, high = np.take_along_axis(y, right - 1, axis=1), np.take_along_axis(y, right, axis=1)
    inside = (at >= time[0]) & (at <= time[-1]) & happened[:, None]
    shown = np.where(inside, low + share * (high - low), np.nan)
    return Aligned(offset, shown - _baseline(shown, offset)[:, None])


def onsets(values: Floats, steps: NDArray[np.int64], event: Array) -> Array:
    """(R,) ln(step) of the onset of each run's largest move around its event; NaN where it does not move."""
    if not values.size:
        return np.full(len(values), np.nan)
    whole = filled(values.astype(np.float64), steps)
    finite = np.isfinite(whole)
    level = np.where(finite, whole, 0.0)
    count = uniform_filter1d(finite.astype(np.float64), SMOOTH, axis=1, mode="constant")
    mean = uniform_filter1d(level, SMOOTH, axis=1, mode="constant") / np.maximum(count, 1e-9)
    around = align(np.where(finite, mean, np.nan), steps, event)
    rough = align(values, steps, event)
    noise = _noise(rough.change - around.change, rough.offset)
    size = np.where(np.isfinite(around.change), np.abs(around.change), -1.0)
    peak = size.argmax(axis=1)
    largest = np.take_along_axis(around.change, peak[:, None], axis=1)[:, 0]
    moved = np.isfinite(largest) & (np.abs(largest) > OUT_OF_NOISE * noise) & (np.abs(largest) > 1e-12)
    share = np.where(moved[:, None], around.change / np.where(moved, largest, 1.0)[:, None], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(moved, np.log(event) + _crossing(share, around.offset), np.nan)


def moved_first(
    series: Mapping[str, Floats], steps: NDArray[np.int64], event: Array, reference: str, seed: int = 0
) -> list[Lead]:
    """Every stored series but the reference, those that lead most first. `event` (R,) is the step of each run's."""
    base = onsets(as_read(reference, series[reference]), steps, event)
    generator = np.random.default_rng(seed)
    found = []
    for name, values in series.items():
        if name != reference:
            lead = base - onsets(as_read(name, values), steps, event)
            found.append((name, lead[np.isfinite(lead)]))
    p = np.array([sign_flip(lead, generator) if len(lead) >= FEWEST else np.nan for _, lead in found])
    leads = [_lead(name, lead, one, many, generator) for (name, lead), one, many in zip(found, p, holm(p), strict=True)]
    return sorted(leads, key=lambda lead: (np.isnan(lead.lead), -lead.lead))


def sign_flip(differences: Array, generator: np.random.Generator) -> float:
    """Two-sided p of the mean of paired differences under random signs; all signs where there are few pairs."""
    count = len(differences)
    if count >= MANY:
        spread = float(np.sqrt((differences**2).sum()))
        return float(2 * ndtr(-abs(differences.sum()) / spread)) if spread > 0 else 1.0
    if count <= EXACT:
        kept = np.array(list(itertools.product((0, 1), repeat=count)), dtype=np.uint8)
    else:
        kept = np.unpackbits(np.frombuffer(generator.bytes(FLIPS * -(-count // 8)), dtype=np.uint8))
        kept = kept.reshape(FLIPS, -1)[:, :count]
    total = differences.sum()
    flipped = 2 * (kept.astype(np.float64) @ differences) - total  # those that are kept have their own sign
    as_far = np.abs(flipped) >= abs(total) - 1e-12 * (1 + np.abs(differences).sum())
    itself = int(count > EXACT)
    return float((as_far.sum() + itself) / (len(kept) + itself))


def holm(p: Array) -> Array:
    """Holm's correction of several p values; NaN stays and does not count."""
    corrected = np.full(len(p), np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return corrected


def _lead(name: str, lead: Array, p: float, corrected: float, generator: np.random.Generator) -> Lead:
    if len(lead) < FEWEST:
        middle = float(np.median(lead)) if len(lead) else np.nan
        return Lead(name, len(lead), middle, np.nan, np.nan, np.nan, np.nan, "too few runs")
    low, high = _interval(lead, generator)
    middle = float(np.median(lead))
    told = corrected < LEVEL and (low > 0 or high < 0)  # the mean by the test, and the median by its interval
    verdict: Verdict = "not told apart" if not told else "earlier" if middle > 0 else "later"
    return Lead(name, len(lead), middle, float(low), float(high), float(p), float(corrected), verdict)


def _interval(lead: Array, generator: np.random.Generator) -> tuple[float, float]:
    """95 % of the median: by bootstrap over runs; of many runs, those of them between which it lies."""
    if len(lead) >= MANY:
        half = 0.98 * np.sqrt(len(lead))  # 1.96 standard deviations of how many lie below the median
        low, high = (0.5 * len(lead) + side * half for side in (-1, 1))
        ordered = np.sort(lead)
        return float(ordered[int(low)]), float(ordered[int(np.ceil(high))])
    drawn = np.median(generator.choice(lead, size=(RESAMPLES, len(lead))), axis=1)
    found = np.quantile(drawn, [0.025, 0.975])
    return float(found[0]), float(found[1])


def _baseline(shown: Array, offset: Array) -> Array:
    """(R,) mean over the first third of the window; NaN where there is no value in it."""
    early = offset <= -2 * BEFORE / 3
    finite = np.isfinite(shown[:, early])
    total = np.where(finite, shown[:, early], 0.0).sum(axis=1)
    count = finite.sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _noise(rest: Array, offset: Array) -> Array:
    """(R,) root mean square of what smoothing took away in the first third of the window."""
    early = rest[:, offset <= -2 * BEFORE / 3]
    finite = np.isfinite(early)
    total = np.where(finite, early, 0.0) ** 2
    return np.asarray(np.sqrt(total.sum(axis=1) / np.maximum(finite.sum(axis=1), 1)))


def _crossing(share: Array, offset: Array) -> Array:
    """(R,) where each row passes SHARE for the last time before it first reaches half of its move."""
    column = np.arange(share.shape[1])
    half = np.where(share >= 0.5, column, share.shape[1] - 1).min(axis=1)
    below = (share < SHARE) & (column < half[:, None])
    before = np.where(below, column, -1).max(axis=1)
    start = np.maximum(before, 0)
    low, high = (np.take_along_axis(share, place[:, None], axis=1)[:, 0] for place in (start, start + 1))
    part = (SHARE - low) / (high - low)
    return np.where(before >= 0, offset[start] + part * (offset[1] - offset[0]), np.nan)

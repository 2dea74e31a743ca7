"""In which order examples are learned, whether runs agree on it, and what is forgotten.

An example is learned at the first kept checkpoint from which on it stays right; one that is wrong at the last was not
learned. A forgetting event is a step from right to wrong between two kept checkpoints: what happens between them is not
seen, so that their number is a lower bound. Agreement of two runs is Spearman's rank correlation over the examples that
both have, those that were not learned last and tied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis

Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]
Keys = NDArray[np.uint64]
NEVER = np.inf
FEWEST = 3  # examples that two runs have in common

LEARNING_ORDER = Analysis(
    name="learning_order",
    title="Order of learning",
    description="For each example the first kept checkpoint from which on it stays right, forgetting events between "
    "checkpoints, the share of runs that have it right, and the rank correlation of two runs' orders.",
    source="Hacohen et al. 2020, arXiv:1905.10854; Toneva et al. 2019, arXiv:1812.05159",
)


@dataclass(frozen=True)
class History:
    """Which of n examples one run had right at its C kept checkpoints; `keys` say which examples these are."""

    steps: NDArray[np.int64]  # (C,)
    right: Bits  # (C, n)
    keys: Keys  # (n,)


@dataclass(frozen=True)
class Order:
    """E examples that any of R runs has, those learned first on average first. NaN where a run does not have one."""

    keys: Keys  # (E,)
    learned: Floats  # (R, E) step, NEVER
    forgotten: Floats  # (R, E) forgetting events seen


def learned_at(right: Bits, steps: NDArray[np.int64]) -> Floats:
    """(n,) the step from which on each example stays right; NEVER where it is wrong at the last checkpoint."""
    if not len(right):
        return np.full(right.shape[1], NEVER)
    stays = np.logical_and.accumulate(right[::-1], axis=0)[::-1]
    return np.where(stays[-1], steps[np.argmax(stays, axis=0)].astype(np.float64), NEVER)


def forgetting_events(right: Bits) -> NDArray[np.int64]:
    """(n,) how often each example was right at one kept checkpoint and wrong at the next."""
    return np.asarray((right[:-1] & ~right[1:]).sum(axis=0), dtype=np.int64)


def order(histories: Sequence[History]) -> Order:
    """The examples of all runs side by side, matched by their keys."""
    keys = np.unique(np.concatenate([history.keys for history in histories] or [np.empty(0, np.uint64)]))
    learned, forgotten = (np.full((len(histories), len(keys)), np.nan) for _ in range(2))
    for row, history in enumerate(histories):
        known, first = np.unique(history.keys, return_index=True)
        places = np.searchsorted(keys, known)
        learned[row, places] = learned_at(history.right, history.steps)[first]
        forgotten[row, places] = forgetting_events(history.right)[first]
    sequence = np.argsort(_mean_rank(learned), kind="stable")
    return Order(keys[sequence], learned[:, sequence], forgotten[:, sequence])


def agreement(learned: Floats) -> Floats:
    """(R, R) Spearman's correlation of the runs' orders; NaN where two share too few examples or one has no order."""
    runs = len(learned)
    if learned.shape[1] >= FEWEST and not np.isnan(learned).any():
        moved = np.stack([ranks(row) for row in learned]) - (learned.shape[1] + 1) / 2
        length = np.sqrt((moved**2).sum(axis=1))
        units = moved / np.where(length > 0, length, np.nan)[:, None]
        return np.asarray(units @ units.T)
    found = np.full((runs, runs), np.nan)
    for one in range(runs):
        for other in range(one, runs):
            both = ~np.isnan(learned[one]) & ~np.isnan(learned[other])
            if both.sum() >= FEWEST:
                found[one, other] = found[other, one] = _correlation(learned[one, both], learned[other, both])
    return found


def accessibility(learned: Floats, step: int) -> Floats:
    """(E,) the share of runs, of those that have the example, that have learned it by this step."""
    have = ~np.isnan(learned)
    with np.errstate(invalid="ignore"):
        return np.asarray((have & (learned <= step)).sum(axis=0) / have.sum(axis=0))


def ranks(values: NDArray[Any]) -> Floats:
    """(n,) ranks from 1; those that are equal share the mean of their ranks."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place], dtype=np.float64)


def _correlation(one: Floats, other: Floats) -> float:
    left, right = (rank - rank.mean() for rank in (ranks(one), ranks(other)))
    length = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return float(left @ right) / length if length > 0 else np.nan


def _mean_rank(learned: Floats) -> Floats:
    """(E,) mean over the runs that have an example of its rank in the run, as a share."""
    shares = np.full(learned.shape, np.nan)
    for row, values in enumerate(learned):
        have = ~np.isnan(values)
        if have.any():
            shares[row, have] = ranks(values[have]) / have.sum()
    count = (~np.isnan(shares)).sum(axis=0)
    return np.asarray(np.nansum(shares, axis=0) / np.maximum(count, 1), dtype=np.float64)

"""The share of an addition table from which its structure follows: linear algebra, without any training.

Two pairs of symbols with the same sum, both trained on, are one linear equation E_i + E_j = E_m + E_n. When all of
them together leave only shift and scale free (a null space of dimension 2), the representation is determined, and so
is every answer (Liu et al. 2022, arXiv:2205.10343, section 3.2). The critical share is where half of all random
training sets do so.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phasescope.claims.quantity import Evidence, Quantity
from phasescope.core.record import Record, setting


class CriticalFraction(Record):
    """How many training sets are drawn."""

    symbols: int = setting(10, "Symbols of the table.", ge=3, le=32)
    draws: int = setting(200, "Training sets of each size, for each seed.", ge=10, le=100_000)


def measure(settings: CriticalFraction, evidence: Evidence) -> dict[int, float]:
    """Of each seed: with draws of its own."""
    seeds = sorted({run.seed for run in evidence.runs})
    return {seed: critical_fraction(settings.symbols, settings.draws, seed) for seed in seeds}


def critical_fraction(symbols: int, draws: int, seed: int) -> float:
    """Where the share of determined tables crosses one half, between the two sizes around it."""
    random = np.random.default_rng(seed)
    pairs = len(np.triu_indices(symbols)[0])
    before = 0.0
    for size in range(2, pairs + 1):
        sets = (random.permutation(pairs)[:size] for _ in range(draws))
        share = float(np.mean([determined(symbols, chosen) for chosen in sets]))
        if share >= 0.5:
            return (size - 1 + (0.5 - before) / (share - before)) / pairs
        before = share
    return float("nan")


def determined(symbols: int, chosen: NDArray[np.int64]) -> bool:
    """Do the equations among the chosen pairs leave shift and scale free, and nothing else?"""
    first, second = (side[chosen] for side in np.triu_indices(symbols))
    rows = np.zeros((len(chosen), symbols))
    np.add.at(rows, (np.arange(len(chosen)), first), 1.0)
    np.add.at(rows, (np.arange(len(chosen)), second), 1.0)
    sums = first + second
    equations = [rows[group[1:]] - rows[group[0]] for total in np.unique(sums)
                 if len(group := np.flatnonzero(sums == total)) > 1]  # fmt: skip
    return bool(equations) and int(np.linalg.matrix_rank(np.concatenate(equations))) == symbols - 2


CRITICAL_FRACTION = Quantity(
    name="critical_fraction",
    summary="Share of an addition table at which half of all random training sets determine its structure.",
    settings=CriticalFraction,
    series=lambda _: (),
    measure=measure,
)

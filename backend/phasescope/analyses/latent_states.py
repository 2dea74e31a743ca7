"""Latent states: training as a path through a few states, each with its own values of the measures (Hu et al. 2023).

Of series of many runs the checkpoints nearest to an even grid of ln(step + 1) are taken (between two checkpoints there
would be values of no state), positive ones that span decades as logarithms, and
standardised by the mean and deviation over all runs and steps together; per-run standardisation makes states of what
is only a different scale. A Gaussian hidden Markov model is fitted for every number of states.

The number of states is that of the least Bayesian information criterion; Akaike's is given beside it. Values along
training are not independent: noise that wanders with a correlation of 0.9 is told by many states, each a level it
dwells at. Every number of states is therefore judged together with the correlation r of neighbouring values that its
states leave over: the logarithm of its likelihood grows by -ln(1 - r^2) / 2 for each value, as if each were told by the
last one, and r counts as a parameter of each series. So states have to tell more than memory does.

States that not all runs visit are detours when the runs that visit them converge later: a permutation test over runs
on ranks, so that a run which has not converged counts as later than all that have, with Holm's correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from phasescope.analyses import gaussian_hmm
from phasescope.analyses.analysis import Analysis
from phasescope.analyses.bands import filled
from phasescope.analyses.gaussian_hmm import Model
from phasescope.analyses.peri_event import holm
from phasescope.core.curves import Floats

Array = NDArray[np.float64]
FEWEST_RUNS = 6  # with fewer, states are only stretches of single curves
FEWEST_FOR_DETOURS = 20
PLACES = 32  # of the even grid in time
MOST_STATES = 6
STARTS, ROUNDS = 4, 20
MOST_RUNS = 40  # that the model is fitted to; paths are found for all
DECADE = 10.0
SHUFFLES = 2_000
MANY_RUNS = 500  # from here on the sum of ranks under relabelling is normal, and no shuffles are needed
LEVEL = 0.05
MOST_ALIKE = 0.999  # of neighbouring values

LATENT_STATES = Analysis(
    name="latent_states",
    title="Latent states",
    description="A hidden Markov model over standardised series of many runs: its states, how long runs dwell in each, "
    "the paths they take, and states whose visitors converge later.",
    source="Hu et al. 2023, arXiv:2308.09543, with criteria that know of correlated values",
)


@dataclass(frozen=True)
class Prepared:
    """(R, T, D) standardised values, (R, T) where a run has them, the steps of the places, and how it was done."""

    series: tuple[str, ...]
    steps: Array
    values: Array
    valid: NDArray[np.bool_]
    logarithm: tuple[bool, ...]
    mean: Array
    deviation: Array


@dataclass(frozen=True)
class Criterion:
    """How a number of states does, together with the correlation that it leaves over."""

    states: int
    bic: float
    aic: float


@dataclass(frozen=True)
class Edge:
    """A transition that runs took: how many of them, and how often."""

    source: int
    target: int
    runs: int
    count: int


@dataclass(frozen=True)
class Detour:
    """A state that not all runs visit: the median time of convergence with and without it, and whether it is later."""

    state: int
    visitors: int
    others: int
    with_it: float
    without_it: float
    p: float
    p_corrected: float
    later: bool


@dataclass(frozen=True)
class LatentStates:
    """States in the order in which runs come to them. `refused` says why there is nothing to tell."""

    prepared: Prepared | None
    model: Model | None
    paths: NDArray[np.int64]  # (R, T) state; -1 where a run has no values
    criteria: tuple[Criterion, ...]
    correlation: float  # of neighbouring values, mean over series, that the states leave over
    edges: tuple[Edge, ...]
    dwell: Array  # (K,) median stay in a state, as a factor of the step
    refused: str = ""

    @property
    def states(self) -> int:
        return self.model.states if self.model else 0


def prepare(series: Mapping[str, Floats], steps: NDArray[np.int64]) -> Prepared | None:
    """Series that vary, on even places; None where there are no such."""
    if len(steps) < 3 or not series:
        return None
    time = np.log1p(steps.astype(np.float64))
    place = np.linspace(time[0], time[-1], min(PLACES, len(steps)))
    nearest = np.unique(np.abs(time - place[:, None]).argmin(axis=1))
    names: list[str] = []
    columns: list[Array] = []
    logs: list[bool] = []
    for name, values in series.items():
        y = filled(values.astype(np.float64), steps)
        finite = y[np.isfinite(y)]
        if not len(finite) or np.ptp(finite) <= 1e-12 * max(1.0, float(np.abs(finite).max())):
            continue
        logarithm = bool(finite.min() > 0 and finite.max() > DECADE * finite.min())
        names.append(name)
        logs.append(logarithm)
        columns.append(np.asarray(np.log(y) if logarithm else y, dtype=np.float64)[:, nearest])
    if not names:
        return None
    together = np.stack(columns, axis=2)
    valid = np.asarray(np.isfinite(together).all(axis=2), dtype=np.bool_)
    if valid.sum() < 2:
        return None
    mean: Array = together[valid].mean(axis=0)
    deviation: Array = together[valid].std(axis=0)
    scaled = (together - mean) / np.where(deviation > 0, deviation, 1.0)
    known = np.asarray(np.where(valid[:, :, None], scaled, 0.0), dtype=np.float64)
    return Prepared(tuple(names), steps[nearest].astype(np.float64), known, valid, tuple(logs), mean, deviation)


def find(series: Mapping[str, Floats], steps: NDArray[np.int64], *, most: int = MOST_STATES) -> LatentStates:
    """The states of (R, C) series; runs are evenly chosen where there are very many."""
    prepared = prepare(series, steps)
    if prepared is None:
        return _refused("no series varies over the checkpoints so far")
    runs = int(prepared.valid.any(axis=1).sum())
    if runs < FEWEST_RUNS:
        return _refused(f"at least {FEWEST_RUNS} runs with values are needed, {runs} have them")
    chosen = np.unique(np.linspace(0, len(prepared.valid) - 1, MOST_RUNS).round().astype(np.int64))
    data, valid = prepared.values[chosen], prepared.valid[chosen]
    models = [
        gaussian_hmm.fit(data, valid, states, starts=STARTS, rounds=ROUNDS)
        for states in range(1, min(most, data.shape[1]) + 1)
    ]
    alike = [_correlations(model, data, valid) for model in models]
    criteria = tuple(_criterion(model, data, valid, one) for model, one in zip(models, alike, strict=True))
    least = int(np.argmin([one.bic for one in criteria]))
    correlation = float(alike[least].mean())
    best = models[least]
    model, paths = _in_order(best, prepared.values, prepared.valid)
    steps_of = prepared.steps
    return LatentStates(
        prepared, model, paths, criteria, correlation, _edges(paths), _dwell(paths, model.states, steps_of)
    )


def detours(found: LatentStates, converged: Array, seed: int = 0) -> tuple[Detour, ...]:
    """States that not all runs visit, against (R,) the step at which each run converged, infinity where it has not."""
    if found.refused:
        return ()
    counted = np.flatnonzero((found.paths >= 0).any(axis=1) & ~np.isnan(converged))
    if len(counted) < FEWEST_FOR_DETOURS:
        return ()
    rank = _ranks(converged[counted])
    shuffled = None
    if len(counted) < MANY_RUNS:
        shuffled = np.random.default_rng(seed).permuted(np.tile(rank, (SHUFFLES, 1)), axis=1)
    tested = []
    for state in range(found.states):
        visits = (found.paths[counted] == state).any(axis=1)
        if 2 < visits.sum() < len(visits) - 2:
            tested.append((state, visits, _permuted(rank, visits, shuffled)))
    corrected = holm(np.array([p for _, _, p in tested]))
    result = []
    for (state, visits, p), p_corrected in zip(tested, corrected.tolist(), strict=True):
        with_it, without_it = (float(_median(converged[counted][some])) for some in (visits, ~visits))
        later = p_corrected < LEVEL and rank[visits].mean() > rank[~visits].mean()
        sizes = int(visits.sum()), int((~visits).sum())
        result.append(Detour(state, *sizes, with_it, without_it, p, p_corrected, bool(later)))
    return tuple(result)


def _refused(why: str) -> LatentStates:
    return LatentStates(None, None, np.zeros((0, 0), dtype=np.int64), (), 0.0, (), np.zeros(0), why)


def _correlations(model: Model, data: Array, valid: NDArray[np.bool_]) -> Array:
    """(D,) of neighbouring values of each series, in what the states of the most likely paths leave over."""
    path = gaussian_hmm.most_likely_paths(model, data, valid)
    rest = (data - model.mean[0][path]) / np.sqrt(model.variance[0][path])
    paired = (valid[:, 1:] & valid[:, :-1])[:, :, None]
    before, after = (np.where(paired, side, 0.0) for side in (rest[:, :-1], rest[:, 1:]))
    squares = np.sqrt((before**2).sum(axis=(0, 1)) * (after**2).sum(axis=(0, 1)))
    found = (before * after).sum(axis=(0, 1)) / np.where(squares > 0, squares, 1.0)
    return np.asarray(np.clip(found, 0.0, MOST_ALIKE))


def _criterion(model: Model, data: Array, valid: NDArray[np.bool_], correlations: Array) -> Criterion:
    """Of the states together with the correlation that they leave over, as if each value were told by the last one."""
    pairs = float((valid[:, 1:] & valid[:, :-1]).sum())
    likelihood = float(gaussian_hmm.likelihood(model, data, valid).sum())
    likelihood -= 0.5 * pairs * float(np.log(1 - correlations**2).sum())
    parameters = model.parameters + len(correlations)
    rows = max(float(valid.sum()), 2.0)
    return Criterion(model.states, parameters * float(np.log(rows)) - 2 * likelihood, 2 * parameters - 2 * likelihood)


def _in_order(model: Model, data: Array, valid: NDArray[np.bool_]) -> tuple[Model, NDArray[np.int64]]:
    """States by the mean place of those in them; those that no path visits are left to the end."""
    path = gaussian_hmm.most_likely_paths(model, data, valid)
    place = np.broadcast_to(np.arange(data.shape[1]), path.shape)[valid]
    count = np.bincount(path[valid], minlength=model.states)
    total = np.bincount(path[valid], weights=place, minlength=model.states)
    order = np.argsort(np.where(count > 0, total / np.maximum(count, 1), np.inf), kind="stable")
    rank = np.argsort(order)
    return model.ordered(order), np.where(valid, rank[path], -1)


def _edges(paths: NDArray[np.int64]) -> tuple[Edge, ...]:
    before, after = paths[:, :-1], paths[:, 1:]
    moved = (before != after) & (before >= 0) & (after >= 0)
    row, column = np.nonzero(moved)
    pairs = np.stack([before[row, column], after[row, column], row], axis=1)
    taken: dict[tuple[int, int], list[int]] = {}
    for source, target, run in pairs.tolist():
        taken.setdefault((source, target), []).append(run)
    return tuple(Edge(*pair, len(set(runs)), len(runs)) for pair, runs in sorted(taken.items()))


def _dwell(paths: NDArray[np.int64], states: int, steps: Array) -> Array:
    """(K,) median over stays of (step after it + 1) / (step at its beginning + 1); the last ends with the run."""
    time = np.log1p(steps)
    run, place = np.nonzero(paths >= 0)
    state = paths[run, place]
    begins = np.flatnonzero((np.diff(run, prepend=-1) != 0) | (np.diff(state, prepend=-1) != 0))
    after = np.append(begins[1:], len(run))
    ends = np.where(np.append(run, -1)[after] == run[begins], after, after - 1)  # the last ends with the run
    stay, own = time[place[ends]] - time[place[begins]], state[begins]
    return np.array([float(np.exp(np.median(stay[own == one]))) if (own == one).any() else np.nan
                     for one in range(states)])  # fmt: skip


def _ranks(values: Array) -> Array:
    """Ranks from 0, equal values sharing their mean rank; infinity is last."""
    _, where, count = np.unique(values, return_inverse=True, return_counts=True)
    before = np.cumsum(count) - count
    return np.asarray((before + (count - 1) / 2)[where], dtype=np.float64)


def _permuted(rank: Array, visits: NDArray[np.bool_], shuffled: Array | None) -> float:
    """Two-sided p of the sum of the ranks of those that visit, under relabelling of the runs."""
    count, runs = int(visits.sum()), len(rank)
    middle = rank.mean() * count
    seen = abs(rank[visits].sum() - middle)
    if shuffled is None:
        variance = count * (runs - count) / (runs * (runs - 1)) * float(((rank - rank.mean()) ** 2).sum())
        return float(2 * ndtr(-seen / np.sqrt(variance))) if variance > 0 else 1.0
    as_far = np.abs(shuffled @ visits - middle) >= seen - 1e-9
    return float((as_far.sum() + 1) / (SHUFFLES + 1))


def _median(values: Array) -> float:
    """The median, where infinity is late: the upper of two middle values does not make it infinite by itself."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2])

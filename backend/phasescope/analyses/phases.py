"""Which phase a run is in: did it fit, did it generalise, and how long after fitting did it generalise?

The rule is that of Liu et al. 2022 (arXiv:2205.10343, appendix A). Let t_train and t_test be the first checkpoints at
which training and test accuracy reach their thresholds (0.9 and 0.9 in the paper):

    comprehension   both reached, t_test - t_train <  delay   (1000 steps in the paper)
    grokking        both reached, t_test - t_train >= delay
    memorisation    only training reached
    confusion       neither reached
    unclassified    test reached but training not; the paper has no name for it

Where there is no accuracy, conditions on other series say what counts as fitted and as generalised; and a rule may
name phases of its own, of which the first whose condition holds is taken (`core/phase_rule.py`).

Not reached is a value (infinity: later than was looked), never a missing number. Times are steps of checkpoints, so
they are late by at most the distance between two checkpoints.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.time_to_threshold import in_the_end, reached, since
from phasescope.core.array_expressions import margin, over_arrays, series_in
from phasescope.core.curves import Curves, Floats
from phasescope.core.phase_rule import FITTED, GENERALISED, TEST, TRAIN, PhaseRule

PHASES: tuple[str, ...] = ("comprehension", "grokking", "memorisation", "confusion", "unclassified")
COMPREHENSION, GROKKING, MEMORISATION, CONFUSION, UNCLASSIFIED = range(5)
UNKNOWN = -1  # nothing was measured yet

Codes = NDArray[np.int64]
Array = NDArray[np.float64]

PHASE_ANALYSIS = Analysis(
    name="phases",
    title="Phases",
    description="Labels a run by when its training and its test accuracy reach their thresholds: comprehension, "
    "grokking, memorisation or confusion; or by conditions of one's own on any series.",
    source="Liu et al. 2022, arXiv:2205.10343, appendix A",
    series=(TRAIN, TEST),
)


def names_of(rule: PhaseRule) -> tuple[str, ...]:
    """The phases of a rule, in the order of their codes; the last one is for runs that no other names."""
    return (*(label.name for label in rule.labels), PHASES[UNCLASSIFIED]) if rule.labels else PHASES


def order_parameters(curves: Curves, rule: PhaseRule) -> dict[str, Array]:
    """(R,) numbers whose zero is a boundary between phases; NaN for a run that has nothing to say about one.

    By how much a run has at best fulfilled the condition of fitting, and that of generalising, so far; and ln of the
    delay over the delay from which on it is grokking. Class labels are never interpolated; these numbers can be.
    """
    if not len(curves.steps):
        return {}
    best = {
        FITTED: _best(curves, rule.fitted or f"{TRAIN} >= {rule.train_at_least!r}"),
        GENERALISED: _best(curves, rule.generalised or f"{TEST} >= {rule.test_at_least!r}"),
    }
    if rule.labels:
        known = {name: newest_so_far(_series(curves, name)) for name in rule.series()}
        own = [label for label in rule.labels if not {FITTED, GENERALISED} & set(series_in(label.when))]
        return {label.name: _everywhere(margin(label.when, known, curves.steps), curves)[:, -1] for label in own}
    fitted, generalised = times(curves, rule)
    with np.errstate(invalid="ignore"):
        gap = generalised - fitted
    late = np.log(np.maximum(np.where(np.isfinite(gap), gap, np.nan), 1.0) / rule.delay)
    return {**best, "delay": late}


def _best(curves: Curves, text: str) -> Array:
    known = {name: newest_so_far(_series(curves, name)) for name in series_in(text)}
    so_far = np.fmax.accumulate(_everywhere(margin(text, known, curves.steps), curves), axis=1)
    return so_far[:, -1]


def _everywhere(values: Array, curves: Curves) -> Array:
    """(R, C) of what may be one number for all runs, or for all checkpoints."""
    return np.broadcast_to(values, (len(curves.runs), len(curves.steps)))


def asked(rule: PhaseRule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The series that say whether a run has fitted, and whether it has generalised."""
    return series_in(rule.fitted or TRAIN), series_in(rule.generalised or TEST)


def times(curves: Curves, rule: PhaseRule, step: int | None = None) -> tuple[Array, Array]:
    """(R,) times at which a run has fitted and generalised, as known at `step` (None: at the newest)."""
    seen = until(curves, step)
    return in_the_end(_fitted(seen, rule)), in_the_end(_generalised(seen, rule))


def label(curves: Curves, rule: PhaseRule, step: int | None = None) -> Codes:
    """(R,) code of each run's phase as known at `step` (None: at its newest checkpoint); UNKNOWN before any value.

    Only checkpoints up to `step` count. A run that ended keeps what it had reached.
    """
    seen = until(curves, step)
    if rule.labels:
        every = label_all_steps(seen, rule)
        return every[:, -1].astype(np.int64) if every.shape[1] else np.full(len(curves.runs), UNKNOWN)
    fitted, generalised = times(seen, rule)
    known = np.logical_and.reduce([_measured(seen, names).any(axis=1) for names in asked(rule)])
    return np.where(known, _code(fitted, generalised, rule.delay, np.inf), UNKNOWN)


def label_all_steps(curves: Curves, rule: PhaseRule) -> NDArray[np.int8]:
    """(R, C) code of each run's phase as known at every checkpoint: column c is `label(curves, rule, steps[c])`."""
    if rule.labels:
        return _own_labels(curves, rule)
    fitted, generalised = in_the_end(_fitted(curves, rule)), in_the_end(_generalised(curves, rule))
    if rule.held_for == 1:
        codes = _code(fitted[:, None], generalised[:, None], rule.delay, curves.steps)
    else:  # known only once it has held for long enough
        codes = _code(_fitted(curves, rule), _generalised(curves, rule), rule.delay, np.inf)
    known = [np.logical_or.accumulate(_measured(curves, names), axis=1) for names in asked(rule)]
    return np.where(np.logical_and.reduce(known), codes, UNKNOWN).astype(np.int8)


def counts(codes: Codes, names: tuple[str, ...] = PHASES) -> NDArray[np.int64]:
    """How many runs are in each phase; unknown ones are not counted."""
    return np.bincount(codes[codes >= 0], minlength=len(names))


def until(curves: Curves, step: int | None) -> Curves:
    """What is known at a step (None: at the newest)."""
    if step is None:
        return curves
    kept = int(np.searchsorted(curves.steps, step, side="right"))
    values = {name: series[:, :kept] for name, series in curves.values.items()}
    return Curves(curves.runs, curves.steps[:kept], values, curves.undefined)


def newest_so_far(values: Floats) -> Floats:
    """(R, C) each value, or where a run has none at a column the newest one before it."""
    columns = np.where(np.isfinite(values), np.arange(values.shape[1]), 0)
    return np.take_along_axis(values, np.maximum.accumulate(columns, axis=1), axis=1)


def _fitted(curves: Curves, rule: PhaseRule) -> Array:
    return _first(curves, rule.fitted, TRAIN, rule.train_at_least, rule.held_for)


def _generalised(curves: Curves, rule: PhaseRule) -> Array:
    return _first(curves, rule.generalised, TEST, rule.test_at_least, rule.held_for)


def _first(curves: Curves, text: str, accuracy: str, threshold: float, held_for: int) -> Array:
    """(R, C) the step from which a condition, or else an accuracy, first held, as known at each column."""
    if not text:
        values = _series(curves, accuracy)
        return since(reached(values, threshold), np.isfinite(values), curves.steps, held_for)
    names = series_in(text)
    holds = over_arrays(text, {name: newest_so_far(_series(curves, name)) for name in names}, curves.steps)
    measured = _measured(curves, names)
    shape = (len(curves.runs), len(curves.steps))
    return since(np.broadcast_to(holds, shape) & measured, measured, curves.steps, held_for)


def _own_labels(curves: Curves, rule: PhaseRule) -> NDArray[np.int8]:
    """Codes by the conditions of the rule's own phases."""
    shape = (len(curves.runs), len(curves.steps))
    codes = np.full(shape, len(rule.labels), dtype=np.int8)
    if not codes.size:
        return codes
    known = {name: newest_so_far(_series(curves, name)) for name in rule.series()}
    asked = {name for label in rule.labels for name in series_in(label.when)}
    measured = [np.isfinite(values) for values in known.values()] or [np.ones(shape, dtype=np.bool_)]
    if FITTED in asked:
        known[FITTED] = _fitted(curves, rule)
    if GENERALISED in asked:
        known[GENERALISED] = _generalised(curves, rule)
    for code, label in reversed(list(enumerate(rule.labels))):
        codes[np.broadcast_to(over_arrays(label.when, known, curves.steps), shape)] = code
    return np.where(np.logical_or.reduce(measured), codes, UNKNOWN).astype(np.int8)


def _measured(curves: Curves, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """(R, C) whether a run has a value of any of the series; of none at all, everywhere."""
    if not names:
        return np.ones((len(curves.runs), len(curves.steps)), dtype=np.bool_)
    return np.asarray(np.logical_or.reduce([np.isfinite(_series(curves, name)) for name in names]))


def _series(curves: Curves, name: str) -> Floats:
    """Values of a series; one that was never stored is NaN throughout."""
    missing = np.full((len(curves.runs), len(curves.steps)), np.nan)
    return curves.values.get(name, missing)


def _code(fitted: Array, generalised: Array, delay: int, now: float | NDArray[np.int64]) -> Codes:
    """The table at the top of this file, as it stands at the step `now`."""
    has_fitted, has_generalised = (np.isfinite(time) & (time <= now) for time in (fitted, generalised))
    both = np.isfinite(fitted) & np.isfinite(generalised)
    gap = np.where(both, generalised, 0.0) - np.where(both, fitted, 0.0)
    with_both = np.where(both & (gap >= delay), GROKKING, COMPREHENSION)
    with_generalised = np.where(has_fitted, with_both, UNCLASSIFIED)
    return np.where(has_generalised, with_generalised, np.where(has_fitted, MEMORISATION, CONFUSION))

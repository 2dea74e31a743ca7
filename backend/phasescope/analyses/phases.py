"""Which phase a run is in: did it fit, did it generalise, and how long after fitting did it generalise?

The rule is that of Liu et al. 2022 (arXiv:2205.10343, appendix A). Let t_train and t_test be the first checkpoints at
which training and test accuracy reach their thresholds (0.9 and 0.9 in the paper):

    comprehension   both reached, t_test - t_train <  delay   (1000 steps in the paper)
    grokking        both reached, t_test - t_train >= delay
    memorisation    only training reached
    confusion       neither reached
    unclassified    test reached but training not; the paper has no name for it

Not reached is a value (infinity: later than was looked), never a missing number. Times are steps of checkpoints, so
they are late by at most the distance between two checkpoints.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.core.curves import Curves, Floats
from phasescope.core.spec import PhaseRule

PHASES: tuple[str, ...] = ("comprehension", "grokking", "memorisation", "confusion", "unclassified")
COMPREHENSION, GROKKING, MEMORISATION, CONFUSION, UNCLASSIFIED = range(5)
UNKNOWN = -1  # nothing was measured yet

TRAIN, TEST = "train_accuracy", "test_accuracy"
TOLERANCE = 1e-6  # 9 of 10 right is 0.89999998 in float32, and has reached 0.9

Codes = NDArray[np.int64]

PHASE_ANALYSIS = Analysis(
    name="phases",
    title="Phases",
    description="Labels a run by when its training and its test accuracy reach their thresholds: comprehension, "
    "grokking, memorisation or confusion.",
    source="Liu et al. 2022, arXiv:2205.10343, appendix A",
    series=(TRAIN, TEST),
)


def reached(values: Floats, threshold: float) -> NDArray[np.bool_]:
    """(R, C) whether a value is at least the threshold, up to rounding; an undefined value is not."""
    return np.asarray(values >= threshold - TOLERANCE)


def time_to(values: Floats, steps: NDArray[np.int64], threshold: float) -> NDArray[np.float64]:
    """(R,) first step at which each row reaches the threshold; infinity where it never does."""
    if values.shape[1] == 0:
        return np.full(values.shape[0], np.inf)
    hits = reached(values, threshold)
    return np.where(hits.any(axis=1), steps[hits.argmax(axis=1)].astype(np.float64), np.inf)


def times(curves: Curves, rule: PhaseRule, step: int | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(R,) times to the training and to the test threshold, as known at `step` (None: at the newest)."""
    train, test, steps = _known(curves, step)
    return time_to(train, steps, rule.train_at_least), time_to(test, steps, rule.test_at_least)


def delay(curves: Curves, rule: PhaseRule, step: int | None = None) -> NDArray[np.float64]:
    """(R,) steps from fitting to generalising: t_test - t_train.

    Negative when the test threshold was reached first, infinity while it is not reached, NaN before fitting.
    """
    train, test = times(curves, rule, step)
    fitted = np.isfinite(train)
    return np.where(fitted, test - np.where(fitted, train, 0.0), np.nan)


def label(curves: Curves, rule: PhaseRule, step: int | None = None) -> Codes:
    """(R,) code of each run's phase as known at `step` (None: at its newest checkpoint); UNKNOWN before any value.

    Only checkpoints up to `step` count. A run that ended keeps what it had reached.
    """
    train, test, steps = _known(curves, step)
    fitted = time_to(train, steps, rule.train_at_least)
    generalised = time_to(test, steps, rule.test_at_least)
    has_fitted, has_generalised = np.isfinite(fitted), np.isfinite(generalised)
    gap = np.where(has_generalised, generalised, 0.0) - np.where(has_fitted, fitted, 0.0)
    codes = _code(has_fitted, has_generalised, gap >= rule.delay)
    known = np.isfinite(train).any(axis=1) & np.isfinite(test).any(axis=1)
    return np.where(known, codes, UNKNOWN)


def label_all_steps(curves: Curves, rule: PhaseRule) -> NDArray[np.int8]:
    """(R, C) code of each run's phase as known at every checkpoint: column c is `label(curves, rule, steps[c])`."""
    train, test, steps = _known(curves, None)
    fitted = time_to(train, steps, rule.train_at_least)[:, None]
    generalised = time_to(test, steps, rule.test_at_least)[:, None]
    late = np.isfinite(fitted) & np.isfinite(generalised)
    late &= np.where(late, generalised, 0.0) - np.where(late, fitted, 0.0) >= rule.delay
    codes = _code(fitted <= steps, generalised <= steps, late)
    known = np.logical_or.accumulate(np.isfinite(train), axis=1) & np.logical_or.accumulate(np.isfinite(test), axis=1)
    return np.where(known, codes, UNKNOWN).astype(np.int8)


def counts(codes: Codes) -> NDArray[np.int64]:
    """(5,) how many runs are in each phase; unknown ones are not counted."""
    return np.bincount(codes[codes >= 0], minlength=len(PHASES))


def _known(curves: Curves, step: int | None) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Training accuracy, test accuracy and steps, up to `step`; a series that was never stored is NaN throughout."""
    kept = len(curves.steps) if step is None else int(np.searchsorted(curves.steps, step, side="right"))
    missing = np.full((len(curves.runs), len(curves.steps)), np.nan)
    train, test = (curves.values.get(name, missing)[:, :kept] for name in (TRAIN, TEST))
    return train, test, curves.steps[:kept]


def _code(fitted: NDArray[np.bool_], generalised: NDArray[np.bool_], late: NDArray[np.bool_]) -> Codes:
    """The table at the top of this file."""
    with_generalised = np.where(fitted, np.where(late, GROKKING, COMPREHENSION), UNCLASSIFIED)
    without = np.where(fitted, MEMORISATION, CONFUSION)
    return np.where(generalised, with_generalised, without)

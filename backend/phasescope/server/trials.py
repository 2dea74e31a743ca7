"""Trials: what runs of a shape cost, asked of the workers when somebody wants to know it before starting them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from phasescope.core.schedule import MeasureSchedule
from phasescope.core.wire import Trial, TrialResult

MOST_WAITING = 64
MOST_KEPT = 4096
AGAIN_AFTER_SECONDS = 30.0  # a worker that took a trial and fell silent is not waited for


class Trials:
    """Questions that wait for a worker, and the answers so far. Answers are forgotten with the server, cheaply."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._waiting: dict[str, Trial] = {}
        self._given: dict[str, float] = {}  # key -> when it was given to a worker
        self._results: dict[str, TrialResult] = {}

    def result(self, trial: Trial) -> TrialResult | None:
        """The answer, if a worker gave it with all of the measures; otherwise the question waits."""
        with self._lock:
            known = self._results.get(trial.key)
            if known is not None and known.refusal is not None:
                return self._results.pop(trial.key)  # told once: what was missing may be there the next time
            if known is not None and set(trial.measures) <= set(known.measuring) and _limited(known, trial):
                return known
            self._waiting.pop(trial.key, None)
            self._waiting[trial.key] = trial
            while len(self._waiting) > MOST_WAITING:
                self._waiting.pop(next(iter(self._waiting)))
            return None

    def wanted(self) -> bool:
        """Does a question wait for a worker?"""
        with self._lock:
            return self._next() is not None

    def take(self) -> Trial | None:
        """A question for a worker that asks; another worker is given it when no answer comes."""
        with self._lock:
            trial = self._next()
            if trial is not None:
                self._given[trial.key] = self._clock()
            return trial

    def put(self, result: TrialResult) -> None:
        """An answer; what earlier answers said of other measures stays."""
        with self._lock:
            known = self._results.pop(result.key, None)
            if known is not None:
                limits = {name: limit for name, limit in known.limits.items() if name not in result.measuring}
                tables = ("measuring", "series", "arrays", "first_arrays")
                both = {name: getattr(known, name) | getattr(result, name) for name in tables}
                result = result.model_copy(update={**both, "limits": limits | result.limits})
            self._results[result.key] = result
            self._waiting.pop(result.key, None)
            self._given.pop(result.key, None)
            while len(self._results) > MOST_KEPT:
                self._results.pop(next(iter(self._results)))

    def _next(self) -> Trial | None:
        late = self._clock() - AGAIN_AFTER_SECONDS
        return next((t for key, t in self._waiting.items() if self._given.get(key, late) <= late), None)


def _limited(known: TrialResult, trial: Trial) -> bool:
    """Were the arrays of these measures kept with the limits that are asked about?"""
    none = MeasureSchedule()
    return all(known.limits.get(name, none) == trial.limits.get(name, none) for name in trial.measures)

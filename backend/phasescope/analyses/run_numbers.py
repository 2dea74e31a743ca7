"""What of a run one number can tell, so that a diagram can be coloured by it: beside every stored series, the times of
the phase rule, the events of the test loss, the phase itself as a share, and any expression over series.

An expression that is a number has its newest value; one that is a condition has the step at which it first held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses import events, grokking_delay, phases
from phasescope.core.array_expressions import first_step, is_condition, over_arrays, parse_arrays, series_in
from phasescope.core.corrections import Correction
from phasescope.core.curves import Curves
from phasescope.core.phase_rule import PhaseRule

Array = NDArray[np.float64]
EVENT_SERIES = "test_loss"  # whose events are told
SHARE = "share."
NOT_REACHED = "not reached so far"
Corrections = Mapping[tuple[int, str], Correction]


@dataclass(frozen=True)
class Known:
    """What numbers are made from: series up to the clock, the rule, and what was corrected by hand."""

    curves: Curves
    rule: PhaseRule
    corrections: Corrections = field(default_factory=dict)


@dataclass(frozen=True)
class RunNumber:
    """A number of every run: which series it needs, how it is found, and why a run may have none."""

    title: str
    unit: str
    needs: Callable[[PhaseRule], tuple[str, ...]]
    of: Callable[[Known], Array]
    none: str


def _event(name: str) -> Callable[[Known], Array]:
    def of(known: Known) -> Array:
        kinds = events.KINDS if name == "plateau_length" else events.ONLY_DROPS
        found = events.of_series(known.curves, EVENT_SERIES, corrections=known.corrections, kinds=kinds)
        return found.numbers(len(known.curves.runs))[name]

    return of


def _asked(rule: PhaseRule) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in phases.asked(rule) for name in names))


NUMBERS: dict[str, RunNumber] = {
    "train_time": RunNumber(
        "step of fitting", "steps", _asked, lambda known: phases.times(known.curves, known.rule)[0], NOT_REACHED
    ),
    "test_time": RunNumber(
        "step of generalising", "steps", _asked, lambda known: phases.times(known.curves, known.rule)[1], NOT_REACHED
    ),
    "grokking_delay": RunNumber(
        "grokking delay", "steps", _asked, lambda known: grokking_delay.delay(known.curves, known.rule),
        "it has not fitted, or not generalised so far",
    ),
    **{
        name: RunNumber(
            title, events.UNITS[name], lambda _rule: (EVENT_SERIES,), _event(name),
            f"no such event of the {EVENT_SERIES.replace('_', ' ')} was found",
        )
        for name, title in events.COLOURS.items()
    },
}  # fmt: skip


def number_of(name: str, rule: PhaseRule) -> RunNumber | None:
    """The number of this name; None for one that is a series. Raises ValueError for an expression that is none."""
    if name in NUMBERS:
        return NUMBERS[name]
    if name.startswith(SHARE):
        return _share(name.removeprefix(SHARE), rule)
    if all(part.isidentifier() or part.isdigit() for part in name.split(".")):
        return None
    return _expression(name)


def _share(phase: str, rule: PhaseRule) -> RunNumber:
    """1 for runs in a phase, 0 for others: the mean over seeds is the share of runs that are in it."""
    names = phases.names_of(rule)
    if phase not in names:
        raise ValueError(f"there is no phase {phase!r}; there are: {', '.join(names)}")

    def of(known: Known) -> Array:
        codes = phases.label(known.curves, known.rule)
        return np.where(codes < 0, np.nan, codes == names.index(phase)).astype(np.float64)

    return RunNumber(f"share in {phase}", "share", lambda rule: rule.series(), of, "nothing was measured yet")


def _expression(text: str) -> RunNumber:
    condition = is_condition(parse_arrays(text))
    names = series_in(text)

    def of(known: Known) -> Array:
        shape = (len(known.curves.runs), len(known.curves.steps))
        missing = np.full(shape, np.nan)
        values = {name: phases.newest_so_far(known.curves.values.get(name, missing)) for name in names}
        found = np.broadcast_to(over_arrays(text, values, known.curves.steps), shape)
        if not shape[1]:
            return np.full(shape[0], np.nan)
        return first_step(found, known.curves.steps)[:, -1] if condition else found[:, -1].astype(np.float64)

    title = f"step at which {text}" if condition else text
    none = NOT_REACHED if condition else "the expression is undefined here"
    return RunNumber(title, "steps" if condition else "", lambda _rule: names, of, none)

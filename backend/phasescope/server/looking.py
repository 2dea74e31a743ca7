"""Which runs of an experiment are looked at: those that a view's filter and its cuts through further axes leave."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from phasescope.analyses.cells import SEED
from phasescope.core.errors import InvalidSpec, Problem
from phasescope.core.expressions import evaluate, names_in, parse
from phasescope.core.phase_rule import PhaseRule
from phasescope.core.records import Experiment, Run
from phasescope.core.view import View
from phasescope.figures.material import rule_of
from phasescope.server.run_fields import RunFields
from phasescope.server.run_memory import remembered
from phasescope.store import marks

ARCHIVED = "archived"


def looked_at(session: Session, experiment: Experiment, view: View) -> tuple[Run, ...]:
    """The runs that the view looks at, in grid order. Archived ones only where its filter speaks of them.

    Raises InvalidSpec when the filter or a cut cannot be read.
    """
    everything = remembered(session, experiment.id)
    written = marks.of_experiment(session, experiment.id)
    kept = cut(everything, cuts_of(view))
    if ARCHIVED not in _names(view.filter):
        kept = [run for run in kept if not (run.id in written and written[run.id].archived)]
    if not view.filter:
        return tuple(kept)
    fields = RunFields(session, experiment, kept, written, rule_looked_at(experiment, view))
    return tuple(_matching(fields, view.filter))


def rule_looked_at(experiment: Experiment, view: View) -> PhaseRule:
    """The rule that says the phase of each run. Raises InvalidSpec for one that cannot be read."""
    try:
        return rule_of(experiment.spec, view)
    except ValueError as error:
        raise _refused("rule", f"rule: {error}.") from error


def _names(expression: str) -> set[str]:
    try:
        return names_in(expression) if expression else set()
    except ValueError as error:
        raise _refused("filter", str(error)) from error


def cuts_of(view: View) -> dict[str, Any]:
    """The values at which a view cuts further axes, by path. Raises InvalidSpec."""
    wanted: dict[str, Any] = {}
    for at in view.at:
        path, _, text = at.partition(":")
        try:
            wanted[path] = json.loads(text)
        except json.JSONDecodeError as error:
            sentence = f"In the cut {at!r}, {text!r} is not a value in JSON: a number or a quoted word."
            raise _refused("at", sentence) from error
    return wanted


def cut(found: Sequence[Run], wanted: Mapping[str, Any]) -> list[Run]:
    """Runs whose point has these values; a cut along a path that no run has cuts nothing, so that old links open."""
    paths = {path for run in found for path in run.point} | {SEED}
    used = {path: value for path, value in wanted.items() if path in paths}
    return [run for run in found if all(_setting(run, path) == value for path, value in used.items())]


def _setting(run: Run, path: str) -> Any:
    return run.seed if path == SEED else run.point.get(path)


def _matching(fields: RunFields, expression: str) -> list[Run]:
    names, found = sorted(_names(expression)), fields.runs
    try:
        columns = fields.columns(names)
        tree = parse(expression)
        rows = zip(*(columns[name] for name in names), strict=True) if names else (() for _ in found)
        return [run for run, row in zip(found, rows, strict=True) if _holds(tree, dict(zip(names, row, strict=True)))]
    except (ValueError, TypeError) as error:
        raise _refused("filter", _sentence(expression, error)) from error


def _holds(tree: Any, values: dict[str, Any]) -> bool:
    try:
        return bool(evaluate(tree, values))
    except (ZeroDivisionError, OverflowError):
        return False  # undefined for this run
    except TypeError:
        if None in values.values():
            return False  # this run has no such value
        raise


def _sentence(expression: str, error: Exception) -> str:
    if isinstance(error, TypeError):
        return f"{expression!r} compares or calculates with values of different kinds: {error}."
    return str(error)


def _refused(field: str, sentence: str) -> InvalidSpec:
    return InvalidSpec([Problem(field, sentence)])

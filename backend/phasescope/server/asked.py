"""Is what a figure is asked for there? Names in a view are checked against the experiment, with a sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phasescope.analyses import phases
from phasescope.analyses.cells import SEED
from phasescope.analyses.run_numbers import NUMBERS, SHARE, number_of
from phasescope.core.catalogue import Catalogue
from phasescope.core.errors import InvalidSpec, Problem, suggestion
from phasescope.core.phase_rule import PhaseRule
from phasescope.core.records import Experiment
from phasescope.core.view import View
from phasescope.figures import Figure
from phasescope.figures.cell_values import PHASE
from phasescope.figures.material import rule_of


def check_view(figure: Figure, experiment: Experiment, view: View, catalogue: Catalogue) -> None:
    """Raises InvalidSpec for axes, colours and rules that the experiment does not have and the figure would read."""
    problems = list(_axis_problems(experiment, view, figure.drawn_from))
    known = _series(experiment, catalogue)
    if "rule" in figure.drawn_from:
        problems += _rule_problems(experiment, view, known)
    if "colour" in figure.drawn_from and not problems:
        problems += _colour_problems(view, rule_of(experiment.spec, view), known)
    if problems:
        raise InvalidSpec(problems)


def _series(experiment: Experiment, catalogue: Catalogue) -> tuple[str, ...]:
    """Series that are stored, and those that its measures give; `name.*` is one per layer."""
    declared = [name for measure in experiment.spec.measures for name in catalogue.entry("measure", measure).series]
    return tuple(dict.fromkeys((*experiment.series, *declared)))


def _axis_problems(experiment: Experiment, view: View, fields: Sequence[str]) -> Iterator[Problem]:
    paths = [*(axis.path for axis in experiment.spec.axes), SEED]
    for field in ("x", "y"):
        path = getattr(view, field)
        if field in fields and path is not None and path not in paths:
            near = suggestion(path, paths)
            yield Problem(field, f"{field}: {path!r} is not varied in this experiment; {', '.join(paths)} are.{near}")


def _rule_problems(experiment: Experiment, view: View, known: Sequence[str]) -> Iterator[Problem]:
    try:
        rule = rule_of(experiment.spec, view)
    except ValueError as error:
        yield Problem("rule", f"rule: {error}.")
        return
    if view.rule:
        yield from (_unknown("rule", name, known) for name in rule.series() if not _there(name, known))


def _colour_problems(view: View, rule: PhaseRule, known: Sequence[str]) -> Iterator[Problem]:
    if view.colour == PHASE:
        return
    try:
        number = number_of(view.colour, rule)
    except ValueError as error:
        yield Problem("colour", f"colour: {error}.")
        return
    if number is None and not _there(view.colour, known):
        others = [PHASE, *NUMBERS, *(f"{SHARE}{phase}" for phase in phases.names_of(rule))]
        yield _unknown("colour", view.colour, [*known, *others])
    if number is not None and view.colour not in NUMBERS:
        yield from (_unknown("colour", name, known) for name in number.needs(rule) if not _there(name, known))


def _there(name: str, known: Sequence[str]) -> bool:
    return any(name == one or (one.endswith("*") and name.startswith(one[:-1])) for one in known)


def _unknown(field: str, name: str, known: Sequence[str]) -> Problem:
    near = suggestion(name, [one for one in known if not one.endswith("*")])
    return Problem(field, f"{field}: there is no series {name!r} in this experiment.{near}")

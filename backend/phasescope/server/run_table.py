"""The runs of an experiment as a table of columns, and the names by which they can be coloured and filtered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from phasescope.analyses import events
from phasescope.core.errors import InvalidSpec
from phasescope.core.view import View
from phasescope.figures import FIGURES, words
from phasescope.figures.cell_values import PHASE
from phasescope.server.admission import whole_catalogue
from phasescope.server.asked import check_view
from phasescope.server.context import Context
from phasescope.server.drawing import units_of
from phasescope.server.looking import looked_at, rule_looked_at
from phasescope.server.messages import FieldCard, FilterCheck, RunTable
from phasescope.server.run_fields import RunFields, Values, Which
from phasescope.server.run_memory import remembered_experiment
from phasescope.store import marks


def run_table(session: Session, view: View, names: Sequence[str], which: Which) -> RunTable:
    """The runs that the view looks at; series that are not there are left out. Raises NotFound and InvalidSpec."""
    experiment = remembered_experiment(session, view.experiment)
    runs = looked_at(session, experiment, view)
    written = marks.of_experiment(session, view.experiment)
    fields = RunFields(session, experiment, runs, written, rule_looked_at(experiment, view))
    measured = [name for name in dict.fromkeys(names) if name in experiment.series]
    told = [name for name in dict.fromkeys(names) if name in events.COLOURS]
    values = fields.measured(measured, which, view.step)
    if told:
        found = fields.events()
        values |= {name: found[name] for name in told}
    shown = {name: _listed(column) for name, column in values.items()}
    if PHASE in names:
        shown[PHASE] = tuple(fields.columns([PHASE])[PHASE])
    paths = list(dict.fromkeys(path for run in runs for path in run.point))
    return RunTable(
        runs=tuple(run.id for run in runs),
        points={path: tuple(run.point.get(path) for run in runs) for path in paths},
        seeds=tuple(run.seed for run in runs),
        states=tuple(run.state for run in runs),
        steps=tuple(run.step for run in runs),
        messages={run.id: run.message for run in runs if run.message is not None},
        marks=tuple(written[run.id] for run in runs if run.id in written),
        values=shown,
    )


def filter_check(context: Context, session: Session, view: View) -> FilterCheck:
    """What a filter would leave; one that cannot be read is an answer here, as it is on its way to be written.

    So is a phase rule, of which the filter may speak.
    """
    experiment = remembered_experiment(session, view.experiment)
    try:
        check_view(FIGURES["phase_diagram"], experiment, view, whole_catalogue(context, session))
        return FilterCheck(runs=len(looked_at(session, experiment, view)), problem=None)
    except InvalidSpec as error:
        return FilterCheck(runs=0, problem=str(error))


def field_cards(context: Context, session: Session, experiment: int) -> list[FieldCard]:
    """Everything that runs of this experiment can be coloured, filtered, sorted and grouped by. Raises NotFound."""
    found = remembered_experiment(session, experiment)
    units = units_of(found.spec, whole_catalogue(context, session))
    paths = [axis.path for axis in found.spec.axes]
    values: dict[str, tuple[Any, ...]] = {axis.path: tuple(axis.points()) for axis in found.spec.axes}
    values["seed"] = tuple(range(found.spec.seeds))
    settings = [("setting", path, words.words(path, paths)) for path in [*paths, "seed"]]
    told = [("event", name, label) for name, label in events.COLOURS.items()]
    series = [("series", name, words.series_words(name)) for name in found.series]
    cards = [*settings, ("phase", PHASE, PHASE), *told, *series]
    return [
        FieldCard.model_validate(
            {"name": name, "label": label, "kind": kind, "unit": _unit(units, name), "values": values.get(name, ())}
        )
        for kind, name, label in cards
    ]


def _unit(units: dict[str, str], name: str) -> str | None:
    return units.get(name) or units.get(f"{name.partition('.')[0]}.*")


def _listed(column: Values) -> tuple[float | None, ...]:
    numbers = column.astype(object)
    numbers[~np.isfinite(column)] = None
    return tuple(numbers.tolist())

"""Who stands on a side of a comparison: its runs, what it is called, and the run that stands for a group of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from phasescope.analyses.median_run import middle_row
from phasescope.core.comparison import Side
from phasescope.core.records import Experiment, Run
from phasescope.core.view import View
from phasescope.figures.words import number, words
from phasescope.server.looking import looked_at
from phasescope.server.run_memory import remembered
from phasescope.store import experiments, series

TOLD_BY = ("test_loss", "train_loss", "test_accuracy", "train_accuracy")
"""The series whose curves say which run is in the middle: the first of these that is stored, else the first of all."""
ONE_PHASE = re.compile(r"""phase == (["'])([^"']+)\1""")
MOST_SOUGHT = 400  # runs of a group among which the one in the middle is sought


@dataclass(frozen=True)
class Standing:
    """A side with its runs in the order of the grid."""

    side: Side
    experiment: Experiment
    runs: tuple[Run, ...]

    @property
    def group(self) -> bool:
        """Whether it is shown as a group: as what its runs have in common."""
        return len(self.runs) > 1

    @property
    def number(self) -> int:
        """What its colour is made of."""
        return self.runs[0].id if self.runs else self.experiment.id


def stand(session: Session, side: Side) -> Standing:
    """Runs that this experiment does not have are left out. Raises NotFound, and InvalidSpec for a bad filter.

    Runs that were put away stand there only where they are named, or where the filter speaks of them.
    """
    experiment = experiments.get(session, side.experiment)
    wanted = set(side.runs)
    if side.filter or not wanted:
        members = looked_at(session, experiment, View(experiment=side.experiment, filter=side.filter))
    else:
        members = tuple(remembered(session, side.experiment))
    return Standing(side, experiment, tuple(run for run in members if not wanted or run.id in wanted))


def stands_for(session: Session, standing: Standing) -> int | None:
    """The run that is shown where only one can be: the one that was chosen, else the run in the middle of its curves.

    A chosen one that does not stand there is not taken. Of very many runs, evenly spaced ones are looked at.
    """
    if standing.side.run in {run.id for run in standing.runs}:
        return standing.side.run
    if not standing.group:
        return standing.runs[0].id if standing.runs else None
    some = standing.runs[:: -(-len(standing.runs) // MOST_SOUGHT)]
    told_by = [name for name in TOLD_BY if name in standing.experiment.series] or sorted(standing.experiment.series)
    curves = series.curves(session, [run.id for run in some], told_by[:1])
    row = middle_row(curves.values[told_by[0]]) if told_by and told_by[0] in curves.values else None
    return some[0].id if row is None else curves.runs[row]


def names_of_sides(found: Sequence[Standing]) -> list[str]:
    """What tells the sides apart: the experiment where there are several, and where its runs lie."""
    several = len({standing.experiment.id for standing in found}) > 1
    short = [_name(standing, named=several, spread=False) for standing in found]
    return [
        name if short.count(name) == 1 else _name(standing, named=several, spread=True)
        for name, standing in zip(short, found, strict=True)
    ]


def _name(standing: Standing, *, named: bool, spread: bool) -> str:
    """Its filter, the values that its runs have in common, and with `spread` also from where to where others reach."""
    parts = [_spoken(standing.side.filter)] if standing.side.filter else []
    axes = [axis.path for axis in standing.experiment.spec.axes]
    for path in axes:
        values = list(dict.fromkeys(str(number(run.point.get(path))) for run in standing.runs))
        if len(values) == 1:
            parts.append(f"{words(path, axes)} {values[0]}")
        elif values and spread:
            parts.append(f"{words(path, axes)} {values[0]} … {values[-1]}")
    whole = named or not parts
    return ", ".join([*([standing.experiment.name] if whole else []), *parts])


def _spoken(condition: str) -> str:
    """A phase by its name, anything else as it is written."""
    phase = ONE_PHASE.fullmatch(condition)
    return phase[2] if phase else condition

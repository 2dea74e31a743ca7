"""What is in sight: everything but what was deleted, which is out of sight until it is taken back or purged."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from phasescope.core.errors import NotFound
from phasescope.store.dialects import among
from phasescope.store.tables import ExperimentRow, ExperimentRunRow, RunRow

DELETED = " It was deleted; the gallery can take it back, under Archived and deleted."


def experiment_in_sight(session: Session, experiment: int) -> ExperimentRow:
    """Its row. Raises NotFound, also for one that was deleted."""
    row = session.get(ExperimentRow, experiment, populate_existing=True)
    if row is None:
        raise NotFound("experiment", experiment)
    if row.deletion_id is not None:
        raise NotFound("experiment", experiment, hint=DELETED)
    return row


def run_in_sight(session: Session, run: int) -> None:
    """Raises NotFound for a run that is not there, or was deleted from every experiment that has it."""
    if not runs_in_sight(session, [run]):
        raise NotFound("run", run)


def runs_in_sight(session: Session, runs: Sequence[int]) -> set[int]:
    """Those of these runs that stand in some experiment."""
    return set(session.scalars(select(RunRow.id).where(among(RunRow.id, runs), in_some_experiment())))


def in_some_experiment() -> ColumnElement[bool]:
    """A condition on a row of runs: it has a place, in an experiment, and neither was deleted."""
    return exists().where(
        ExperimentRunRow.run_id == RunRow.id,
        ExperimentRunRow.deletion_id.is_(None),
        ExperimentRow.id == ExperimentRunRow.experiment_id,
        ExperimentRow.deletion_id.is_(None),
    )

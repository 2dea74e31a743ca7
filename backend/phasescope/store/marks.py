"""What people write on things: tags and notes of runs, notes of experiments, and what they put away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from phasescope.core.errors import NotFound
from phasescope.core.records import Marks
from phasescope.store.dialects import among, put_rows, table
from phasescope.store.sight import experiment_in_sight, runs_in_sight
from phasescope.store.tables import ExperimentRow, ExperimentRunRow, MarkRow
from phasescope.store.versions import raise_for, raise_for_runs


def of_experiment(session: Session, experiment: int) -> dict[int, Marks]:
    """The marks of its runs that have any, by run."""
    query = select(MarkRow.run_id, MarkRow.tags, MarkRow.note, MarkRow.archived_at)
    rows = session.execute(
        query.join(ExperimentRunRow, ExperimentRunRow.run_id == MarkRow.run_id).where(
            ExperimentRunRow.experiment_id == experiment
        )
    )
    return {run: _marks(run, tags, note, archived) for run, tags, note, archived in rows}


def change(
    session: Session,
    runs: Sequence[int],
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    note: str | None = None,
    archived: bool | None = None,
    now: datetime,
) -> list[Marks]:
    """Change the marks of runs; what is not given stays. Gives the marks as they were before. Raises NotFound."""
    known = runs_in_sight(session, runs)
    missing = next((run for run in runs if run not in known), None)
    if missing is not None:
        raise NotFound("run", missing)
    query = select(MarkRow.run_id, MarkRow.tags, MarkRow.note, MarkRow.archived_at)
    old = {run: (tags, text, at) for run, tags, text, at in session.execute(query.where(among(MarkRow.run_id, runs)))}
    before, rows = [], []
    for run in dict.fromkeys(runs):
        tags, text, at = old.get(run, ([], "", None))
        before.append(_marks(run, tags, text, at))
        kept = [tag for tag in dict.fromkeys([*tags, *add]) if tag not in remove]
        put_away = at if archived is None else ((at or now) if archived else None)
        rows.append({"run_id": run, "tags": kept, "note": text if note is None else note, "archived_at": put_away})
    put_rows(session, MarkRow, rows)
    raise_for_runs(session, list(known))
    return before


def put_notes(session: Session, experiment: int, notes: str) -> None:
    """The notes of an experiment are these. Raises NotFound."""
    _set(session, experiment, notes=notes)


def archive(session: Session, experiment: int, *, now: datetime | None) -> None:
    """Put an experiment away (`now`), or take it out again (None): nothing is lost. Raises NotFound."""
    _set(session, experiment, archived_at=now)


def _set(session: Session, experiment: int, **values: str | datetime | None) -> None:
    experiment_in_sight(session, experiment)
    session.execute(update(table(ExperimentRow)).where(ExperimentRow.id == experiment).values(**values))
    raise_for(session, [experiment])


def _marks(run: int, tags: Sequence[str], note: str, archived: datetime | None) -> Marks:
    return Marks(run=run, tags=tuple(tags), note=note, archived=archived is not None)

"""Deletions: what was put away can be deleted, and a deletion can be taken back until it is purged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from phasescope.core.errors import Conflict, NotFound
from phasescope.core.records import Deletion
from phasescope.store.deletion_table import DeletionRow
from phasescope.store.dialects import among, table
from phasescope.store.progress import OVER, state, tallies
from phasescope.store.sight import experiment_in_sight
from phasescope.store.tables import ExperimentRow, ExperimentRunRow, KeptViewRow, MarkRow, RunRow, ShareRow
from phasescope.store.versions import raise_for

KEPT = timedelta(days=30)  # so long a deletion can be taken back


def delete_experiment(session: Session, experiment: int, now: datetime) -> Deletion:
    """Raises NotFound, and Conflict for one that is still trained or was not put away first."""
    row = experiment_in_sight(session, experiment)
    if state(row, tallies(session, [experiment])[experiment]) in ("queued", "running"):
        raise Conflict(f"Experiment {experiment} is still being trained; cancel it before it is deleted.")
    if row.archived_at is None:
        raise Conflict(f"Experiment {experiment} is in use; archive it before it is deleted.")
    made = _made(session, now, experiment_id=experiment, name=row.name)
    row.deletion_id = made.id
    session.flush()
    raise_for(session, [experiment])
    return made


def delete_runs(session: Session, experiment: int, runs: Sequence[int], now: datetime) -> Deletion:
    """Delete runs from one experiment. Raises NotFound, and Conflict for one in training or not put away first."""
    row = experiment_in_sight(session, experiment)
    places = _place(experiment, runs)
    found = session.execute(
        select(RunRow.id, RunRow.state, MarkRow.archived_at)
        .join(ExperimentRunRow, ExperimentRunRow.run_id == RunRow.id)
        .outerjoin(MarkRow, MarkRow.run_id == RunRow.id)
        .where(*places)
    ).all()
    known = {one.id for one in found}
    for run in runs:
        if run not in known:
            raise NotFound(f"run of experiment {experiment}:", run)
    for one in found:
        if one.state not in OVER:
            raise Conflict(f"Run {one.id} is still to be trained; cancel the experiment before it is deleted.")
        if one.archived_at is None:
            raise Conflict(f"Run {one.id} is in use; archive it before it is deleted.")
    made = _made(session, now, experiment_id=experiment, runs=len(known), name=row.name)
    session.execute(update(table(ExperimentRunRow)).where(*places).values(deletion_id=made.id))
    raise_for(session, [experiment])
    return made


def delete_share(session: Session, share: int, now: datetime) -> Deletion:
    """Raises NotFound, and Conflict for a link that still opens something."""
    row = session.get(ShareRow, share, with_for_update=True, populate_existing=True)
    if row is None or row.deletion_id is not None:
        raise NotFound("share", share)
    if row.revoked_at is None and (row.expires_at is None or row.expires_at > now):
        raise Conflict(f"The link {row.title!r} still opens; revoke it before it is deleted.")
    made = _made(session, now, share_id=share, name=row.title)
    row.deletion_id = made.id
    session.flush()
    return made


def delete_view(session: Session, name: str, now: datetime) -> Deletion:
    """A short address opens nothing any more; nothing of what it opened is touched. Raises NotFound."""
    row = session.get(KeptViewRow, name, with_for_update=True, populate_existing=True)
    if row is None or row.deletion_id is not None:
        raise NotFound("kept view", name)
    made = _made(session, now, view=name, name=f"/v/{name}")
    row.deletion_id = made.id
    session.flush()
    return made


def listed(session: Session) -> list[Deletion]:
    """Those that can still be taken back, the newest first."""
    query = select(DeletionRow).where(DeletionRow.purged_at.is_(None)).order_by(DeletionRow.id.desc())
    return [_deletion(row) for row in session.scalars(query)]


def take_back(session: Session, deletion: int) -> Deletion:
    """All that it took away is in sight again, as it was. Raises NotFound, also when it was purged."""
    row = session.get(DeletionRow, deletion, with_for_update=True, populate_existing=True)
    if row is None or row.purged_at is not None:
        raise NotFound("deletion that can be taken back:", deletion)
    made = _deletion(row)
    for marked in (ExperimentRow, ExperimentRunRow, ShareRow, KeptViewRow):
        session.execute(update(table(marked)).where(marked.deletion_id == deletion).values(deletion_id=None))
    session.delete(row)
    session.flush()
    if row.experiment_id is not None:
        raise_for(session, [row.experiment_id])
    return made


def _place(experiment: int, runs: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    place = ExperimentRunRow
    return place.experiment_id == experiment, among(place.run_id, runs), place.deletion_id.is_(None)


def _made(
    session: Session,
    now: datetime,
    *,
    name: str,
    experiment_id: int | None = None,
    share_id: int | None = None,
    view: str | None = None,
    runs: int | None = None,
) -> Deletion:
    row = DeletionRow(experiment_id=experiment_id, share_id=share_id, view=view, runs=runs, name=name, deleted_at=now)
    session.add(row)
    session.flush()
    return _deletion(row)


def _deletion(row: DeletionRow) -> Deletion:
    return Deletion(
        id=row.id,
        experiment=row.experiment_id,
        share=row.share_id,
        view=row.view,
        runs=row.runs,
        name=row.name,
        deleted_at=row.deleted_at,
        kept_until=row.deleted_at + KEPT,
    )

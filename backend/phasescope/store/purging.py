"""Purging: what was deleted long ago goes for good, with every value, array and snapshot that nothing else holds.

A run may stand in several experiments; its values go with the last deletion that still holds them. A run that was
deleted alone leaves its place behind, so that its experiment does not train it again when it grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from phasescope.store import snapshots
from phasescope.store.deletion_table import DeletionRow
from phasescope.store.deletions import KEPT
from phasescope.store.dialects import among, table
from phasescope.store.tables import (
    ArrayRow,
    BlockRow,
    CorrectionRow,
    ExperimentRow,
    ExperimentRunRow,
    KeptViewRow,
    MarkRow,
    RunRow,
    SeriesRow,
    ShardRow,
    ShareRow,
    SummaryRow,
)

OF_RUNS = (SeriesRow, BlockRow, SummaryRow, CorrectionRow, MarkRow, ArrayRow)


def purge(session: Session, now: datetime) -> int | None:
    """Purge the oldest deletion whose time is over, and give its number; None when there is none."""
    due = select(DeletionRow).where(DeletionRow.purged_at.is_(None), DeletionRow.deleted_at <= now - KEPT)
    row = session.scalars(due.order_by(DeletionRow.id).limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    row.purged_at = now
    session.flush()
    if row.share_id is not None:
        session.execute(delete(table(ShareRow)).where(ShareRow.id == row.share_id))
    elif row.view is not None:
        session.execute(delete(table(KeptViewRow)).where(KeptViewRow.deletion_id == row.id))
    elif row.runs is not None:
        _empty(session, _runs_of(session, row))
    elif row.experiment_id is not None:
        _purge_experiment(session, row, row.experiment_id)
    return row.id


def _runs_of(session: Session, deletion: DeletionRow) -> Sequence[int]:
    """Runs that the deletion took away and that nothing else holds: no other place, or only purged ones."""
    place, whole, part = table(ExperimentRunRow), table(ExperimentRow), table(DeletionRow)
    taken = (
        place.c.deletion_id == deletion.id
        if deletion.runs is not None
        else place.c.experiment_id == deletion.experiment_id
    )
    other = place.alias()
    purged = select(part.c.id).where(part.c.purged_at.is_not(None))
    held = exists().where(
        other.c.run_id == place.c.run_id,
        whole.c.id == other.c.experiment_id,
        or_(other.c.deletion_id.is_(None), other.c.deletion_id.not_in(purged)),
        or_(whole.c.deletion_id.is_(None), whole.c.deletion_id.not_in(purged)),
    )
    return session.scalars(select(place.c.run_id).where(taken, ~held)).all()


def _empty(session: Session, runs: Sequence[int]) -> None:
    """Nothing of these runs is left but that they were: whoever wants one again trains it from the start."""
    for blob in session.scalars(select(ArrayRow.blob).distinct().where(among(ArrayRow.run_id, runs))):
        snapshots.discard(session, blob)
    for rows in OF_RUNS:
        session.execute(delete(table(rows)).where(among(rows.run_id, runs)))
    session.execute(
        update(table(RunRow))
        .where(among(RunRow.id, runs))
        .values(state="cancelled", step=0, message=None, shard_id=None, losses=0)
    )


def _purge_experiment(session: Session, deletion: DeletionRow, experiment: int) -> None:
    places = table(ExperimentRunRow)
    gone = _runs_of(session, deletion)
    _empty(session, gone)
    session.execute(delete(places).where(places.c.experiment_id == experiment))
    placed = exists().where(places.c.run_id == RunRow.id)
    session.execute(delete(table(RunRow)).where(among(RunRow.id, gone), ~placed))
    _hand_over_shards(session, experiment)
    session.execute(delete(table(ExperimentRow)).where(ExperimentRow.id == experiment))


def _hand_over_shards(session: Session, experiment: int) -> None:
    """Shards whose runs another experiment holds are that one's; the others go with their snapshots."""
    places = table(ExperimentRunRow)
    heirs = (
        select(RunRow.shard_id, func.min(places.c.experiment_id))
        .join(places, places.c.run_id == RunRow.id)
        .join(ShardRow, ShardRow.id == RunRow.shard_id)
        .where(ShardRow.experiment_id == experiment)
        .group_by(RunRow.shard_id)
    )
    for shard, heir in session.execute(heirs).all():
        session.execute(update(table(ShardRow)).where(ShardRow.id == shard).values(experiment_id=heir))
    rest = session.scalars(select(ShardRow.id).where(ShardRow.experiment_id == experiment)).all()
    for shard in rest:
        snapshots.forget(session, shard)
    session.execute(delete(table(ShardRow)).where(among(ShardRow.id, rest)))

"""Workers: who they are, what they can train, and when they were last heard of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from phasescope.core.catalogue import Catalogue
from phasescope.core.errors import NotFound
from phasescope.core.records import Worker
from phasescope.core.wire import LOST_AFTER_SECONDS, Registration
from phasescope.store import progress, queueing
from phasescope.store.dialects import add_missing, table
from phasescope.store.tables import ShardRow, WorkerRow


def register(session: Session, registration: Registration, now: datetime) -> int:
    """The worker's number; one that comes back under its name keeps its number, and its shards are queued again."""
    told = {
        "device": registration.device,
        "catalogue": registration.catalogue.model_dump(mode="json"),
        "registered_at": now,
        "seen_at": now,
    }
    add_missing(session, WorkerRow, [{"name": registration.name, **told}])
    row = session.scalars(select(WorkerRow).where(WorkerRow.name == registration.name).with_for_update()).one()
    session.execute(update(table(WorkerRow)).where(WorkerRow.id == row.id).values(told))
    # A worker introduces itself when it starts: what it had before it does not have any more.
    had = select(ShardRow.id).where(ShardRow.worker_id == row.id, ShardRow.state == "leased").order_by(ShardRow.id)
    shards = session.scalars(had.with_for_update(key_share=True)).all()
    if shards:
        queueing.lose(session, shards)
    return row.id


def listed(session: Session, now: datetime) -> list[Worker]:
    """All workers, the longest known first."""
    rows = session.scalars(select(WorkerRow).order_by(WorkerRow.id).execution_options(populate_existing=True)).all()
    leased = select(ShardRow.worker_id, ShardRow.id, ShardRow.experiment_id, ShardRow.run_steps_per_second)
    query = leased.where(ShardRow.state == "leased").order_by(ShardRow.id)
    shards = {row.worker_id: row for row in session.execute(query)}  # the newest holds
    told = progress.of_shards(session, {row.id: row.run_steps_per_second for row in shards.values()})
    workers = []
    for row in rows:
        shard = shards.get(row.id)
        workers.append(
            Worker(
                id=row.id,
                name=row.name,
                device=row.device,
                state=_state(row.seen_at, now, busy=shard is not None),
                shard=shard.id if shard else None,
                experiment=shard.experiment_id if shard else None,
                run_steps_per_second=shard.run_steps_per_second if shard else None,
                progress=told.get(shard.id) if shard else None,
                seen_at=row.seen_at,
            )
        )
    return workers


def catalogues(session: Session) -> list[Catalogue]:
    """What each worker that was ever seen can train."""
    found = session.scalars(select(WorkerRow.catalogue).order_by(WorkerRow.id))
    return [Catalogue.model_validate(catalogue) for catalogue in found]


def seen(session: Session, worker: int, now: datetime) -> None:
    """The worker was heard of. Raises NotFound."""
    renewed = update(table(WorkerRow)).where(WorkerRow.id == worker).values(seen_at=now)
    if session.connection().execute(renewed).rowcount == 0:
        raise NotFound("worker", worker)


def _state(seen_at: datetime, now: datetime, *, busy: bool) -> Literal["idle", "training", "silent"]:
    if now - seen_at > timedelta(seconds=LOST_AFTER_SECONDS):
        return "silent"
    return "training" if busy else "idle"

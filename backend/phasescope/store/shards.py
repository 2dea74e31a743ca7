"""Shards: leased to one worker at a time, kept by heartbeats, fenced by the number of the attempt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import bindparam, case, exists, select, update
from sqlalchemy.orm import Session

from phasescope.core.errors import NotFound
from phasescope.core.wire import LOST_AFTER_SECONDS, Lease, RunEnd
from phasescope.store import leasing, queueing, series, snapshots, workers
from phasescope.store.dialects import table
from phasescope.store.ownership import owned
from phasescope.store.queueing import LIVE
from phasescope.store.tables import RunRow, ShardRow
from phasescope.store.versions import raise_for_runs

SHARDS_AT_ONCE = 100  # reaped in one transaction; the next look takes the rest


def lease(session: Session, *, worker: int, runs_at_most: int, now: datetime) -> Lease | None:
    """The next shard to train, or None when nothing is queued. Raises NotFound for an unknown worker.

    A shard that lost its worker comes first. Otherwise one is made of queued runs of the oldest experiment, of its
    coarsest pass, that have one shape.
    """
    workers.seen(session, worker, now)
    shard = leasing.waiting(session, runs_at_most) or leasing.assembled(session, runs_at_most, now=now)
    return None if shard is None else leasing.handed_over(session, shard, worker=worker, now=now)


def heartbeat(
    session: Session, *, worker: int, shard: int | None, attempt: int | None, now: datetime, rate: float | None
) -> Literal["continue", "stop"]:
    """A sign of life. Raises StaleAttempt, and NotFound for an unknown worker or shard.

    A worker that was thought lost gets its shard back when nobody else has leased it since: nothing is trained twice.
    """
    workers.seen(session, worker, now)
    if shard is None:
        return "continue"
    row = owned(session, shard=shard, worker=worker, attempt=attempt or 0)
    row.seen_at = now
    if rate is not None:
        row.run_steps_per_second = rate
    if row.state == "queued":
        row.state = "leased"
        leasing.set_running(session, row, losses=RunRow.losses - 1)
    session.flush()
    return "continue" if row.state == "leased" and _has_live_runs(session, shard) else "stop"


def reap(session: Session, now: datetime) -> list[int]:
    """Take the shards of workers that went silent from them; the numbers of these shards."""
    silent = (
        select(ShardRow.id)
        .where(ShardRow.state == "leased", ShardRow.seen_at < now - timedelta(seconds=LOST_AFTER_SECONDS))
        .order_by(ShardRow.id)
        .limit(SHARDS_AT_ONCE)
    )
    shards = list(session.scalars(silent.with_for_update(skip_locked=True, key_share=True)))
    if shards:
        queueing.lose(session, shards)
    return shards


def finish(session: Session, *, shard: int, worker: int, attempt: int, ends: Sequence[RunEnd]) -> None:
    """How runs of the shard ended; may be said again. Raises StaleAttempt, and NotFound for an unknown shard.

    A run that ended before (it was cancelled, or this was said already) stays as it is. No ends at all: the worker
    leaves in good order, and the shard goes back to the queue at once.
    """
    owned(session, shard=shard, worker=worker, attempt=attempt)
    if not ends:
        queueing.give_back(session, shard)
        return
    live = select(RunRow.id).where(RunRow.shard_id == shard, RunRow.state.in_(LIVE))
    open_runs = set(session.scalars(live.with_for_update(key_share=True)))
    ending = {end.run: end for end in ends if end.run in open_runs}
    if ending:
        session.connection().execute(
            update(table(RunRow))
            .where(RunRow.id == bindparam("run"))
            .values(
                state=bindparam("end_state"),
                message=bindparam("end_message"),
                step=case((RunRow.step < bindparam("end_step"), bindparam("end_step")), else_=RunRow.step),
            ),
            [_end(end) for end in ending.values()],
        )
        series.compact_all(session, list(ending))
    queueing.close_shards(session, [shard])
    if not _has_runs_to_resume(session, shard):
        snapshots.forget(session, shard)
    raise_for_runs(session, list(ending))


def experiment_of(session: Session, shard: int) -> int:
    """The experiment for which the shard was made. Raises NotFound."""
    experiment = session.scalar(select(ShardRow.experiment_id).where(ShardRow.id == shard))
    if experiment is None:
        raise NotFound("shard", shard)
    return experiment


def _end(end: RunEnd) -> dict[str, str | int | None]:
    message = end.message.replace("\0", "�") if end.message else None  # PostgreSQL's text holds no NUL
    return {"run": end.run, "end_state": end.state, "end_message": message, "end_step": end.step}


def _has_live_runs(session: Session, shard: int) -> bool:
    return bool(session.scalar(select(exists().where(RunRow.shard_id == shard, RunRow.state.in_(LIVE)))))


def _has_runs_to_resume(session: Session, shard: int) -> bool:
    states = (*LIVE, *queueing.AGAIN)
    return bool(session.scalar(select(exists().where(RunRow.shard_id == shard, RunRow.state.in_(states)))))

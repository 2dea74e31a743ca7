"""How a shard is chosen for a worker: lost shards first, then queued runs from coarse to fine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, GenerativeSelect, func, select, update
from sqlalchemy.orm import Session

from phasescope.core.spec import ExperimentSpec, RunSpec
from phasescope.core.wire import LOST_AFTER_SECONDS, Lease, LeasedRun
from phasescope.store import snapshots
from phasescope.store.dialects import among, table, take_turns
from phasescope.store.tables import ExperimentRow, ExperimentRunRow, RunRow, ShardRow, WorkerRow
from phasescope.store.versions import raise_for_runs

Query = TypeVar("Query", bound=GenerativeSelect)

FEWEST_TOGETHER = 16  # fewer runs in one program waste more than dividing them gains


def waiting(session: Session, runs_at_most: int) -> ShardRow | None:
    """A shard that nobody owns, with at most so many runs: the rest of a larger one becomes a shard of its own."""
    query = select(ShardRow).where(ShardRow.state == "queued").order_by(ShardRow.id).limit(1)
    shard = session.scalars(
        query.with_for_update(skip_locked=True), execution_options={"populate_existing": True}
    ).first()
    if shard is None:
        return None
    rest = _queued_runs(session, shard)[runs_at_most:]
    if rest:
        other = ShardRow(experiment_id=shard.experiment_id, state="queued", attempt=shard.attempt)
        session.add(other)
        session.flush()
        snapshots.copy(session, shard.id, other.id)
        session.execute(update(table(RunRow)).where(among(RunRow.id, rest)).values(shard_id=other.id))
    return shard


def assembled(session: Session, runs_at_most: int, *, now: datetime) -> ShardRow | None:
    """A new shard of queued runs that belong together; workers take turns, so that each finds a full one.

    What belongs together is divided evenly among the workers there are, so that a pass ends for all at once.
    """
    take_turns(session, "assemble shards")
    place = ExperimentRunRow
    queued = (
        select(RunRow.id, RunRow.attempt, RunRow.signature, place.experiment_id, place.training_pass)
        .join(place, place.run_id == RunRow.id)
        .where(RunRow.state == "queued", RunRow.shard_id.is_(None), place.deletion_id.is_(None))
    )
    wanted = queued.join(ExperimentRow, ExperimentRow.id == place.experiment_id).where(
        ExperimentRow.cancelled_at.is_(None), ExperimentRow.deletion_id.is_(None)
    )
    order = (place.experiment_id, place.training_pass, place.position)
    first = session.execute(_locked(wanted.order_by(*order).limit(1))).first()
    if first is None:
        return None
    together = queued.where(
        place.experiment_id == first.experiment_id,
        place.training_pass == first.training_pass,
        RunRow.signature == first.signature,
    )
    left = session.scalar(select(func.count()).select_from(together.subquery())) or 1
    share = max(FEWEST_TOGETHER, -(-left // max(1, _workers(session, now))))
    runs = session.execute(_locked(together.order_by(place.position).limit(min(runs_at_most, share)))).all()
    # A run keeps counting where an earlier shard left off: its blocks are told apart by the attempt.
    attempt = max(run.attempt for run in runs)
    shard = ShardRow(experiment_id=first.experiment_id, state="queued", attempt=attempt)
    session.add(shard)
    session.flush()
    session.execute(update(table(RunRow)).where(among(RunRow.id, [run.id for run in runs])).values(shard_id=shard.id))
    return shard


def _locked(query: Query) -> Query:
    """The same rows, which no other transaction is about to take."""
    return query.with_for_update(of=RunRow, skip_locked=True, key_share=True)


def _workers(session: Session, now: datetime) -> int:
    """How many workers have been heard of lately."""
    lately = now - timedelta(seconds=LOST_AFTER_SECONDS)
    return session.scalar(select(func.count()).select_from(WorkerRow).where(WorkerRow.seen_at >= lately)) or 0


def handed_over(session: Session, shard: ShardRow, *, worker: int, now: datetime) -> Lease:
    """The shard belongs to this worker now."""
    shard.run_steps_per_second = _earlier_rate(session, shard.experiment_id, worker)
    shard.state, shard.worker_id, shard.seen_at = "leased", worker, now
    shard.attempt += 1
    session.flush()
    numbers = set_running(session, shard, losses=table(RunRow).c.losses)
    query = select(RunRow.id, RunRow.spec).where(among(RunRow.id, numbers))
    specs: dict[int, dict[str, Any]] = dict(session.execute(query).all())
    experiment = session.scalars(select(ExperimentRow.spec).where(ExperimentRow.id == shard.experiment_id)).one()
    spec = ExperimentSpec.model_validate(experiment)
    newest = snapshots.newest(session, shard.id)
    return Lease(
        shard=shard.id,
        attempt=shard.attempt,
        experiment=shard.experiment_id,
        until=now + timedelta(seconds=LOST_AFTER_SECONDS),
        steps=spec.checkpoints.steps(spec.steps),
        measures=spec.measures,
        schedules=spec.schedules,
        stop=spec.stop,
        runs=tuple(LeasedRun(run=run, spec=RunSpec.model_validate(specs[run])) for run in numbers),
        snapshot_step=None if newest is None else newest[0],
    )


def set_running(session: Session, shard: ShardRow, *, losses: ColumnElement[int]) -> Sequence[int]:
    """The queued runs of a shard run now; in grid order."""
    runs = _queued_runs(session, shard)
    values = {"state": "running", "message": None, "attempt": shard.attempt, "losses": losses}
    session.execute(update(table(RunRow)).where(among(RunRow.id, runs)).values(values))
    raise_for_runs(session, runs)
    return runs


def _queued_runs(session: Session, shard: ShardRow) -> Sequence[int]:
    query = (
        select(RunRow.id)
        .join(ExperimentRunRow, ExperimentRunRow.run_id == RunRow.id)
        .where(RunRow.shard_id == shard.id, RunRow.state == "queued")
        .where(ExperimentRunRow.experiment_id == shard.experiment_id)
    )
    return session.scalars(query.order_by(ExperimentRunRow.position)).all()


def _earlier_rate(session: Session, experiment: int, worker: int) -> float | None:
    """How fast the worker was on its last shard of the experiment, so that the time left is known from the start."""
    newest = select(func.max(ShardRow.id)).where(
        ShardRow.experiment_id == experiment, ShardRow.worker_id == worker, ShardRow.run_steps_per_second.is_not(None)
    )
    return session.scalar(select(ShardRow.run_steps_per_second).where(ShardRow.id == newest.scalar_subquery()))

"""What happens to runs from outside of training: cancelled, queued again, lost with their worker."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import case, exists, select, update
from sqlalchemy.orm import Session, aliased

from phasescope.store import series
from phasescope.store.dialects import among, table
from phasescope.store.tables import ExperimentRow, ExperimentRunRow, RunRow, ShardRow, SnapshotRow
from phasescope.store.versions import raise_for_runs

LIVE = ("queued", "running")
AGAIN = ("failed", "lost", "cancelled")
LOSSES_AT_MOST = 5  # a run whose worker goes silent this often is left alone: it may be what silences them
SILENT = "Its worker went silent; it waits for another one, and goes on from its newest snapshot."
LOST = f"Its worker went silent {LOSSES_AT_MOST + 1} times; it may need more memory than there is. Requeue it to retry."


def runs_of(session: Session, experiment: int, states: Collection[str]) -> Sequence[int]:
    """The runs of an experiment that are in one of these states."""
    query = select(RunRow.id).join(ExperimentRunRow, ExperimentRunRow.run_id == RunRow.id)
    own = (ExperimentRunRow.experiment_id == experiment, ExperimentRunRow.deletion_id.is_(None))
    return session.scalars(query.where(*own, RunRow.state.in_(states))).all()


def cancel(session: Session, experiment: int) -> None:
    """End the runs of an experiment that no other experiment still wants."""
    shards = _lock_shards(session, runs_of(session, experiment, LIVE))
    place, other = aliased(ExperimentRunRow), aliased(ExperimentRow)
    wanted = exists().where(
        place.run_id == RunRow.id,
        place.experiment_id == other.id,
        other.id != experiment,
        other.cancelled_at.is_(None),
        place.deletion_id.is_(None),
        other.deletion_id.is_(None),
    )
    runs = session.scalars(
        select(RunRow.id)
        .where(among(RunRow.id, runs_of(session, experiment, LIVE)), ~wanted)
        .with_for_update(key_share=True)
    ).all()
    session.execute(update(table(RunRow)).where(among(RunRow.id, runs)).values(state="cancelled", message=None))
    series.compact_all(session, runs)
    close_shards(session, shards)
    raise_for_runs(session, runs)


def queue_again(session: Session, runs: Sequence[int]) -> None:
    """Runs that failed, were lost or cancelled are trained again: from their shard's snapshot where there is one."""
    if not runs:
        return
    shards = _lock_shards(session, runs)
    with_snapshot = exists().where(SnapshotRow.shard_id == ShardRow.id)
    kept = session.scalars(
        select(ShardRow.id).where(among(ShardRow.id, shards), ShardRow.state != "leased", with_snapshot)
    ).all()
    session.execute(update(table(ShardRow)).where(among(ShardRow.id, kept)).values(state="queued"))
    session.execute(
        update(table(RunRow))
        .where(among(RunRow.id, runs), RunRow.state.in_(AGAIN))
        .values(
            state="queued",
            message=None,
            losses=0,
            shard_id=case((among(RunRow.shard_id, kept), RunRow.shard_id), else_=None),
        )
    )
    raise_for_runs(session, runs)


def lose(session: Session, shards: Sequence[int]) -> None:
    """Nobody owns these shards any more: their runs wait for another worker, or stay lost when that was in vain."""
    session.execute(update(table(ShardRow)).where(among(ShardRow.id, shards)).values(state="queued"))
    running = session.scalars(
        select(RunRow.id)
        .where(among(RunRow.shard_id, shards), RunRow.state == "running")
        .with_for_update(key_share=True)
    ).all()
    given_up = RunRow.losses >= LOSSES_AT_MOST
    session.execute(
        update(table(RunRow))
        .where(among(RunRow.id, running))
        .values(
            losses=RunRow.losses + 1,
            state=case((given_up, "lost"), else_="queued"),
            message=case((given_up, LOST), else_=SILENT),
        )
    )
    lost = session.scalars(select(RunRow.id).where(among(RunRow.id, running), RunRow.state == "lost")).all()
    series.compact_all(session, lost)
    close_shards(session, shards)
    raise_for_runs(session, running)


def give_back(session: Session, shard: int) -> None:
    """The owner leaves the shard in good order: its runs wait for another worker, and it counts as no loss."""
    session.execute(update(table(ShardRow)).where(ShardRow.id == shard).values(state="queued"))
    running = session.scalars(
        select(RunRow.id).where(RunRow.shard_id == shard, RunRow.state == "running").with_for_update(key_share=True)
    ).all()
    session.execute(update(table(RunRow)).where(among(RunRow.id, running)).values(state="queued"))
    close_shards(session, [shard])
    raise_for_runs(session, running)


def close_shards(session: Session, shards: Sequence[int]) -> None:
    """A shard none of whose runs goes on is over."""
    live = exists().where(RunRow.shard_id == ShardRow.id, RunRow.state.in_(LIVE))
    session.execute(update(table(ShardRow)).where(among(ShardRow.id, shards), ~live).values(state="over"))


def _lock_shards(session: Session, runs: Sequence[int]) -> Sequence[int]:
    """The shards of these runs, locked before the runs are (see tables.py)."""
    numbers = session.scalars(select(RunRow.shard_id).distinct().where(among(RunRow.id, runs))).all()
    shards = [number for number in numbers if number is not None]
    query = select(ShardRow.id).where(among(ShardRow.id, shards)).order_by(ShardRow.id)
    return session.scalars(query.with_for_update(key_share=True)).all()

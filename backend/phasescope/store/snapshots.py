"""Snapshots: the newest state of each shard, so that another worker can go on from it."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from phasescope.store.blobs import Blobs
from phasescope.store.database import DISCARDED
from phasescope.store.dialects import put_rows, table
from phasescope.store.ownership import owned
from phasescope.store.tables import SnapshotRow


def put(session: Session, *, shard: int, worker: int, attempt: int, step: int, data: bytes, blobs: Blobs) -> None:
    """Keep the shard's state at this step instead of an earlier one. Raises StaleAttempt, NotFound."""
    owned(session, shard=shard, worker=worker, attempt=attempt)
    before = newest(session, shard)
    digest = blobs.put(data)
    if before is not None and before[1] != digest:
        discard(session, before[1])
    put_rows(session, SnapshotRow, [{"shard_id": shard, "step": step, "digest": digest}])


def newest(session: Session, shard: int) -> tuple[int, str] | None:
    """Step and blob digest of the shard's snapshot."""
    query = select(SnapshotRow.step, SnapshotRow.digest).where(SnapshotRow.shard_id == shard)
    return session.execute(query).first()


def copy(session: Session, shard: int, other: int) -> None:
    """The other shard goes on from the same state; its worker picks its own runs from it."""
    found = newest(session, shard)
    if found is not None:
        put_rows(session, SnapshotRow, [{"shard_id": other, "step": found[0], "digest": found[1]}])


def forget(session: Session, shard: int) -> None:
    """Nothing of this shard is to be resumed."""
    found = newest(session, shard)
    if found is not None:
        session.execute(delete(table(SnapshotRow)).where(SnapshotRow.shard_id == shard))
        discard(session, found[1])


def discard(session: Session, digest: str) -> None:
    """The file goes when the transaction is durable: until then the old snapshot is the one that counts."""
    session.info.setdefault(DISCARDED, set()).add(digest)

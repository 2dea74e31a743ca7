"""Who owns a shard: every word of a worker about one is checked here, so that a worker thought lost does no harm."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phasescope.core.errors import NotFound, StaleAttempt
from phasescope.store.tables import ShardRow


def owned(session: Session, *, shard: int, worker: int, attempt: int) -> ShardRow:
    """The shard, locked, if nobody leased it after this worker's attempt; raises StaleAttempt, NotFound."""
    row = session.get(ShardRow, shard, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        raise NotFound("shard", shard)
    if (row.worker_id, row.attempt) != (worker, attempt):
        raise StaleAttempt(
            f"Attempt {attempt} of worker {worker} at shard {shard} is over: attempt {row.attempt} of worker "
            f"{row.worker_id} owns it now. Drop it and lease another."
        )
    return row

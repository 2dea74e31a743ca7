"""Snapshots: the newest state of each shard, so that another worker can go on from it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phasescope.store.blobs import Blobs


def put(session: Session, *, shard: int, worker: int, attempt: int, step: int, data: bytes, blobs: Blobs) -> None:
    """Keep the shard's state at this step instead of an earlier one. Raises StaleAttempt, NotFound."""
    raise NotImplementedError


def newest(session: Session, shard: int) -> tuple[int, str] | None:
    """Step and blob digest of the shard's snapshot."""
    raise NotImplementedError

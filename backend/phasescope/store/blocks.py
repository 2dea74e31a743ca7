"""Blocks: the values of runs that are being trained, as workers send them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phasescope.core.wire import Block


def put(session: Session, *, shard: int, worker: int, attempt: int, block: Block) -> None:
    """Keep a block; the same block again changes nothing. Raises StaleAttempt, InvalidSpec, NotFound."""
    raise NotImplementedError

"""Shards: leased to one worker at a time, kept by heartbeats, fenced by the number of the attempt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from phasescope.core.wire import Lease, RunEnd


def lease(session: Session, *, worker: int, runs_at_most: int, now: datetime) -> Lease | None:
    """The next shard to train, or None when nothing is queued. Raises NotFound for an unknown worker."""
    raise NotImplementedError


def heartbeat(
    session: Session, *, worker: int, shard: int | None, attempt: int | None, now: datetime, rate: float | None
) -> Literal["continue", "stop"]:
    """A sign of life. Raises StaleAttempt, and NotFound for an unknown worker or shard."""
    raise NotImplementedError


def reap(session: Session, now: datetime) -> list[int]:
    """Take the shards of workers that went silent from them; the numbers of these shards."""
    raise NotImplementedError


def finish(session: Session, *, shard: int, worker: int, attempt: int, ends: Sequence[RunEnd]) -> None:
    """How runs of the shard ended; may be said again. Raises StaleAttempt, and NotFound for an unknown shard."""
    raise NotImplementedError


def experiment_of(session: Session, shard: int) -> int:
    """The experiment for which the shard was made. Raises NotFound."""
    raise NotImplementedError

"""Workers: who they are, what they can train, and when they were last heard of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from phasescope.core.catalogue import Catalogue
from phasescope.core.records import Worker
from phasescope.core.wire import Registration


def register(session: Session, registration: Registration, now: datetime) -> int:
    """The worker's number; one that comes back under its name keeps its number, and its shards are queued again."""
    raise NotImplementedError


def listed(session: Session, now: datetime) -> list[Worker]:
    """All workers, the longest known first."""
    raise NotImplementedError


def catalogues(session: Session) -> list[Catalogue]:
    """What each worker that was ever seen can train."""
    raise NotImplementedError


def seen(session: Session, worker: int, now: datetime) -> None:
    """The worker was heard of. Raises NotFound."""
    raise NotImplementedError

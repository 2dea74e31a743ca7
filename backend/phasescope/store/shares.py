"""Shares: read-only links to one view each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from phasescope.core.records import Share
from phasescope.core.view import View


def create(
    session: Session, *, view: View, title: str, note: str, expires_at: datetime | None, token_hash: str
) -> Share:
    """Make a share; only the hash of its token is kept."""
    raise NotImplementedError


def listed(session: Session) -> list[Share]:
    """All shares, the newest first."""
    raise NotImplementedError


def revoke(session: Session, share: int, now: datetime) -> Share:
    """The link opens nothing any more; revoking twice changes nothing. Raises NotFound."""
    raise NotImplementedError


def by_token(session: Session, token_hash: str, now: datetime) -> Share:
    """The share of this link. Raises NotFound when it is unknown, revoked or expired."""
    raise NotImplementedError

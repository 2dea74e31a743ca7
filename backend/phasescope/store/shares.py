"""Shares: read-only links to one view or comparison each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phasescope.core.comparison import Comparison
from phasescope.core.errors import Missing, NotFound
from phasescope.core.records import Share
from phasescope.core.view import View
from phasescope.store.tables import ShareRow


def create(
    session: Session,
    *,
    view: View | Comparison,
    title: str,
    note: str,
    expires_at: datetime | None,
    token_hash: str,
    embeddable: bool = False,
) -> Share:
    """Make a share; only the hash of its token is kept."""
    row = ShareRow(
        token_hash=token_hash,
        title=title,
        note=note,
        view=view.model_dump(mode="json"),
        created_at=datetime.now(UTC),
        expires_at=expires_at,
        embeddable=embeddable,
    )
    session.add(row)
    session.flush()
    return _share(row)


def listed(session: Session) -> list[Share]:
    """All shares but deleted ones, the newest first."""
    shown = select(ShareRow).where(ShareRow.deletion_id.is_(None)).order_by(ShareRow.id.desc())
    return [_share(row) for row in session.scalars(shown)]


def revoke(session: Session, share: int, now: datetime) -> Share:
    """The link opens nothing any more; revoking twice changes nothing. Raises NotFound."""
    row = session.get(ShareRow, share, with_for_update=True, populate_existing=True)
    if row is None or row.deletion_id is not None:
        raise NotFound("share", share)
    if row.revoked_at is None:
        row.revoked_at = now
        session.flush()
    return _share(row)


def by_token(session: Session, token_hash: str, now: datetime) -> Share:
    """The share of this link. Raises Missing when it is unknown, revoked or expired: which is not said."""
    row = session.scalars(select(ShareRow).where(ShareRow.token_hash == token_hash)).first()
    if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        raise Missing("This link was revoked, has expired, or never was.")
    return _share(row)


def _view(kept: dict[str, Any]) -> View | Comparison:
    return Comparison.model_validate(kept) if "sides" in kept else View.model_validate(kept)


def _share(row: ShareRow) -> Share:
    return Share(
        id=row.id,
        title=row.title,
        note=row.note,
        view=_view(row.view),
        embeddable=row.embeddable,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )

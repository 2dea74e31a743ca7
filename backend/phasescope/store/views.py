"""Kept views: long addresses of the page under short names, so that they can be sent."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from phasescope.core.errors import NotFound
from phasescope.store.deletion_table import DeletionRow
from phasescope.store.dialects import table, take_turns
from phasescope.store.tables import KeptViewRow

SHORTEST = 8  # letters; a longer name is only taken where another address has the short one already


def keep(session: Session, address: str, now: datetime) -> str:
    """The name of this address: the same one each time it is kept."""
    take_turns(session, "keep views")
    digest = base64.b32encode(hashlib.sha256(address.encode()).digest()).decode().rstrip("=").lower()
    for length in range(SHORTEST, len(digest) + 1):
        name = digest[:length]
        row = session.get(KeptViewRow, name)
        if row is None:
            session.add(KeptViewRow(name=name, address=address, created_at=now))
            session.flush()
            return name
        if row.address == address:
            _back_in_sight(session, row)
            return name
    raise AssertionError("two addresses have the same SHA-256")


def address_of(session: Session, name: str) -> str:
    """Raises NotFound."""
    row = session.get(KeptViewRow, name)
    if row is None or row.deletion_id is not None:
        raise NotFound("kept view", name)
    return row.address


def listed(session: Session) -> list[KeptViewRow]:
    """Those that open something, the newest first."""
    shown = select(KeptViewRow).where(KeptViewRow.deletion_id.is_(None))
    return list(session.scalars(shown.order_by(KeptViewRow.created_at.desc(), KeptViewRow.name)))


def _back_in_sight(session: Session, row: KeptViewRow) -> None:
    """An address that is kept again was not meant to be deleted: nothing is left to be taken back."""
    if row.deletion_id is not None:
        session.execute(delete(table(DeletionRow)).where(DeletionRow.id == row.deletion_id))
        row.deletion_id = None
        session.flush()

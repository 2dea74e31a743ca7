"""Verifications: what training said to the claims of a recipe, and when."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phasescope.core.recipe import Verification
from phasescope.store.verification_table import VerificationRow


def put(session: Session, verification: Verification) -> None:
    """Keep it beside the earlier ones."""
    row = VerificationRow(
        recipe=verification.recipe,
        size=verification.size,
        made_at=verification.made_at,
        found=verification.model_dump(mode="json"),
    )
    session.add(row)
    session.flush()


def newest(session: Session) -> dict[tuple[str, str], Verification]:
    """By recipe and size, the one made last."""
    last = select(func.max(VerificationRow.id)).group_by(VerificationRow.recipe, VerificationRow.size)
    rows = session.scalars(select(VerificationRow).where(VerificationRow.id.in_(last)))
    return {(row.recipe, row.size): Verification.model_validate(row.found) for row in rows}

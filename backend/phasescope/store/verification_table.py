"""The table of verifications, which refers to no other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Text
from sqlalchemy.orm import Mapped, mapped_column

from phasescope.store.columns import Base, Moment


class VerificationRow(Base):
    """What training said to the claims of one size of a recipe; every verification is kept."""

    __tablename__ = "verifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipe: Mapped[str] = mapped_column(Text)
    size: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    found: Mapped[dict[str, Any]] = mapped_column(JSON)

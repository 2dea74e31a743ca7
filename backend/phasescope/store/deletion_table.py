"""The table of deletions. Rows that name one are out of sight; no foreign key, as a deletion outlives them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from phasescope.store.columns import Base, Moment


class DeletionRow(Base):
    """What was deleted together: an experiment, some runs of one, a share or a kept view. It can be taken back until
    purged."""

    __tablename__ = "deletions"

    id: Mapped[int] = mapped_column(primary_key=True)
    experiment_id: Mapped[int | None]
    share_id: Mapped[int | None]
    view: Mapped[str | None] = mapped_column(String(64))  # the name of a kept view
    runs: Mapped[int | None]  # how many, where only some runs of the experiment were deleted
    name: Mapped[str] = mapped_column(Text)
    deleted_at: Mapped[datetime] = mapped_column(Moment)
    purged_at: Mapped[datetime | None] = mapped_column(Moment)

"""Runs migrations on the connection that the program hands over."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from phasescope.store.columns import Base, Moment


def render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """A migration names only SQLAlchemy's own types: ours may change after it was released."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


# SQLite cannot change a column in place: a batch copies the table. The SQL is the same everywhere else.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()

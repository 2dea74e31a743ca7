"""Where SQLite and PostgreSQL differ: inserts that may meet an old row, long lists of numbers, and taking turns."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from phasescope.store.tables import Base

Rows = Sequence[dict[str, Any]]


def table(row: type[Base]) -> Table:
    """The table of a row class: thousands of rows are written without making an object of each."""
    return cast(Table, row.__table__)


def dialect(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def _insert(session: Session, row: type[Base]) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table(row)) if dialect(session) == "postgresql" else sqlite.insert(table(row))


def add_missing(session: Session, row: type[Base], rows: Rows) -> None:
    """Insert rows; one whose key is there already is left as it is."""
    if rows:
        session.execute(_insert(session, row).on_conflict_do_nothing(), rows)


def put_rows(session: Session, row: type[Base], rows: Rows) -> None:
    """Insert rows; one whose key is there already is replaced."""
    if not rows:
        return
    target = table(row)
    statement = _insert(session, row)
    keys = [column.name for column in target.primary_key]
    renewed = {column.name: statement.excluded[column.name] for column in target.columns if column.name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=renewed), rows)


def among(column: InstrumentedAttribute[Any], numbers: Iterable[int]) -> ColumnElement[bool]:
    """`column` is one of these numbers. They are written out: databases bind no more than some ten thousand values."""
    values = [int(number) for number in numbers]
    return column.in_(
        bindparam("numbers", values, type_=Integer(), expanding=True, literal_execute=True, unique=True),
    )


def take_turns(session: Session, what: str) -> None:
    """Wait until nobody else is doing `what`. SQLite has one writer at a time anyway."""
    if dialect(session) == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(zlib.crc32(f"phasescope {what}".encode()))))

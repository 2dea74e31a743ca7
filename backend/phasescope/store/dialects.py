"""Where SQLite and PostgreSQL differ: inserts that may meet an old row, long lists of numbers, and taking turns."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Boolean, ColumnElement, Dialect, Table, Text, TypeDecorator, bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from phasescope.store.columns import Base

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


class Numbers(TypeDecorator[list[int]]):
    """Numbers as one value: databases bind no more than some ten thousand values, and each takes time."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> str:
        """JSON for SQLite, an array for PostgreSQL."""
        numbers = ",".join(map(str, value or ()))
        return f"[{numbers}]" if dialect.name == "sqlite" else f"{{{numbers}}}"


class Among(FunctionElement[bool]):
    """A column is one of some numbers."""

    type = Boolean()
    inherit_cache = True


@compiles(Among, "sqlite")
def _among_sqlite(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"


@compiles(Among, "postgresql")
def _among_postgresql(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(part, **options) for part in element.clauses)
    # Not `= ANY(…)`: without the values at hand the planner may look each row up in the array from its beginning.
    return f"{column} IN (SELECT unnest(CAST({numbers} AS INTEGER[])))"


def among(column: InstrumentedAttribute[Any], numbers: Iterable[int]) -> ColumnElement[bool]:
    """`column` is one of these numbers, however many there are."""
    return Among(column, bindparam("numbers", [int(number) for number in numbers], type_=Numbers(), unique=True))


def count_rows(session: Session, *rows: type[Base]) -> None:
    """Tell PostgreSQL's planner how large these tables are: until it looks itself, it takes new rows for none."""
    if dialect(session) == "postgresql":
        session.execute(text(f"ANALYZE {', '.join(table(row).name for row in rows)}"))


def take_turns(session: Session, what: str) -> None:
    """Wait until nobody else is doing `what`. SQLite has one writer at a time anyway."""
    if dialect(session) == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(zlib.crc32(f"phasescope {what}".encode()))))

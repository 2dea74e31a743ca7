"""The open store: one transaction per session, durable when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, select
from sqlalchemy.orm import Session

from phasescope.store.blobs import Blobs
from phasescope.store.tables import ArrayRow, SnapshotRow

POOL = 40  # as many connections as the server has threads
BLOBS = "blobs"  # key in session.info: the files of the store
DISCARDED = "discarded blobs"  # key in session.info: digests that a transaction no longer refers to


class Store:
    """An open store. `blobs` are its files."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self.engine = engine
        self.blobs = blobs
        self._reading = engine.execution_options(phasescope_reads=True)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction that may write; durable when the block ends, nothing of it when the block raises."""
        with Session(self.engine, expire_on_commit=False, info={BLOBS: self.blobs}) as session:
            with session.begin():
                yield session
            discarded = session.info.pop(DISCARDED, set())
        if discarded:
            self._remove_unused(discarded)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only reads: it neither waits for a writer nor makes one wait."""
        info = {BLOBS: self.blobs}
        with Session(self._reading, expire_on_commit=False, info=info) as session, session.begin():
            yield session

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _remove_unused(self, digests: set[str]) -> None:
        """A file goes only after the transaction that let go of it is durable, and only if no other row names it."""
        with Session(self.engine) as session, session.begin():
            used = set(session.scalars(select(SnapshotRow.digest).where(SnapshotRow.digest.in_(digests))))
            used |= set(session.scalars(select(ArrayRow.blob).where(ArrayRow.blob.in_(digests))))
            for digest in digests - used:
                self.blobs.remove(digest)


def engine_of(url: URL) -> Engine:
    """Connections to the database; nothing is opened yet."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, pool_size=POOL, max_overflow=0)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_size=POOL, max_overflow=0, pool_pre_ping=True)
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions: _begin_sqlite does
    # FULL: in WAL mode NORMAL may lose the newest transactions when the power goes, after a worker was told that
    # they are durable and has deleted its own copy.
    for pragma in ("busy_timeout = 30000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: with a plain BEGIN two that read and then write would lose an update."""
    reads = connection.get_execution_options().get("phasescope_reads", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("phasescope_reads", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

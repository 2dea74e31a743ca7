"""Open a store: look at what is there without touching it, then bring its tables up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from phasescope.core.errors import UnreadableStore
from phasescope.store.blobs import Blobs
from phasescope.store.database import Store, engine_of

MIGRATIONS = Path(__file__).with_name("migrations")
SQLITE_HEADER = b"SQLite format 3\0"
ELSEWHERE = "Move it away, or set PHASESCOPE_DATABASE_URL to another place. It was left untouched."


def open_store(url: str, folder: Path) -> Store:
    """The store at `url` (sqlite:///file or postgresql://…), with its blobs under `folder`.

    A new store gets its tables, an old one is brought up to date. Raises UnreadableStore, having changed nothing.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        _check_file(Path(str(address.database)))
    engine = engine_of(address)
    try:
        _bring_up_to_date(engine)
    except OperationalError as error:
        engine.dispose()
        raise UnreadableStore(f"The store {shown(address)} does not answer: {_first_line(error)}.") from error
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, Blobs(folder / "blobs"))


def alembic_config(connection: Connection) -> Config:
    """What Alembic needs to know: the migrations beside this file, and the connection to use."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def shown(address: URL) -> str:
    """The file of an SQLite store, or the address of a PostgreSQL store without its password."""
    if address.get_backend_name() == "sqlite":
        return str(Path(str(address.database)).absolute())
    return address.render_as_string(hide_password=True)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise UnreadableStore(
            f"{url!r} is no address of a store. Give sqlite:///file or postgresql://host/name."
        ) from error
    backend = address.get_backend_name()
    if backend == "sqlite" and address.database not in (None, "", ":memory:"):
        return address.set(drivername="sqlite")
    if backend == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    raise UnreadableStore(
        f"A store is kept in sqlite:///file or postgresql://host/name; {backend} with "
        f"{address.database or 'no name'} was given."
    )


def _check_file(file: Path) -> None:
    """Refuse a file that is no store of ours, before anything opens it for writing."""
    where = file.absolute()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            raise UnreadableStore(f"The store {where} is a folder, not a file. {ELSEWHERE}")
        if not file.exists() or file.stat().st_size == 0:
            return
        with file.open("rb") as opened:
            header = opened.read(len(SQLITE_HEADER))
    except OSError as error:
        raise UnreadableStore(f"The store {where} cannot be opened: {error.strerror}. {ELSEWHERE}") from error
    if header != SQLITE_HEADER:
        raise UnreadableStore(f"The store {where} is not an SQLite database. {ELSEWHERE}")
    _check_tables(file)


def _check_tables(file: Path) -> None:
    where = file.absolute()
    # Immutable: no file beside it is made for this look. Not so where a crash left changes beside it: those count.
    how = "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(f"{where.as_uri()}?{how}", uri=True)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            known = "alembic_version" in tables
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    except sqlite3.Error as error:
        raise UnreadableStore(
            f"The store {where} is damaged: {error}. Restore it from a copy, or set PHASESCOPE_DATABASE_URL to another "
            "place. It was left untouched."
        ) from error
    if tables and (not known or "experiments" not in tables):
        raise UnreadableStore(f"The store {where} is a database of another program. {ELSEWHERE}")
    if found:
        _check_revision(found[0], str(where))


def _check_revision(revision: str, where: str) -> None:
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if revision not in known:
        raise UnreadableStore(
            f"The store {where} was written by a newer Phasescope (its tables have revision {revision}). Update "
            "Phasescope, or set PHASESCOPE_DATABASE_URL to another place. It was left untouched."
        )


def _bring_up_to_date(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # two servers that start together take turns
            connection.execute(text("SELECT pg_advisory_xact_lock(7274496)"))
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is not None:
            _check_revision(revision, shown(engine.url))
        if revision != ScriptDirectory(str(MIGRATIONS)).get_current_head():
            command.upgrade(alembic_config(connection), "head")


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).strip().partition("\n")[0].rstrip(".")

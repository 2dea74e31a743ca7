"""Opening a store: new ones get tables, unreadable ones are refused and left as they are."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text

from phasescope.core.errors import UnreadableStore
from phasescope.store import experiments, open_store
from phasescope.store.columns import Base
from phasescope.store.opening import alembic_config


def hashes(folder: Path) -> dict[str, str]:
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*") if file.is_file()}


def refused(file: Path, folder: Path, sentence: str) -> None:
    """The message names the file and what to do, and nothing has changed."""
    before = hashes(folder)
    with pytest.raises(UnreadableStore, match=sentence) as refusal:
        open_store(f"sqlite:///{file}", folder)
    assert str(file) in str(refusal.value)
    assert "PHASESCOPE_DATABASE_URL" in str(refusal.value)
    assert "left untouched" in str(refusal.value)
    assert hashes(folder) == before


@pytest.fixture
def file(tmp_path):
    return tmp_path / "phasescope.sqlite"


def test_a_new_store_is_made_with_its_folder(tmp_path):
    file = tmp_path / "not" / "there yet" / "phasescope.sqlite"
    store = open_store(f"sqlite:///{file}", tmp_path)
    with store.read() as session:
        assert experiments.count(session) == 0
        tables = set(inspect(session.connection()).get_table_names())
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    store.close()
    assert tables == {*Base.metadata.tables, "alembic_version"}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_store_keeps_what_it_holds_when_it_is_opened_again(lab, tmp_path):
    made = lab.experiment()
    again = open_store(lab.store.engine.url.render_as_string(hide_password=False), tmp_path)
    with again.read() as session:
        assert experiments.get(session, made.id) == made
    again.close()


def test_bytes_that_are_no_database_are_refused(file, tmp_path):
    file.write_bytes(b"garbage" * 1000)
    refused(file, tmp_path, "is not an SQLite database")


def test_a_folder_is_refused(file, tmp_path):
    file.mkdir()
    (file / "kept").write_text("kept")
    refused(file, tmp_path, "is a folder")


def test_a_database_of_another_program_is_refused(file, tmp_path):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
        connection.commit()
    refused(file, tmp_path, "another program")


def test_a_damaged_store_is_refused(file, tmp_path):
    open_store(f"sqlite:///{file}", tmp_path).close()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    refused(file, tmp_path, "damaged")
    file.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    refused(file, tmp_path, "damaged")


def test_a_store_of_a_newer_program_is_refused(file, tmp_path):
    open_store(f"sqlite:///{file}", tmp_path).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    refused(file, tmp_path, "newer Phasescope.*9999")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(UnreadableStore, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}/folder/phasescope.sqlite", tmp_path)


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://localhost/phasescope"])
def test_an_address_that_is_no_store_is_refused(url, tmp_path):
    with pytest.raises(UnreadableStore, match="sqlite:///file or postgresql://host/name"):
        open_store(url, tmp_path)


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path):
    with pytest.raises(UnreadableStore, match="does not answer") as refusal:
        open_store("postgresql://ada:secret@127.0.0.1:1/phasescope", tmp_path)
    assert "127.0.0.1:1/phasescope" in str(refusal.value)
    assert "secret" not in str(refusal.value)


@pytest.mark.postgres
def test_a_postgresql_store_of_a_newer_program_is_refused(postgres_url, tmp_path):
    name = "newer"
    engine = create_engine(postgres_url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as server:
        server.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = postgres_url.removesuffix("postgres") + name
    store = open_store(url, tmp_path)
    with store.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnreadableStore, match=r"newer Phasescope.*9999"):
        open_store(url, tmp_path)
    with store.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    store.close()


def test_the_migrations_make_the_tables_that_the_program_uses(store):
    with store.engine.begin() as connection:
        command.check(alembic_config(connection))  # raises when they differ


def test_migrations_can_be_taken_back_and_made_again(store):
    with store.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        command.upgrade(alembic_config(connection), "head")
        command.check(alembic_config(connection))

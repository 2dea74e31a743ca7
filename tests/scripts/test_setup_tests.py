"""Chromium and PostgreSQL: what is on the machine is found, and installing PostgreSQL starts no database."""

from __future__ import annotations

from pathlib import Path

import pytest
import setup_tests


def program(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


def test_a_browser_in_path_is_found_under_any_of_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PHASESCOPE_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert setup_tests.find_browser() is None
    other = program(tmp_path / "google-chrome")
    assert setup_tests.find_browser() == str(other)
    usual = program(tmp_path / "chromium")
    assert setup_tests.find_browser() == str(usual)
    named = program(tmp_path / "elsewhere/own")
    monkeypatch.setenv("PHASESCOPE_CHROMIUM", str(named))
    assert setup_tests.find_browser() == str(named)


def test_the_newest_postgresql_of_debian_is_found_and_the_one_in_path_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(setup_tests, "POSTGRES_FOLDERS", tmp_path / "postgresql")
    assert setup_tests.find_postgres() is None
    for version in ("9.6", "15"):
        program(tmp_path / "postgresql" / version / "bin/initdb")
    assert setup_tests.find_postgres() == tmp_path / "postgresql/15/bin"
    program(tmp_path / "path/initdb")
    program(tmp_path / "path/pg_ctl")
    assert setup_tests.find_postgres() == tmp_path / "path"


def test_debian_is_told_to_make_no_database_while_installing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = tmp_path / "postgresql-common/createcluster.d/phasescope.conf"
    monkeypatch.setattr(setup_tests, "NO_CLUSTER", setting)
    with setup_tests.no_cluster():
        assert setting.read_text() == "create_main_cluster = false\n"
    assert not setting.exists()

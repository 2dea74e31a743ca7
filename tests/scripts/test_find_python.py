"""The Python that set-up begins with: new enough, really there, and a sentence that helps when there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def folder(scripts: Path, tmp_path: Path) -> Path:
    """A clone without an environment, in a folder with a space, and a `bin` that is all of PATH."""
    clone = tmp_path / "a clone"
    (clone / "scripts").mkdir(parents=True)
    shutil.copy(scripts / "find_python.sh", clone / "scripts")
    programs = clone / "bin"
    programs.mkdir()
    dirname = shutil.which("dirname")
    assert dirname is not None
    (programs / "dirname").symlink_to(dirname)
    return clone


def find(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", "scripts/find_python.sh"]
    path = {"PATH": str(folder / "bin"), **environment}
    return subprocess.run(command, cwd=folder, env=path, check=False, capture_output=True, text=True)


def program(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_without_any_python_it_says_what_to_install(folder: Path) -> None:
    ended = find(folder)
    assert ended.returncode == 1
    assert "Python 3.11 or newer" in ended.stderr
    assert ended.stdout == ""


def test_a_shim_for_a_python_that_is_not_installed_is_passed_over(folder: Path) -> None:
    program(folder / "bin/python3.13", "exit 127")
    program(folder / "bin/python3", f'exec "{sys.executable}" "$@"')
    assert find(folder).stdout.strip() == "python3"


def test_a_python_that_is_too_old_is_passed_over(folder: Path) -> None:
    program(folder / "bin/python3", 'case "$2" in *version_info*) exit 1 ;; esac')
    assert "Python 3.11 or newer" in find(folder).stderr


def test_a_python_without_venv_is_named(folder: Path) -> None:
    program(folder / "bin/python3.11", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    ended = find(folder)
    assert ended.returncode == 1
    assert "python3.11 is here, but its venv module is not" in ended.stderr


def test_the_python_that_is_named_is_taken(folder: Path) -> None:
    assert find(folder, PYTHON=sys.executable).stdout.strip() == sys.executable


def test_the_environment_that_is_here_comes_first(folder: Path) -> None:
    program(folder / ".venv/bin/python", f'exec "{sys.executable}" "$@"')
    assert find(folder, PYTHON=sys.executable).stdout.strip() == "./.venv/bin/python"


def test_the_script_is_found_in_the_makefile_and_can_be_run(scripts: Path) -> None:
    assert "sh scripts/find_python.sh" in (scripts.parent / "Makefile").read_text(encoding="utf-8")
    assert os.access(scripts / "find_python.sh", os.R_OK)

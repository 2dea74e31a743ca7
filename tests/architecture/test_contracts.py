"""The import contracts of pyproject.toml hold, and a contract that is broken is noticed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    # PYTHONPATH comes before the installed package: the copy in `folder` is looked at
    environment = {"PYTHONPATH": str(folder / "backend"), "PATH": ""}
    command = [str(LINT_IMPORTS), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)


def test_the_contracts_hold(root: Path) -> None:
    ended = lint(root)
    assert ended.returncode == 0, ended.stdout


def test_a_folder_that_is_not_placed_fails(root: Path, tmp_path: Path) -> None:
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "backend", tmp_path / "backend", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "backend/phasescope/attic").mkdir()
    (tmp_path / "backend/phasescope/attic/__init__.py").write_text("")
    ended = lint(tmp_path)
    assert ended.returncode == 1
    assert "attic" in ended.stdout


def test_torch_in_the_server_fails(root: Path, tmp_path: Path) -> None:
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "backend", tmp_path / "backend", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "backend/phasescope/server/shortcut.py").write_text("import torch\n")
    ended = lint(tmp_path)
    assert ended.returncode == 1
    assert "phasescope.server.shortcut -> torch" in ended.stdout

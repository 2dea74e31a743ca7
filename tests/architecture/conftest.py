"""The source as the architecture tests see it: folders, files and syntax trees."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "backend/phasescope/store/migrations/versions"  # made by Alembic, never edited afterwards


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sources() -> dict[Path, ast.Module]:
    """Every Python file of the product and its scripts, parsed."""
    files = [*(ROOT / "backend").rglob("*.py"), *(ROOT / "scripts").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    return {
        file: ast.parse(file.read_text(encoding="utf-8"), str(file)) for file in files if MIGRATIONS not in file.parents
    }


@pytest.fixture(scope="session")
def kept_files() -> list[Path]:
    """Every file that git keeps or would keep."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a git clone: nothing says which files are kept")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]

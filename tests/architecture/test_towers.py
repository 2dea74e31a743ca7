"""The two towers stand alone: each starts where the packages of the other cannot be imported.

The import contracts read the source; this runs it, and so sees what they cannot (imports by name, by plug-ins).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LABORATORY = ("core", "recipes", "tasks", "models", "optimizers", "interventions", "engine", "measures", "worker")
READING_ROOM = ("core", "recipes", "analyses", "claims", "figures", "store", "server", "client")

WEB = ("fastapi", "starlette", "uvicorn", "sse_starlette", "pydantic_settings", "orjson")
SQL = ("sqlalchemy", "alembic", "psycopg")
DRAWING = ("plotly", "scipy", "pandas", "matplotlib", "kaleido")
TERMINAL = ("typer", "rich")
TESTS = ("pytest", "hypothesis", "schemathesis", "playwright", "rsatoolbox", "sklearn")

IMPORT_ALL = """
import importlib, pkgutil, sys
for name in {absent!r}:
    sys.modules[name] = None
seen = 0
for room in {rooms!r}:
    package = importlib.import_module("phasescope." + room)
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        # Alembic runs its scripts itself, and a __main__ would start
        if ".migrations." not in found.name and not found.name.endswith("__main__"):
            importlib.import_module(found.name)
            seen += 1
print(seen)
"""

COMMAND = """
import sys
for name in {absent!r}:
    sys.modules[name] = None
sys.argv = ["phasescope", *{words!r}]
from phasescope.cli.main import main
sys.exit(main())
"""


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=240)


@pytest.mark.parametrize(
    ("rooms", "absent"),
    [
        pytest.param(LABORATORY, WEB + SQL + DRAWING + TERMINAL + TESTS, id="laboratory"),
        pytest.param(READING_ROOM, ("torch", *TERMINAL, *TESTS), id="reading room"),
        pytest.param(("core", "recipes"), ("torch", "httpx", *WEB, *SQL, *DRAWING, *TERMINAL, *TESTS), id="core"),
    ],
)
def test_a_tower_imports_without_the_packages_of_the_other(rooms: tuple[str, ...], absent: tuple[str, ...]) -> None:
    ended = python(IMPORT_ALL.format(rooms=rooms, absent=absent))
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) > len(rooms)


def test_every_room_is_in_a_tower(root: Path) -> None:
    rooms = {path.name for path in (root / "backend/phasescope").iterdir() if path.is_dir()} - {"__pycache__"}
    assert rooms == {*LABORATORY, *READING_ROOM, "cli"}


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        pytest.param(("worker", "--help"), WEB + SQL + DRAWING, id="a worker's machine"),
        pytest.param(("serve", "--help"), ("torch",), id="a server's machine"),
        pytest.param(("version",), ("torch", *WEB, *SQL, *DRAWING), id="the least"),
    ],
)
def test_a_command_starts_where_only_its_tower_is_installed(words: tuple[str, ...], absent: tuple[str, ...]) -> None:
    ended = python(COMMAND.format(words=words, absent=absent))
    assert ended.returncode == 0, ended.stderr


def test_blocking_a_package_makes_its_import_fail() -> None:
    ended = python(IMPORT_ALL.format(rooms=("server",), absent=("fastapi",)))
    assert ended.returncode == 1
    assert "fastapi" in ended.stderr

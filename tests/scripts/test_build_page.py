"""The page is built when its sources have changed, by a Node that is new enough, and failure shows where."""

from __future__ import annotations

import json
from pathlib import Path

import build_page
import pytest
import steps

BUILD = """const fs = require('fs');
if (fs.readFileSync('main.js', 'utf8').includes('broken')) { console.log('main.js:1 is broken'); process.exit(1); }
fs.mkdirSync('dist', { recursive: true });
fs.appendFileSync('dist/index.html', 'built ');
"""


@pytest.fixture
def frontend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The smallest page that npm can install and build."""
    frontend = tmp_path / "frontend"
    frontend.mkdir()
    about = {"name": "page", "version": "1.0.0", "scripts": {"build": "node build.cjs"}}
    (frontend / "package.json").write_text(json.dumps(about))
    lock = {"name": "page", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "page"}}}
    (frontend / "package-lock.json").write_text(json.dumps(lock))
    (frontend / "build.cjs").write_text(BUILD)
    (frontend / "main.js").write_text("fine")
    for module in (steps, build_page):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(build_page, "FRONTEND", frontend)
    monkeypatch.setattr(build_page, "MEMORY", steps.Memory(tmp_path / ".cache/page.json"))
    return frontend


def built(frontend: Path) -> int:
    build_page.build()
    return (frontend / "dist/index.html").read_text().count("built")


def test_the_page_is_built_when_something_changed_and_only_then(frontend: Path) -> None:
    (frontend / "node_modules").mkdir()
    assert built(frontend) == 1
    (frontend / "main.js").touch()
    assert built(frontend) == 1
    (frontend / "main.js").write_text("finer")
    assert built(frontend) == 2
    (frontend / "dist/index.html").unlink()
    assert built(frontend) == 1


def test_a_page_that_does_not_build_says_where_and_is_tried_again(frontend: Path) -> None:
    (frontend / "main.js").write_text("broken")
    with pytest.raises(steps.Trouble, match=r"main\.js:1 is broken"):
        build_page.build()
    with pytest.raises(steps.Trouble, match="do not build"):
        build_page.build()


def test_a_missing_lock_file_is_told(frontend: Path) -> None:
    (frontend / "package-lock.json").unlink()
    with pytest.raises(steps.Trouble, match="git checkout frontend"):
        build_page.build()


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v20.19.0\n", True),
        ("v20.20.2\n", True),
        ("v22.12.0\n", True),
        ("v24.19.0\n", True),
        ("v18.20.4\n", False),
        ("v20.18.3\n", False),
        ("v21.7.0\n", False),
        ("v22.11.0\n", False),
        ("", False),
    ],
)
def test_a_node_is_new_enough(version: str, enough: bool) -> None:
    assert build_page.new_enough(version) is enough

"""The documentation as the tests see it: its Markdown files, and what is code in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def pages() -> dict[Path, str]:
    """Every Markdown file of the repository and its text."""
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return {file: file.read_text(encoding="utf-8") for file in files}


@pytest.fixture(scope="session")
def code(pages: dict[Path, str]) -> dict[Path, str]:
    """What stands in backticks, and in blocks between fences."""
    found = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
    return {file: "\n".join(a or b for a, b in found.findall(text)) for file, text in pages.items()}

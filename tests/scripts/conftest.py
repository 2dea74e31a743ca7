"""The set-up scripts are not a package: they are imported as they run, from their own folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))


@pytest.fixture
def scripts() -> Path:
    return SCRIPTS

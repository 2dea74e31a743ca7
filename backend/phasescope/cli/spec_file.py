"""Experiments from a file: YAML or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phasescope.core.errors import InvalidSpec, Problem
from phasescope.core.spec_text import read_text


def read_spec(path: Path) -> dict[str, Any]:
    """The raw experiment in a file; raises InvalidSpec naming the file and the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InvalidSpec([Problem("file", f"{path} cannot be read: {reason}.")]) from error
    return read_text(text, str(path))

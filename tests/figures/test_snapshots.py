"""The numbers in the figures, kept as JSON beside this file.

A wanted change is taken over with PHASESCOPE_RENEW_SNAPSHOTS=1; look at the gallery before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phasescope.figures import FIGURES
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

SNAPSHOTS = Path(__file__).with_name("snapshots")
SITUATIONS: dict[str, Callable[[], Material]] = {
    "finished": lambda: made_up(columns=3, rows=3, seeds=2, checkpoints=9, runs=(1, 2, 9), step=300),
    "unfinished": lambda: made_up(columns=10, rows=2, checkpoints=9, trained=0.3, colour="test_loss", runs=(1, 13)),
}


def rounded(part: Any) -> Any:
    """Numbers to four digits, NaN as its name."""
    if isinstance(part, dict):
        return {key: rounded(value) for key, value in sorted(part.items())}
    if isinstance(part, list):
        return [rounded(value) for value in part]
    if isinstance(part, float):
        return float(f"{part:.4g}") if part == part else "NaN"
    return part


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("name", FIGURES)
def test_numbers(name: str, situation: str, drawn: Callable[[str, Material], dict[str, Any]]) -> None:
    found = rounded(drawn(name, SITUATIONS[situation]()))
    file = SNAPSHOTS / f"{name}_{situation}.json"
    if os.environ.get("PHASESCOPE_RENEW_SNAPSHOTS"):
        file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(file.read_text(encoding="utf-8"))

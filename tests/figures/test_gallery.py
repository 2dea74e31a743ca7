"""The gallery script writes one file with every figure in the situations asked for, which opens without a network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from phasescope.figures import FIGURES

SCRIPT = Path(__file__).parents[2] / "scripts" / "gallery.py"


def test_gallery(tmp_path: Path) -> None:
    out = tmp_path / "gallery.html"
    some = ["no runs", "diverged and undefined"]  # that each figure draws every situation is tested elsewhere
    command = [sys.executable, str(SCRIPT), "--out", str(out), "--situations", *some]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "2 situations" in told
    page = out.read_text(encoding="utf-8")
    assert page.count('class="figure"') == 2 * len(FIGURES) * len(some)
    assert page.count('type="application/json"') == len(FIGURES) * len(some)
    head = page[: page.index("<body>")]
    assert '<script src="' not in head
    assert "<link" not in head

"""The gallery script writes one file with every figure in every situation, which opens without a network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from phasescope.figures import FIGURES
from phasescope.figures.examples import EXAMPLES

SCRIPT = Path(__file__).parents[2] / "scripts" / "gallery.py"


def test_gallery(tmp_path: Path) -> None:
    out = tmp_path / "gallery.html"
    subprocess.run([sys.executable, str(SCRIPT), "--out", str(out)], check=True, capture_output=True, text=True)
    page = out.read_text(encoding="utf-8")
    assert page.count('class="figure"') == 2 * len(FIGURES) * len(EXAMPLES)
    assert page.count('type="application/json"') == len(FIGURES) * len(EXAMPLES)
    head = page[: page.index("<body>")]
    assert '<script src="' not in head
    assert "<link" not in head

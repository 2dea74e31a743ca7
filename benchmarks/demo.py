"""How long a newcomer waits: from the server's start to the first complete 8 × 8 picture, and to the whole demo."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time

import httpx
import report

FIRST, WHOLE = 64, 256
ALLOWED = {FIRST: 90.0, WHOLE: 600.0}  # seconds


def measure(quick: bool) -> list[report.Case]:
    """Seconds against what is allowed; `quick` stops at the first picture."""
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        command = [sys.executable, "-m", "phasescope.cli", "serve", "--json", "--no-browser", "--port", "0"]
        server = subprocess.Popen([*command, "--home", home], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            about = json.loads(server.stdout.readline())
            cases = [case(about, FIRST, began)]
            if not quick:
                cases.append(case(about, WHOLE, began))
            return cases
        finally:
            server.terminate()
            server.wait(60)


def case(about: dict[str, object], runs: int, began: float) -> report.Case:
    """Wait until so many runs are finished."""
    address = f"{about['address']}/api/experiments/{about['demo']}"
    while httpx.get(address).raise_for_status().json()["progress"]["by_state"]["finished"] < runs:
        time.sleep(0.2)
    seconds = time.perf_counter() - began
    name = "first picture, 8 × 8 cells" if runs == FIRST else "the whole, 16 × 16 cells"
    return report.Case(name, round(seconds, 1), ALLOWED[runs], "s", round(ALLOWED[runs] / seconds, 2))


if __name__ == "__main__":
    report.main("demo", __doc__ or "", measure)

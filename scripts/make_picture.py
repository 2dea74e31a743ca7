"""Makes docs/pictures/experiment.png, the README's picture: the real page showing the demo, trained for real.

.venv/bin/python scripts/make_picture.py                  trains the demo first (minutes)
.venv/bin/python scripts/make_picture.py --home FOLDER    uses a data folder in which the demo is finished
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from math import log
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import sync_playwright
from setup_tests import find_browser

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "experiment.png"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
# (decoder learning rate, weight decay): one cell in each of comprehension, grokking and memorisation
CELLS = ((1.0e-3, 1.0), (2.4e-4, 1.5), (4.4e-3, 1.0))
WIDTH, HEIGHT = 1440, 900


def main() -> int:
    """Start a server, wait for its first experiment, take the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="data folder (default: a new one, and the demo is trained)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        home = given.home or Path(fresh)
        command = [sys.executable, "-m", "phasescope.cli", "serve", "--json", "--no-browser", "--port", "0"]
        server = subprocess.Popen([*command, "--home", str(home)], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            address = json.loads(server.stdout.readline())["address"]
            take(address, finished(address))
        finally:
            server.terminate()
            server.wait(30)
    print(f"Wrote {PICTURE.relative_to(Path.cwd()) if PICTURE.is_relative_to(Path.cwd()) else PICTURE}")
    return 0


def finished(address: str) -> dict[str, Any]:
    """The oldest experiment, once it is finished."""
    while True:
        listed = httpx.get(f"{address}/api/experiments").raise_for_status().json()
        oldest: dict[str, Any] = min(listed, key=lambda experiment: experiment["id"])
        if oldest["state"] == "finished":
            return oldest
        time.sleep(2)


def take(address: str, experiment: dict[str, Any]) -> None:
    """The experiment page with three cells selected and the grokking one's drift."""
    runs = httpx.get(f"{address}/api/experiments/{experiment['id']}/runs").raise_for_status().json()
    chosen = [nearest(runs, rate, decay) for rate, decay in CELLS]
    url = f"{address}/experiments/{experiment['id']}?runs={','.join(map(str, chosen))}&run={chosen[1]}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=QUIET)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(url)
        page.locator(".js-plotly-plot .heatmaplayer image").first.wait_for(timeout=60_000)
        page.wait_for_timeout(3000)
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()


def nearest(runs: list[dict[str, Any]], rate: float, decay: float) -> int:
    """The run whose learning rate (in the logarithm) and weight decay are nearest."""

    def away(run: dict[str, Any]) -> float:
        point: dict[str, float] = run["point"]
        return abs(log(point["optimizer.learning_rate"] / rate)) + abs(point["optimizer.weight_decay"] - decay)

    return int(min(runs, key=away)["id"])


if __name__ == "__main__":
    sys.exit(main())

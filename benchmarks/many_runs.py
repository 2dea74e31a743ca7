"""A store of 20,000 runs, and an experiment of 10,000 in the real page: what one waits for, and what it takes.

The runs are written through the store as a worker's are, with real values; server, page and browser are the real ones.
First view: from the address to a drawn phase diagram and a filled table. Frames: while the table is scrolled through
from end to end, how long the slowest twentieth of the frames took. Memory: of the server, and of the page's heap.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import report
from playwright.sync_api import Page, sync_playwright

FILL = Path(__file__).parents[1] / "scripts" / "fill_store.py"
FIRST_VIEW, GALLERY, WARM, FRAME, SERVER, HEAP = 2000.0, 1000.0, 50.0, 50.0, 1500.0, 400.0
SCROLL = """async (seconds) => {
    const place = document.querySelector('.grid-place');
    const end = place.scrollHeight - place.clientHeight;
    const begun = performance.now();
    const taken = [];
    let before = begun;
    while (before < begun + 1000 * seconds) {
        place.scrollTop = end * (before - begun) / (1000 * seconds);
        const now = await new Promise(requestAnimationFrame);
        taken.push(now - before);
        before = now;
    }
    taken.sort((one, other) => one - other);
    const rows = place.querySelectorAll('tbody tr:not([aria-hidden])').length;
    return { slow: taken[Math.floor(0.95 * taken.length)], rows, shown: place.querySelector('tbody tr td') !== null };
}"""
WORK = """async (act) => {
    const begun = performance.now();
    document.querySelector(act).click();
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - begun;
}"""


def measure(quick: bool) -> list[report.Case]:
    """`quick` has a tenth of the runs."""
    share = 10 if quick else 1
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        size = [f"--large={10_000 // share}", "--others=10", f"--each={1000 // share}"]
        command = [sys.executable, str(FILL), name, *size]
        runs = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        with served(home) as (process, address), sync_playwright() as playwright:
            found = os.environ.get("PHASESCOPE_CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            time.sleep(2)
            first = first_view(page, f"{address}/experiments/1")
            again = first_view(page, f"{address}/experiments/1")
            scrolled = page.evaluate(SCROLL, 2 if quick else 5)
            sorting = page.evaluate(WORK, ".grid thead button")
            heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
            page.goto("about:blank")
            time.sleep(2)  # what the page asked for is drawn by then
            cold, warm = figure(address)
            gallery = opened(page, f"{address}/", "a[href='/experiments/1']")
            memory = resident(process.pid)
            browser.close()
    label = f"{runs:,} runs"
    return [
        case(f"first view of 10,000 / {share}, nothing warm", first, FIRST_VIEW, "ms, at most"),
        case("first view again", again, FIRST_VIEW, "ms, at most"),
        case(f"gallery of a store of {label}", gallery, GALLERY, "ms, at most"),
        case("phase diagram, cold", cold, FIRST_VIEW / 4, "ms, at most"),
        case("phase diagram, warm", warm, WARM, "ms, at most"),
        case("scrolling the table, slow frames", scrolled["slow"], FRAME, "ms, at most"),
        case("sorting the table", sorting, 4 * FRAME, "ms, at most"),
        case("memory of the server", memory, SERVER, "MB, at most"),
        case("heap of the page", heap, HEAP, "MB, at most"),
    ]


def case(name: str, taken: float, limit: float, unit: str) -> report.Case:
    """A case against what is promised."""
    return report.Case(name, round(taken, 1), limit, unit, round(limit / max(taken, 0.1), 2))


@contextmanager
def served(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server on that store, without workers."""
    command = [sys.executable, "-m", "phasescope.cli", "serve", "--json", "--no-browser", "--port", "0", "--no-demo"]
    process = subprocess.Popen([*command, "--workers", "0", "--home", str(home)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())["address"]
    finally:
        process.terminate()
        process.wait(60)


def opened(page: Page, address: str, drawn: str) -> float:
    """Milliseconds from the address to what is waited for."""
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(drawn, timeout=60_000)
    return 1000 * (time.perf_counter() - start)


def first_view(page: Page, address: str) -> float:
    """Until the diagram is drawn and the table has rows."""
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("[data-figure=phase_diagram] .heatmaplayer image", state="attached", timeout=60_000)
    page.wait_for_selector(".grid tbody tr td", state="attached", timeout=60_000)
    return 1000 * (time.perf_counter() - start)


def figure(address: str) -> tuple[float, float]:
    """Milliseconds of a phase diagram that was not drawn before, and of one that was."""
    with httpx.Client(base_url=address, timeout=60) as http:
        taken = []
        for _ in range(4):
            start = time.perf_counter()
            http.get("/api/experiments/1/figures/phase_diagram", params={"step": 777}).raise_for_status()
            taken.append(1000 * (time.perf_counter() - start))
    return taken[0], min(taken[1:])


def resident(process: int) -> float:
    """Megabytes that a process holds now."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    report.main("many_runs", __doc__ or "", measure)

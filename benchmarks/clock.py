"""Pictures per second while the clock moves over a 64 × 64 phase diagram: the real page, in headless Chromium.

The experiment is made up and sent as a worker would; server, page and browser are the real ones. `ours` counts the
pictures that were painted on distinct frames of the screen, each of another checkpoint; `other` is what is asked for.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any

import httpx
import numpy as np
import report
from playwright.sync_api import Page, sync_playwright

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.wire import Block, Lease
from phasescope.figures.made_up import made_up

SIDE, CHECKPOINTS, ASKED = 64, 120, 30.0
SERIES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm")
FAMILY = {
    "name": "64 × 64 cells",
    "task": {"name": "toy_addition", "symbols": 6, "train_examples": 15},
    "model": {"name": "embedding_decoder", "width": 8},
    "optimizer": {"name": "adamw"},
    "steps": 5000,
    "checkpoints": {"log_spaced": CHECKPOINTS},
    "measures": ["loss", "accuracy", "weight_norm"],
    "axes": [
        {"path": "optimizer.learning_rate", "log": [1e-4, 1e-2, SIDE]},
        {"path": "optimizer.weight_decay", "linear": [0.0, 20.0, SIDE]},
    ],
}
COUNT = """() => {
    window.painted = new Set();
    const put = CanvasRenderingContext2D.prototype.putImageData;
    let frame = 0;
    const beat = () => { frame += 1; requestAnimationFrame(beat); };
    beat();
    CanvasRenderingContext2D.prototype.putImageData = function (...given) {
        window.painted.add(frame);
        return put.apply(this, given);
    };
}"""
SCRUB = """async (seconds) => {
    const begun = performance.now();
    window.painted.clear();
    let now = begun;
    for (let moves = 0; now < begun + 1000 * seconds; moves += 1) {
        const key = Math.floor(moves / 100) % 2 === 0 ? 'ArrowLeft' : 'ArrowRight';
        window.dispatchEvent(new KeyboardEvent('keydown', { key }));
        now = await new Promise(requestAnimationFrame);
    }
    return window.painted.size / ((now - begun) / 1000);
}"""


def measure(quick: bool) -> list[report.Case]:
    """Coloured by phase and by a series; `quick` looks at phases only."""
    seconds = 2 if quick else 6
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "phasescope.cli", "serve", "--json", "--no-browser", "--port", "0"]
        server = subprocess.Popen(
            [*command, "--no-demo", "--workers", "0", "--home", home], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            address = json.loads(server.stdout.readline())["address"]
            experiment = fill(address)
            with sync_playwright() as playwright:
                found = os.environ.get("PHASESCOPE_CHROMIUM") or shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                colours = ("phase",) if quick else ("phase", "test_accuracy")
                return [case(page, f"{address}/experiments/{experiment}", colour, seconds) for colour in colours]
        finally:
            server.terminate()
            server.wait(60)


def case(page: Page, address: str, colour: str, seconds: int) -> report.Case:
    """Another checkpoint with every frame, to and fro."""
    page.goto(f"{address}?colour={colour}&runs=1,2000,4000")
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot .nsewdrag').length > 3", timeout=60_000)
    page.wait_for_timeout(2500)
    page.evaluate(COUNT)
    rate = page.evaluate(SCRUB, seconds)
    name = f"scrubbing, {SIDE} × {SIDE} by {colour}"
    return report.Case(name, round(rate, 1), ASKED, "pictures/s", round(rate / ASKED, 2))


def fill(address: str) -> int:
    """An experiment whose runs were trained, as far as the server knows."""
    http = httpx.Client(base_url=address, timeout=120)
    experiment: int = http.post("/api/experiments", json=FAMILY).raise_for_status().json()["id"]
    about = {"name": "made up", "device": "cpu", "catalogue": kept_catalogue().model_dump(mode="json")}
    worker = http.post("/api/worker/register", json=about).raise_for_status().json()["worker"]
    known = made_up(columns=SIDE, rows=SIDE, checkpoints=CHECKPOINTS)
    while (answer := http.post("/api/worker/lease", json={"worker": worker, "runs_at_most": 512})).status_code == 200:
        lease = Lease.model_validate(answer.json())
        token = {"worker": worker, "attempt": lease.attempt}
        shard = f"/api/worker/shards/{lease.shard}"
        headers = {"Content-Type": "application/octet-stream"}
        http.put(
            f"{shard}/blocks", params=token, content=block(lease, known).to_bytes(), headers=headers
        ).raise_for_status()
        ends = [{"run": r.run, "state": "finished", "step": lease.steps[-1], "message": None} for r in lease.runs]
        http.post(f"{shard}/finish", json={**token, "runs": ends}).raise_for_status()
    return experiment


def block(lease: Lease, known: Any) -> Block:
    """All checkpoints of the leased runs, from the made-up experiment over the same grid."""
    steps = np.array(lease.steps, dtype=np.int64)
    columns = np.minimum(np.searchsorted(known.curves.steps, steps), len(known.curves.steps) - 1)
    rows = [(leased.run - 1) % (SIDE * SIDE) for leased in lease.runs]
    values = np.stack([known.curves.values[name][np.ix_(rows, columns)] for name in SERIES], axis=-1)
    return Block(
        runs=np.array([leased.run for leased in lease.runs], dtype=np.int64),
        steps=steps,
        counts=np.full(len(rows), len(steps), dtype=np.int64),
        values=np.ascontiguousarray(values.astype(np.float64)),
        series=SERIES,
        versions={"loss": 1, "accuracy": 1, "weight_norm": 1},
    )


if __name__ == "__main__":
    report.main("clock", __doc__ or "", measure)

"""Runs that fail and runs whose worker dies: seen with the reason in words, queued again by one click, completed."""

from __future__ import annotations

import re
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ..made_up_data import write_all
from .exploring import usable

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

OWN_DATA: dict[str, Any] = {
    "name": "Trained on a file",
    "task": {"name": "own_arrays", "file": "own.npz"},
    "model": {"name": "mlp", "width": 8},
    "optimizer": {"name": "adamw"},
    "steps": 40,
    "axes": [{"path": "optimizer.learning_rate", "log": [1e-3, 1e-1, 4]}],
}
LONG: dict[str, Any] = {
    "name": "Its worker dies",
    "task": {"name": "toy_addition", "symbols": 6, "train_examples": 16},
    "model": {"name": "embedding_decoder", "width": 8},
    "optimizer": {"name": "adamw"},
    "steps": 10_000,
    "checkpoints": {"every": 50},
    "axes": [{"path": "optimizer.learning_rate", "log": [1e-3, 1e-1, 4]}],
}


def test_runs_that_failed_say_why_and_one_click_trains_them_again(
    serve: Callable[..., Any], visit: Callable[..., Page], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file that they are trained on is not there at first."""
    data = tmp_path / "files"
    data.mkdir()
    monkeypatch.setenv("PHASESCOPE_DATA", str(data))
    served = serve("--workers", "0", "--no-demo")
    experiment = served.http.post("/api/experiments", json=OWN_DATA).raise_for_status().json()["id"]
    page = visit(f"{served.address}/experiments/{experiment}")
    served.worker()
    trouble = page.get_by_role("list", name="Runs that failed, were lost or diverged")
    expect(
        trouble.locator("summary", has_text=re.compile("Task own_arrays reads files from .*not there"))
    ).to_be_visible(timeout=60_000)
    expect(trouble.get_by_text("4 runs")).to_be_visible()
    usable(page)
    trouble.get_by_role("button", name="4 runs").click()
    expect(page.get_by_text("selected 4", exact=True)).to_be_visible()
    write_all(data)
    trouble.get_by_role("button", name="Queue them again").click()
    expect(trouble).to_have_count(0, timeout=20_000)
    expect(page.get_by_text("4 of 4 runs")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("selected 4", exact=True)).to_be_visible()


@pytest.mark.slow  # a worker counts as silent after half a minute
def test_runs_whose_worker_was_killed_are_told_and_completed(
    serve: Callable[..., Any], visit: Callable[..., Page]
) -> None:
    served = serve("--workers", "0", "--no-demo")
    experiment = served.http.post("/api/experiments", json=LONG).raise_for_status().json()["id"]
    page = visit(f"{served.address}/experiments/{experiment}")
    victim = served.worker(name="victim")
    served.wait(experiment, lambda answer: answer["progress"]["newest_step"] > 0)
    runs = [run["id"] for run in served.http.get(f"/api/experiments/{experiment}/runs").json()]
    with sqlite3.connect(served.home / "phasescope.sqlite") as database:  # five workers died of these two before
        database.execute("update runs set losses = 5 where id in (?, ?)", runs[:2])
    database.close()
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    trouble = page.get_by_role("list", name="Runs that failed, were lost or diverged")
    expect(
        trouble.locator("summary", has_text=re.compile("went silent 6 times; it may need more memory"))
    ).to_be_visible(timeout=60_000)
    expect(trouble.locator("summary", has_text=re.compile("worker went silent.* waits for another"))).to_be_visible()
    expect(trouble.get_by_role("button", name=re.compile("Queue .* again"))).to_have_count(1)  # the others wait already
    usable(page)
    trouble.get_by_role("button", name="Queue them again").click()
    served.worker(name="another")
    expect(trouble).to_have_count(0, timeout=60_000)
    expect(page.get_by_text("4 of 4 runs")).to_be_visible(timeout=60_000)

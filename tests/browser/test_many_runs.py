"""20,000 runs in the store and 10,000 in the table: the page shows them, scrolls, sorts, finds, selects and films."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ..conftest import Served, start_server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]
FILL = Path(__file__).parents[2] / "scripts" / "fill_store.py"
WAIT = 60_000
SLOWEST = """async (frames) => {
    const place = document.querySelector('.grid-place');
    const end = place.scrollHeight - place.clientHeight;
    const taken = [];
    let before = await new Promise(requestAnimationFrame);
    for (let frame = 1; frame <= frames; frame += 1) {
        place.scrollTop = end * frame / frames;
        const now = await new Promise(requestAnimationFrame);
        taken.push(now - before);
        before = now;
    }
    return taken.sort((one, other) => one - other)[Math.floor(0.9 * frames)];
}"""


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on a store of 20,240 runs in eleven experiments."""
    home = tmp_path_factory.mktemp("crowded")
    subprocess.run([sys.executable, str(FILL), str(home)], check=True, capture_output=True)
    served = start_server(home, "--workers", "0", "--no-demo")
    yield served
    served.close()


def test_ten_thousand_rows_are_no_more_work_than_thirty(crowded: Served, visit: Callable[..., Page]) -> None:
    page = visit(f"{crowded.address}/")
    expect(page.get_by_role("link", name=re.compile("Family 0 of 100 × 100")).first).to_be_visible(timeout=WAIT)
    page.goto(f"{crowded.address}/experiments/1")
    grid = page.get_by_role("region", name="List of runs")
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", "10001", timeout=WAIT)
    expect(page.get_by_role("group", name="Phases: cells in each")).to_be_visible(timeout=WAIT)
    rows = grid.locator("tbody tr:not([aria-hidden])")
    assert rows.count() < 60
    assert page.evaluate(SLOWEST, 60) < 250  # milliseconds, also on a machine that does other things
    assert rows.count() < 60
    expect(grid.locator("tbody tr[aria-rowindex='10001']")).to_be_visible()

    grid.get_by_role("button", name="test accuracy").click()
    expect(page).to_have_url(re.compile("sort=test_accuracy"), timeout=WAIT)
    page.get_by_label("Find runs by a regular expression").fill("learning_rate=0.01.*weight_decay=20")
    expect(page.get_by_role("table")).not_to_have_attribute("aria-rowcount", "10001")
    page.get_by_label("Find runs by a regular expression").fill("")
    confusion = page.get_by_role("button", name=re.compile("^confusion"))
    many = int(confusion.locator("b").inner_text().replace(",", ""))
    assert many > 500
    confusion.click()
    expect(page.get_by_text(f"selected {many:,}", exact=True)).to_be_visible(timeout=WAIT)
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("step=0"), timeout=WAIT)
    assert page.evaluate("performance.memory.usedJSHeapSize") < 600e6


def test_all_of_it_is_compared_shared_and_saved(crowded: Served, visit: Callable[..., Page]) -> None:
    page = visit(f"{crowded.address}/compare?with=1&with=2&series=loss&beside=phase_diagram")
    plot = page.get_by_role("region", name="Curves, one over the other").locator(".js-plotly-plot")
    expect(plot).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("10,000 runs")).to_be_visible()
    text = crowded.http.get("/api/experiments/1/runs/csv", timeout=60).text
    assert len(text.splitlines()) == 10_001
    body = {"view": {"experiment": 1}, "title": "All of it", "note": "", "expires_in_days": None}
    path = crowded.http.post("/api/shares", json=body).json()["path"]
    guest = visit(crowded.address + path)
    expect(guest.get_by_role("heading", name="All of it")).to_be_visible(timeout=WAIT)
    expect(guest.get_by_text("all 10,000")).to_be_visible(timeout=WAIT)

"""What a newcomer does: open the gallery, watch a phase diagram fill, click a cell, share it, open the link."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

FAMILY: dict[str, Any] = {
    "name": "A family to watch",
    "task": {"name": "toy_addition", "symbols": 6, "train_examples": 16},
    "model": {"name": "embedding_decoder", "width": 16},
    "optimizer": {"name": "adamw", "embedding_learning_rate": 1e-2, "embedding_weight_decay": 0.0},
    "steps": 1500,
    "checkpoints": {"log_spaced": 30},
    "axes": [
        {"path": "optimizer.learning_rate", "log": [1e-4, 3e-2, 8]},
        {"path": "optimizer.weight_decay", "linear": [0.0, 7.0, 8]},
    ],
    "seeds": 2,
}


@pytest.fixture(scope="module")
def trained(serve_all: Callable[..., Any]) -> tuple[Any, int]:
    """A server and a finished experiment of 64 runs."""
    served = serve_all("--workers", "0", "--no-demo")
    experiment = served.http.post("/api/experiments", json={**FAMILY, "seeds": 1}).json()["id"]
    served.worker()
    served.wait(experiment, lambda answer: answer["state"] == "finished")
    return served, experiment


def figure(page: Page, label: str) -> Any:
    """The Plotly figure of a panel, as drawn: its data."""
    panel = page.get_by_role("region", name=re.compile(label, re.I))
    return panel.locator(".js-plotly-plot").first


def drawn(page: Page, label: str, script: str) -> Any:
    return figure(page, label).evaluate(f"plot => ({script})(plot.data, plot.layout)")


def coloured_cells(page: Page) -> int:
    """Cells of the phase diagram as drawn that have been trained."""
    return int(drawn(page, "phase diagram", "(data, layout) => layout.meta.cells.trained"))


def click_cell(page: Page, across: float, up: float, **options: Any) -> None:
    """Click into the phase diagram at a share of its width and height."""
    area = figure(page, "phase diagram").locator(".nsewdrag").first
    box = area.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
    if options.get("key"):
        page.keyboard.down(options["key"])
    page.mouse.click(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
    if options.get("key"):
        page.keyboard.up(options["key"])


SAME = """(data) => JSON.stringify(data.map(t =>
    [t.name, t.x ? Array.from(t.x) : null, t.y ? Array.from(t.y) : null]))"""
LINES = "(data) => data.filter(t => t.type === 'scatter' && t.x && t.x.length > 5).length"


def test_from_the_gallery_to_a_shared_view(
    serve: Callable[..., Any], visit: Callable[..., Page], shot: Callable[[Page, str], None]
) -> None:
    served = serve("--workers", "0", "--no-demo")
    page = visit(served.address)
    expect(page.get_by_text("Four phases of learning").first).to_be_visible()
    shot(page, "gallery-empty")
    experiment = served.http.post("/api/experiments", json=FAMILY).json()["id"]
    page.get_by_role("link", name=re.compile("A family to watch")).first.click()
    expect(page.get_by_role("heading", name="A family to watch")).to_be_visible()
    assert page.url.startswith(f"{served.address}/experiments/{experiment}")

    watch_it_fill(page, served, experiment)
    shot(page, "experiment-filled")
    select_cells(page)
    shot(page, "experiment-selected")
    guest = visit(share(page, served.address))
    look_at_the_share(guest, page)
    shot(guest, "shared")

    # the address of the page itself opens the same view too
    again = visit(page.url)
    expect(figure(again, "curves")).to_be_visible()
    again.wait_for_timeout(1500)
    assert drawn(again, "curves", SAME) == drawn(page, "curves", SAME)


def watch_it_fill(page: Page, served: Any, experiment: int) -> None:
    """The open page shows the runs end and the diagram fill, without a reload."""
    expect(figure(page, "phase diagram")).to_be_visible()
    before = coloured_cells(page)
    served.worker()
    page.wait_for_function("() => /[1-9]\\d* of 128 runs/.test(document.body.innerText)", timeout=120_000)
    served.wait(experiment, lambda answer: answer["state"] == "finished")
    expect(page.get_by_text(re.compile("128 of 128 runs")).first).to_be_visible(timeout=20_000)
    page.wait_for_timeout(1000)
    assert coloured_cells(page) > before


def select_cells(page: Page) -> None:
    """A click shows that cell's curves and drift; a click with Ctrl adds another cell."""
    click_cell(page, 0.6, 0.1)
    expect(page).to_have_url(re.compile(r"[?&]runs=\d+"))
    page.wait_for_timeout(1500)
    assert drawn(page, "curves", LINES) >= 2, "train and test"
    assert drawn(page, "drift", LINES) >= 3, "one line per layer"
    click_cell(page, 0.1, 0.9, key="Control")
    expect(page).to_have_url(re.compile(r"runs=\d+((%2C|,|&runs=)\d+){3}"))


def share(page: Page, address: str) -> str:
    """Make a link through the dialog."""
    page.get_by_role("button", name="Share").click()
    page.get_by_label("Title").fill("Look at these two")
    page.get_by_label("Note", exact=True).fill("They differ.")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Read-only link").input_value()
    assert re.fullmatch(re.escape(address) + r"/s/[\w-]{16,64}", link)
    return link


def look_at_the_share(guest: Page, page: Page) -> None:
    """A clean profile sees the same figures and nothing that changes anything."""
    expect(guest.get_by_text("Look at these two").first).to_be_visible()
    expect(guest.get_by_text("They differ.").first).to_be_visible()
    expect(figure(guest, "phase diagram")).to_be_visible()
    guest.wait_for_timeout(2000)
    for name in ("Share", "Cancel", "Requeue"):
        expect(guest.get_by_role("button", name=name, exact=True)).to_have_count(0)
    assert drawn(guest, "curves", SAME) == drawn(page, "curves", SAME)


def test_the_clock_scrubs_the_diagram(trained: tuple[Any, int], visit: Callable[..., Page]) -> None:
    served, experiment = trained
    page = visit(f"{served.address}/experiments/{experiment}")
    expect(figure(page, "phase diagram")).to_be_visible()
    page.wait_for_timeout(1500)
    phases = """(data) => JSON.stringify(
        data.filter(t => t.type === 'heatmap').map(t => Array.from(t.z).map(row => Array.from(row))))"""
    newest = drawn(page, "phase diagram", phases)
    page.get_by_role("button", name=re.compile("First checkpoint")).click()
    expect(page).to_have_url(re.compile(r"step=0"))
    page.wait_for_timeout(1500)
    assert drawn(page, "phase diagram", phases) != newest
    page.get_by_role("button", name=re.compile("Last checkpoint")).click()
    page.wait_for_timeout(1500)
    assert drawn(page, "phase diagram", phases) == newest


def test_back_and_forward_retrace_what_was_chosen(trained: tuple[Any, int], visit: Callable[..., Page]) -> None:
    served, experiment = trained
    page = visit(f"{served.address}/experiments/{experiment}?runs=999999&series=mood")
    expect(figure(page, "phase diagram")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/experiments/{experiment}$"))  # nothing there is called so
    colour = page.get_by_role("combobox", name="colour")
    expect(colour).to_have_value("phase")
    expect(page.get_by_text("selected 0", exact=True)).to_be_visible()

    colour.click()
    page.get_by_role("option", name="test accuracy", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?colour=test_accuracy$"))
    click_cell(page, 0.6, 0.1)
    expect(page).to_have_url(re.compile(r"\?colour=test_accuracy&runs=\d+$"))

    page.go_back()
    expect(page).to_have_url(re.compile(r"\?colour=test_accuracy$"))
    expect(page.get_by_text("selected 0", exact=True)).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(rf"/experiments/{experiment}$"))
    expect(colour).to_have_value("phase")
    page.go_forward()
    page.go_forward()
    expect(page).to_have_url(re.compile(r"\?colour=test_accuracy&runs=\d+$"))
    expect(colour).to_have_value("test accuracy")
    expect(page.get_by_text("selected 1", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "width", "height"),
    [
        ("light", 1440, 900),
        ("dark", 1920, 1080),
        ("light", 390, 844),
        pytest.param("dark", 1440, 900, marks=pytest.mark.slow),  # colours do not decide how wide things are
        pytest.param("light", 1920, 1080, marks=pytest.mark.slow),
        pytest.param("dark", 390, 844, marks=pytest.mark.slow),
    ],
)
def test_nothing_sticks_out_on_any_screen(
    trained: tuple[Any, int], visit: Callable[..., Page], shot: Callable[[Page, str], None],
    width: int, height: int, scheme: str,
) -> None:  # fmt: skip
    served, experiment = trained
    run = served.http.get(f"/api/experiments/{experiment}/runs").json()[20]["id"]
    for name, path in (
        ("gallery", "/"), ("experiment", f"/experiments/{experiment}?runs={run}"), ("workers", "/workers"),
        ("recipe", "/recipes/lazy_to_rich"), ("shares", "/shares"), ("nowhere", "/nowhere"),
    ):  # fmt: skip
        page = visit(f"{served.address}{path}", width=width, height=height, scheme=scheme)
        page.wait_for_load_state("networkidle") if name != "experiment" else page.wait_for_timeout(2500)
        across = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert across <= 0, f"{name} is wider than the screen by {across} px"
        last = page.get_by_role("link", name="Shares", exact=True).bounding_box()
        help_button = page.get_by_role("button", name="Help on keys").bounding_box()
        assert last is not None
        assert help_button is not None
        assert last["x"] + last["width"] <= help_button["x"], name
        shot(page, f"{name}-{width}-{scheme}")


def test_a_store_from_a_newer_program_is_left_alone(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    served.close()
    path = served.home / "phasescope.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("update alembic_version set version_num = 'from the future'")
    connection.close()
    with pytest.raises(pytest.fail.Exception, match=r"phasescope\.sqlite"):
        serve("--workers", "0", "--no-demo")

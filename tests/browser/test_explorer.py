"""The experiment page: panels, one clock, selection everywhere, the runs table, live news, and what keys can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .exploring import FAMILY, SCRUBBED, Explored, cell, chosen, panel, ready, usable

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]


def test_whatever_selects_selects_everywhere(explored: Explored, visit: Callable[..., Page]) -> None:
    page = ready(visit(explored.address))
    page.mouse.click(*cell(page, 0.06, 0.06))
    expect(page.get_by_text("selected 2", exact=True)).to_be_visible()  # a cell of two: the third axis
    page.mouse.click(*cell(page, 0.3, 0.06))
    page.mouse.click(*cell(page, 0.06, 0.06))  # for Plotly alone clicks within 300 ms are double clicks
    page.keyboard.down("Shift")
    page.mouse.click(*cell(page, 0.2, 0.2))
    page.keyboard.up("Shift")
    expect(page.get_by_text("selected 8", exact=True)).to_be_visible()  # 2 × 2 cells
    expect(panel(page, "Curves").get_by_text("8 runs")).to_be_visible()

    phase = page.get_by_role("button", name=re.compile("^confusion"))
    cells = int(phase.locator("b").inner_text())
    phase.click()
    expect(page.get_by_text(f"selected {2 * cells}", exact=True)).to_be_visible()

    page.keyboard.press("Escape")
    rows = page.get_by_role("region", name="List of runs").locator("tbody tr")
    rows.nth(0).click()
    rows.nth(3).click(modifiers=["Shift"])
    assert chosen(page) == 4
    expect(page).to_have_url(re.compile(r"runs=\d+"))


def test_a_box_selects(explored: Explored, visit: Callable[..., Page]) -> None:
    page = ready(visit(explored.address))
    page.mouse.move(*cell(page, 0.02, 0.02))
    page.mouse.down()
    page.mouse.move(*cell(page, 0.2, 0.2), steps=4)
    page.mouse.move(*cell(page, 0.36, 0.24), steps=4)
    page.mouse.up()
    expect(page.get_by_text("selected 12", exact=True)).to_be_visible()  # 3 × 2 cells of two runs


def test_hovering_a_run_marks_it_everywhere(explored: Explored, visit: Callable[..., Page]) -> None:
    runs = explored.served.http.get(f"/api/experiments/{explored.experiment}/table").json()["runs"]
    page = ready(visit(f"{explored.address}?runs={runs[0]},{runs[1]}"))
    rows = page.get_by_role("region", name="List of runs").locator("tbody tr")
    rows.nth(0).hover()
    for title in ("Phase diagram", "Curves"):
        expect(panel(page, title).locator(".mark")).to_have_attribute("d", re.compile("^M"))
    page.evaluate("() => window.scrollTo(0, 0)")
    page.mouse.move(*cell(page, 0.06, 0.06))
    expect(rows.nth(0)).to_have_attribute("data-hovered", "true")
    page.mouse.move(5, 5)
    expect(rows.nth(0)).not_to_have_attribute("data-hovered", "true")


def test_the_clock_films_plays_and_rests_in_the_address(explored: Explored, visit: Callable[..., Page]) -> None:
    page = ready(visit(explored.address))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    first, later = page.evaluate(SCRUBBED)
    page.keyboard.press("Shift+ArrowRight")
    assert first is not None
    assert later is not None
    assert first != later
    assert [url for url in asked if "phase_diagram" in url and "step=0" in url] == []  # filmed, not fetched
    expect(page).to_have_url(re.compile(r"step=[1-9]\d*"))
    expect(panel(page, "Phase diagram").locator("[data-filming]")).to_have_count(0)  # the still has come

    page.locator(".clock-mode").get_by_text("from the drop").click()
    expect(page).to_have_url(re.compile("clock=drop"))
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("from_drop=5"))
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause (space)")).to_be_visible()
    expect(page.get_by_role("button", name="Play (space)")).to_be_visible(timeout=15_000)
    expect(page).to_have_url(re.compile("from_drop=1000"))


def test_panels_are_exchanged_moved_enlarged_and_hidden(explored: Explored, visit: Callable[..., Page]) -> None:
    page = ready(visit(explored.address))
    titles = page.locator(".figure-panel h2")
    before = titles.all_inner_texts()
    page.get_by_role("button", name="Curves", exact=True).click()
    page.get_by_role("menuitem", name="Slices").click()
    expect(titles.nth(1)).to_have_text("Slices")
    expect(panel(page, "Slices").locator(".nsewdrag").first).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Enlarge: Slices").click()
    expect(page).to_have_url(re.compile("large=slices"))
    page.get_by_role("button", name="Drift", exact=True).click()
    page.get_by_role("menuitem", name="Hide").click()
    expect(titles).to_have_count(len(before) - 1)
    expect(page).not_to_have_url(re.compile(r"panels=[^&]*\bdrift\b"))  # the address follows what is seen
    again = visit(page.url)
    expect(again.locator(".figure-panel h2")).to_have_text(titles.all_inner_texts())
    page.get_by_role("button", name="The usual panels").click()
    expect(titles).to_have_text(before)


def test_a_filter_and_a_slider_decide_what_is_looked_at(explored: Explored, visit: Callable[..., Page]) -> None:
    page = ready(visit(explored.address))
    field = page.get_by_label("Filter: an expression that a run must fulfil")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    field.fill("weight_decay < 2.5 and phase != 'grokking or so'")
    field.press("Enter")
    expect(page.get_by_text("48 of 128 runs are looked at")).to_be_visible()
    field.fill("wait_decay < 2.5")
    field.press("Enter")
    expect(page.get_by_text("Did you mean 'weight_decay'?").first).to_be_visible()
    page.get_by_role("button", name="Take the filter away").click()
    slider = page.get_by_role("slider", name=re.compile("train examples"))
    slider.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"at=task.train_examples:10"))
    expect(page.get_by_text("64 of 128 runs are looked at")).to_be_visible()


def test_the_table_sorts_finds_groups_and_marks(explored: Explored, visit: Callable[..., Page]) -> None:
    page = ready(visit(explored.address))
    grid = page.get_by_role("region", name="List of runs")
    grid.get_by_role("button", name="test accuracy").click()
    grid.get_by_role("button", name="test accuracy").click()
    expect(page).to_have_url(re.compile("sort=-test_accuracy"))
    shown = grid.locator("tbody tr:not([aria-hidden]) td:nth-last-child(2)").all_inner_texts()
    assert [float(text) for text in shown] == sorted(map(float, shown), reverse=True)

    page.get_by_label("Find runs by a regular expression").fill("train_examples=10.*|nothing")
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", "65")
    page.get_by_label("Find runs by a regular expression").fill("(")
    expect(page.get_by_text("not a regular expression yet")).to_be_visible()
    page.get_by_label("Find runs by a regular expression").fill("")

    grid.locator("tbody tr").nth(1).click()
    page.get_by_role("button", name="Tag, note").click()
    page.get_by_label("Add tags").fill("worth a look")
    page.get_by_role("button", name="Write on 1 run").click()
    expect(grid.get_by_text("worth a look")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(grid.get_by_text("worth a look")).to_have_count(0)
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("all 127", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_text("all 128", exact=True)).to_be_visible()


def test_two_people_see_each_other_s_notes_and_keep_what_they_look_at(
    explored: Explored, visit: Callable[..., Page]
) -> None:
    one, other = ready(visit(explored.address)), ready(visit(f"{explored.address}?series=loss"))
    zoomed = "plot => plot.layout.xaxis.range.join()"
    plot = panel(other, "Curves").locator(".js-plotly-plot")
    whole = plot.evaluate(zoomed)
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    other.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 20)
    other.mouse.down()
    other.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 22, steps=5)
    other.mouse.up()
    other.wait_for_timeout(400)
    before = plot.evaluate(zoomed)
    assert before != whole
    one.get_by_label("Notes on this experiment").fill("Seen: a thin band.")
    one.get_by_label("Notes on this experiment").blur()
    expect(other.get_by_label("Notes on this experiment")).to_have_value("Seen: a thin band.", timeout=15_000)
    expect(other).to_have_url(re.compile(r"\?series=loss$"))
    assert plot.evaluate(zoomed) == before


def test_a_key_moves_through_the_cells(explored: Explored, visit: Callable[..., Page]) -> None:
    page = ready(visit(explored.address))
    cells = page.get_by_role("application")
    cells.focus()
    for key in ("ArrowRight", "ArrowUp", "Enter"):
        cells.press(key)
    expect(page.get_by_text("selected 2", exact=True)).to_be_visible()
    cells.press("ArrowRight")
    cells.press("Shift+Enter")
    expect(page.get_by_text("selected 4", exact=True)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys and pointer")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_every_page(explored: Explored, visit: Callable[..., Page], scheme: str) -> None:
    runs = explored.served.http.get(f"/api/experiments/{explored.experiment}/table").json()["runs"]
    for path in (
        f"/experiments/{explored.experiment}?runs={runs[0]},{runs[9]}",
        "/",
        "/recipes/lazy_to_rich",
        "/workers",
        "/shares",
        "/no",
    ):
        page = visit(f"{explored.served.address}{path}", scheme=scheme)
        page.wait_for_load_state("networkidle")
        usable(page)


def test_a_server_that_comes_back_is_found_again(serve_all: Callable[..., Any], browser: Any, tmp_path: Path) -> None:
    """The page tells that it is alone, and goes on when the server is there again. It logs what it could not fetch."""
    home = tmp_path / "home"
    home.mkdir()
    served = serve_all("--workers", "0", "--no-demo", home=home)
    port = served.address.rpartition(":")[2]
    experiment = served.http.post("/api/experiments", json={**FAMILY, "steps": 20}).json()["id"]
    page = browser.new_page()
    page.goto(f"{served.address}/experiments/{experiment}")
    expect(page.get_by_text("0 of 128 runs")).to_be_visible(timeout=20_000)
    served.close()
    expect(page.get_by_text("Connection lost, trying again …")).to_be_visible(timeout=20_000)
    again = serve_all("--workers", "0", "--no-demo", "--port", port, home=home)
    again.worker()
    again.wait(experiment, lambda answer: answer["state"] == "finished")
    expect(page.get_by_text("128 of 128 runs")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Connection lost, trying again …")).to_have_count(0)
    page.close()

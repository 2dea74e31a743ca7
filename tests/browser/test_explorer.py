"""The experiment page: panels, one clock, selection everywhere, the runs table, live news, and what keys can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
FAMILY: dict[str, Any] = {
    "name": "A family to explore",
    "task": {"name": "toy_addition", "symbols": 6, "train_examples": 16},
    "model": {"name": "embedding_decoder", "width": 16},
    "optimizer": {"name": "adamw", "embedding_learning_rate": 1e-2, "embedding_weight_decay": 0.0},
    "steps": 800,
    "checkpoints": {"log_spaced": 40},
    "axes": [
        {"path": "optimizer.learning_rate", "log": [1e-4, 3e-2, 8]},
        {"path": "optimizer.weight_decay", "linear": [0.0, 7.0, 8]},
        {"path": "task.train_examples", "values": [10, 16]},
    ],
}
VIOLATIONS = """async () => {
    const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}"""
PAINTED = """() => { const film = document.querySelector('.plot-film');
    return film.hidden ? null : film.toDataURL(); }"""


@dataclass
class Explored:
    """A server with one trained experiment."""

    served: Any
    experiment: int

    @property
    def address(self) -> str:
        return f"{self.served.address}/experiments/{self.experiment}"


@pytest.fixture(scope="module")
def explored(serve_all: Callable[..., Any]) -> Explored:
    """128 runs over three axes, trained for real."""
    served = serve_all("--workers", "0", "--no-demo")
    experiment = served.http.post("/api/experiments", json=FAMILY).raise_for_status().json()["id"]
    served.worker()
    served.wait(experiment, lambda answer: answer["state"] == "finished")
    return Explored(served, experiment)


def panel(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def ready(page: Page) -> Page:
    """The page once its figures are drawn and its film has come."""
    expect(panel(page, "Phase diagram").locator(".nsewdrag").first).to_be_visible(timeout=20_000)
    expect(page.get_by_role("group", name="Phases: cells in each")).to_be_visible(timeout=20_000)
    page.wait_for_load_state("networkidle")
    return page


def cell(page: Page, across: float, up: float) -> tuple[float, float]:
    box = panel(page, "Phase diagram").locator(".nsewdrag").first.bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]


def usable(page: Page) -> None:
    """What stands on the page now violates no rule of WCAG 2.2 AA that a program can check."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(VIOLATIONS) == [], page.url


def chosen(page: Page) -> int:
    """How many runs the table says are selected."""
    label = page.get_by_text(re.compile(r"^selected [\d,]+$")).inner_text()
    return int(label.removeprefix("selected ").replace(",", ""))


def test_whatever_selects_selects_everywhere(explored: Explored, visit: Callable[..., Page]) -> None:
    page = ready(visit(explored.address))
    page.mouse.click(*cell(page, 0.06, 0.06))
    expect(page.get_by_text("selected 2", exact=True)).to_be_visible()  # a cell of two: the third axis
    page.wait_for_timeout(500)  # two clicks within 300 ms are a double click to Plotly
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
    page.keyboard.press("Home")
    first = page.evaluate(PAINTED)
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    later = page.evaluate(PAINTED)
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


def test_small_multiples_film_with_the_clock_and_select_everywhere(
    explored: Explored, visit: Callable[..., Page]
) -> None:
    page = ready(visit(f"{explored.address}?panels=phase_diagram,small_multiples,curves&boundaries=true"))
    several = panel(page, "Small multiples")
    expect(several.get_by_text("train examples 16")).to_be_visible(timeout=15_000)
    expect(several.locator(".plot-film")).to_have_count(2, timeout=15_000)
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    hidden = "() => [...document.querySelectorAll('.plot-film')].map(film => film.hidden)"
    assert page.evaluate(hidden) == [False] * 3
    expect(several.locator(".plot-film").first).to_be_hidden(timeout=15_000)  # the still of that step has come
    page.keyboard.press("End")
    expect(page).not_to_have_url(re.compile("step="))
    corner = several.locator(".nsewdrag").nth(1).bounding_box()
    assert corner is not None
    page.mouse.click(corner["x"] + 0.05 * corner["width"], corner["y"] + 0.95 * corner["height"])
    expect(page.get_by_text("selected 1", exact=True)).to_be_visible()  # of a cell of two, the one of 16 examples
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Phase rule").click()
    rule = page.get_by_label("What counts as which phase")
    rule.fill("early: fited <= 800; late: step >= 0")
    page.get_by_role("button", name="Use this rule").click()
    expect(page.get_by_text("there is no series 'fited' in this experiment").first).to_be_visible()
    rule.fill("early: fitted <= 800; late: step >= 0")
    page.get_by_role("button", name="Use this rule").click()
    expect(page.get_by_role("button", name=re.compile("^late: [1-9]"))).to_be_visible(timeout=15_000)
    expect(page).to_have_url(re.compile("rule=early:"))


@pytest.mark.slow
def test_groups_have_a_colour_that_they_keep(explored: Explored, visit: Callable[..., Page]) -> None:
    runs = explored.served.http.get(f"/api/experiments/{explored.experiment}/table").json()["runs"]
    dots = "() => [...document.querySelectorAll('.group-name')].map(e => e.querySelector('i')?.style.background)"
    found = []
    for chosen in (f"{runs[0]},{runs[1]}", f"{runs[1]}-{runs[9]}"):
        page = ready(visit(f"{explored.address}?group=task.train_examples,state&runs={chosen}"))
        page.wait_for_function(f"() => ({dots})().filter(Boolean).length > 0")
        expect(panel(page, "Curves").get_by_text("16 · finished").first).to_be_visible()
        found.append(page.evaluate(dots))
    assert found[0][0] == found[1][0]  # the groups in sight


def test_events_are_corrected_by_hand_and_taken_back(explored: Explored, visit: Callable[..., Page]) -> None:
    run = explored.served.http.get(f"/api/experiments/{explored.experiment}/table").json()["runs"][-1]
    events = f"/api/runs/{run}/series/test_loss/events"
    page = ready(visit(f"{explored.address}?runs={run}&series=loss"))
    page.get_by_role("button", name="Correct …").click()
    editor = page.get_by_role("dialog", name="Events of test loss")
    editor.get_by_role("button", name="Add a drop").click()
    usable(page)
    grips = editor.get_by_role("slider", name=re.compile("drop .*: end"))
    before = int(float(grips.last.get_attribute("aria-valuenow") or ""))
    grips.last.press("ArrowRight")
    expect(grips.last).not_to_have_attribute("aria-valuenow", str(before))
    editor.get_by_label(re.compile("drop .*: onset, step")).last.fill("3")
    editor.get_by_label("Why").fill("seen by eye")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0)
    kept = explored.served.http.get(events).json()
    assert (kept["correction"]["drops"][-1]["onset"], kept["correction"]["note"]) == (3, "seen by eye")
    assert len(kept["correction"]["drops"]) == len(kept["drops"]) + 1

    page.get_by_role("button", name="Correct …").click()
    grip = editor.get_by_role("slider", name=re.compile("drop .*: onset")).last
    expect(grip).to_have_attribute("aria-valuenow", "3")
    box = grip.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(grip).not_to_have_attribute("aria-valuenow", "3")
    editor.get_by_role("button", name="Take the correction back").click()
    expect(editor).to_have_count(0)
    assert explored.served.http.get(events).json()["correction"] is None


def test_a_draft_outlives_a_reload(explored: Explored, visit: Callable[..., Page]) -> None:
    page = visit(f"{explored.served.address}/new?experiment={explored.experiment}")
    page.get_by_role("textbox", name="Name", exact=True).fill("Half written")
    page.reload()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Half written")
    page.get_by_role("button", name="Begin anew").click()
    expect(page.get_by_role("textbox", name="Name", exact=True)).not_to_have_value("Half written")


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


def test_an_experiment_grows_where_it_tells_most(explored: Explored, visit: Callable[..., Page]) -> None:
    """What is proposed is shown with its cost; accepted, it is trained before one's eyes."""
    page = ready(visit(explored.address))
    page.get_by_role("button", name="Grow").click()
    page.get_by_role("menuitem", name="Refine at the boundary").click()
    dialog = page.get_by_role("dialog", name="Refine at the boundary")
    dialog.get_by_label("At most so many points").fill("2")
    expect(dialog.get_by_role("button", name="Train 4 more runs")).to_be_enabled(timeout=20_000)  # 2 points, 2 examples
    expect(dialog.locator("tbody tr")).to_have_count(2)
    usable(page)
    dialog.get_by_role("button", name="Train 4 more runs").click()
    expect(page.get_by_text("132 of 132 runs")).to_be_visible(timeout=60_000)

    page.get_by_role("application").press("Enter")  # the lowest cell on the left
    expect(page.get_by_text("selected 2", exact=True)).to_be_visible()
    page.get_by_role("button", name="Grow").click()
    page.get_by_role("menuitem", name="More seeds here").click()
    page.get_by_role("button", name="Train 2 more runs").click()
    expect(page.get_by_text("134 of 134 runs")).to_be_visible(timeout=60_000)

    page.get_by_role("button", name="Grow").click()
    page.get_by_role("menuitem", name="Fork this run").click()
    page.get_by_label("Its values from then on").fill("0.1, 0.001")
    page.get_by_role("link", name="Open the draft").click()
    expect(page).to_have_url(re.compile(r"/new\?.*field=learning_rate&value=0.1&value=0.001"))
    expect(page.get_by_role("button", name="Start the experiment")).to_be_enabled(timeout=20_000)


def test_what_is_deleted_can_be_taken_back(explored: Explored, visit: Callable[..., Page]) -> None:
    page = ready(visit(explored.address))
    whole = explored.served.http.get(f"/api/experiments/{explored.experiment}").json()["progress"]["runs"]
    page.get_by_label("Filter: an expression that a run must fulfil").fill("archived or seed >= 0")  # also what is away
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("filter="))
    page.get_by_role("region", name="List of runs").locator("tbody tr").nth(0).click()
    page.get_by_role("button", name="Archive").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text(f"all {whole - 1}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_text(f"all {whole}", exact=True)).to_be_visible()

    page.goto(explored.served.address)
    page.get_by_role("button", name=f"Archive: {FAMILY['name']}, number {explored.experiment}").click()
    page.get_by_role("button", name="Archived and deleted").click()
    page.get_by_role("button", name=f"Delete: {FAMILY['name']}").click()
    expect(page.get_by_role("link", name=FAMILY["name"])).to_have_count(0)
    assert explored.served.http.get(f"/api/experiments/{explored.experiment}").status_code == 404
    page.reload()
    page.get_by_role("button", name="Archived and deleted").click()
    page.get_by_role("button", name=f"Take back: {FAMILY['name']}").click()
    expect(page.get_by_role("link", name=FAMILY["name"])).to_be_visible()
    assert explored.served.http.get(f"/api/experiments/{explored.experiment}").status_code == 200


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

"""The experiment page: looking closer, correcting what was found, growing an experiment, and taking back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .exploring import FAMILY, Explored, panel, ready, usable

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]


def test_small_multiples_film_with_the_clock_and_select_everywhere(
    explored: Explored, visit: Callable[..., Page]
) -> None:
    page = ready(visit(f"{explored.address}?panels=phase_diagram,small_multiples,curves&boundaries=true"))
    several = panel(page, "Small multiples")
    expect(several.get_by_text("16", exact=True)).to_be_visible(timeout=15_000)
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

    cells = several.get_by_role("application")
    cells.focus()
    for _ in range(8):
        cells.press("ArrowRight")  # over the edge, into the second diagram
    said = cells.get_by_role("status")
    expect(said).to_have_text(re.compile(r"Column 1, row 1\. train examples 16: \w+: learning rate"))
    cells.press("Shift+ArrowRight")
    cells.press("Shift+ArrowUp")
    expect(page.get_by_text("selected 4", exact=True)).to_be_visible()  # 2 × 2 cells of that diagram alone
    usable(page)
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
    grip.hover()  # waits until the dialog stands still
    box = grip.bounding_box()
    assert box is not None
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(grip).not_to_have_attribute("aria-valuenow", "3")
    editor.get_by_role("button", name="Take the correction back").click()
    expect(editor).to_have_count(0)
    assert explored.served.http.get(events).json()["correction"] is None


def test_a_draft_outlives_a_reload_and_is_a_link(explored: Explored, visit: Callable[..., Page]) -> None:
    page = visit(f"{explored.served.address}/new?experiment={explored.experiment}")
    page.get_by_role("textbox", name="Name", exact=True).fill("Half written")
    page.reload()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Half written")
    colleague = visit(page.url)
    expect(colleague.get_by_role("textbox", name="Name", exact=True)).to_have_value("Half written")
    page.get_by_role("button", name="Begin anew").click()
    expect(page.get_by_role("textbox", name="Name", exact=True)).not_to_have_value("Half written")


def test_an_experiment_grows_where_it_tells_most(explored: Explored, visit: Callable[..., Page]) -> None:
    """What is proposed is shown with its cost; accepted, it is trained before one's eyes."""
    explored.served.worker()
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

    other = ready(visit(explored.address))
    page.goto(explored.served.address)
    page.get_by_role("button", name=f"Archive: {FAMILY['name']}, number {explored.experiment}").click()
    page.get_by_role("button", name="Archived and deleted").click()
    page.get_by_role("button", name=f"Delete: {FAMILY['name']}").click()
    expect(page.get_by_role("link", name=FAMILY["name"])).to_have_count(0)
    expect(other.get_by_role("heading", name=f"{FAMILY['name']} was deleted")).to_be_visible()
    usable(other)
    assert explored.served.http.get(f"/api/experiments/{explored.experiment}").status_code == 404
    page.reload()
    page.get_by_role("button", name="Archived and deleted").click()
    page.get_by_role("button", name=f"Take back: {FAMILY['name']}").click()
    expect(page.get_by_role("link", name=FAMILY["name"])).to_be_visible()
    assert explored.served.http.get(f"/api/experiments/{explored.experiment}").status_code == 200
    ready(other)  # back again by itself, and it has asked for nothing that was not there: that would be an error

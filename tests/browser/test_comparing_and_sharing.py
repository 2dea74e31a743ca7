"""Writing an experiment, comparing runs of two, and handing on what one sees, in a real browser on real training."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from ..conftest import Served, start_server

expect.set_options(timeout=20_000)  # the first figure of a page brings Plotly with it
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
OLD = json.loads(Path(__file__).with_name("old_addresses.json").read_text(encoding="utf-8"))
FIRST: dict[str, Any] = {
    "name": "A first family",
    "task": {"name": "toy_addition", "symbols": 6, "train_examples": 16},
    "model": {"name": "embedding_decoder", "width": 8},
    "optimizer": {"name": "adamw", "embedding_learning_rate": 1e-2, "embedding_weight_decay": 0.0},
    "steps": 60,
    "checkpoints": {"log_spaced": 16},
    "measures": ["loss", "accuracy", "weight_norm", {"name": "representations", "checkpoints": {"log_spaced": 8}}],
    "axes": [
        {"path": "optimizer.learning_rate", "log": [1e-3, 3e-2, 3]},
        {"path": "optimizer.weight_decay", "linear": [0.0, 4.0, 3]},
    ],
}
SECOND = {**FIRST, "name": "A second family", "model": {"name": "mlp", "width": 8}, "steps": 40}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with two trained experiments."""
    served = start_server(tmp_path_factory.mktemp("home"), "--workers", "0", "--no-demo")
    numbers = [served.http.post("/api/experiments", json=spec).json()["id"] for spec in (FIRST, SECOND)]
    served.worker()
    for number in numbers:
        served.wait(number, lambda answer: answer["state"] == "finished")
    yield served
    served.close()


def drawn(page: Page, name: str) -> Any:
    """The data of a drawn figure, by the name of its panel."""
    plot = page.get_by_role("region", name=name, exact=True).locator(".js-plotly-plot").first
    expect(plot).to_be_visible()
    return plot.evaluate(
        "plot => plot.data.map(t => [t.name ?? null, ...[t.x, t.y].map(v => Array.from(v ?? []).slice(0, 5))])"
    )


def violations(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = "axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html.slice(0, 200)]))"
    return list(page.evaluate(found))


def test_form_and_text_are_one_experiment(
    house: Served, visit: Callable[..., Page], shot: Callable[[Page, str], None]
) -> None:
    page = visit(f"{house.address}/new?experiment=1")
    text = page.get_by_label("As text (YAML)")
    expect(text).to_have_value(re.compile("name: A first family"))
    expect(page.get_by_role("status").get_by_text("9", exact=True)).to_be_visible()

    page.get_by_label("symbols").fill("7")
    expect(text).to_have_value(re.compile(r"task: \{name: toy_addition, symbols: 7, train_examples: 16\}"))
    text.fill(text.input_value().replace("symbols: 7", "symbols: 8").replace("steps: 60", "steps: 1e1"))
    expect(page.get_by_label("symbols")).to_have_value("8")
    expect(page.get_by_label("steps", exact=True)).to_have_value("10")

    page.get_by_label("train examples").fill("1000")
    expect(page.get_by_text("train_examples leaves no test example").first).to_be_visible()
    start = page.get_by_role("button", name="Start the experiment")
    expect(start).to_be_disabled()
    page.get_by_label("train examples").fill("20")
    expect(start).to_be_enabled()
    text.fill("name: [")
    expect(page.get_by_text("The text is not YAML").first).to_be_visible()
    expect(start).to_be_disabled()
    page.get_by_label("Name", exact=False).first.fill("Written by hand")
    expect(text).to_have_value(re.compile("^name: Written by hand\ntask: "))
    expect(start).to_be_enabled()
    shot(page, "new-experiment")
    assert violations(page) == []
    start.click()
    expect(page.get_by_role("heading", name="Written by hand")).to_be_visible()
    made = house.http.get("/api/experiments").json()[0]
    assert made["name"] == "Written by hand"
    assert house.http.get(f"/api/experiments/{made['id']}").json()["spec"]["task"]["symbols"] == 8


def test_an_experiment_begins_from_a_recipe_a_cell_a_fork_and_a_closer_look(
    house: Served, visit: Callable[..., Page]
) -> None:
    page = visit(f"{house.address}/new")
    page.get_by_role("combobox", name="begin with").click()
    page.get_by_role("option", name=re.compile("Four phases of learning \\(small\\)")).click()
    text = page.get_by_label("As text (YAML)")
    expect(text).to_have_value(re.compile("Four phases of learning"))
    run = house.http.get("/api/experiments/1/runs").json()[4]
    page.goto(f"{house.address}/new?experiment=1&run={run['id']}")
    expect(text).to_have_value(re.compile("learning_rate: 0.00547723"))
    expect(text).not_to_have_value(re.compile("axes:"))
    page.goto(f"{house.address}/new?experiment=1&run={run['id']}&around=1")
    expect(text).to_have_value(re.compile(r"path: optimizer.weight_decay, linear: \[0(\.0)?, 4(\.0)?, 3\]"))
    page.goto(f"{house.address}/new?experiment=1&run={run['id']}&step=10&field=weight_decay&value=0.1&value=1")
    expect(text).to_have_value(re.compile("change_setting"))
    page.goto(f"{house.address}/new?experiment=1&runs={run['id']}&begin=10&end=40&count=20")
    expect(text).to_have_value(re.compile(r"steps: 40"))
    expect(page.get_by_role("button", name="Start the experiment")).to_be_enabled()


def test_runs_of_two_experiments_side_by_side(
    house: Served, visit: Callable[..., Page], shot: Callable[[Page, str], None]
) -> None:
    page = visit(f"{house.address}/compare")
    expect(page.get_by_text("Nothing is compared yet.")).to_be_visible()
    add_a_side(page, "A first family", pick=True)
    expect(page).to_have_url(re.compile(r"/compare\?with=1:\d+$"))
    add_a_side(page, "A second family", pick=False)
    expect(page).to_have_url(re.compile(r"/compare\?with=1:\d+&with=2$"))
    differs = page.get_by_role("region", name="What differs", exact=True)
    expect(differs.get_by_role("row", name=re.compile("model · name embedding_decoder mlp"))).to_be_visible()
    assert {name for name, *_ in drawn(page, "Curves, one over the other")} >= {"train", "test"}
    drawn(page, "Curves, side by side")
    drawn(page, "Events")
    expect(page.get_by_role("region", name="Drift of B")).to_be_visible()
    layers = drawn(page, "Similarity of layers")[0][1]
    assert {name.split()[0] for name in layers} == {"A", "B"}
    shot(page, "compare")
    assert violations(page) == []

    films = ["Representation of A", "Representation of B", "Similarity of layers"]
    last = {name: (drawn(page, name), words_of(page, name)) for name in films}
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name=re.compile("First checkpoint")).click()
    expect(page).to_have_url(re.compile(r"with=2&step=0$"))
    for name in films:
        assert "at step 0" in words_of(page, name)
        assert words_of(page, name) != last[name][1]
    assert drawn(page, films[0]) != last[films[0]][0]
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile(r"with=2$"))
    assert {name: (drawn(page, name), words_of(page, name)) for name in films} == last
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile(r"with=2&step=0$"))
    assert [url for url in asked if "/api/" in url] == []  # all is filmed: the clock asks for nothing
    link = page.url
    page.get_by_role("button", name="Remove A").click()
    expect(page).to_have_url(re.compile(r"/compare\?with=2&step=0$"))  # the rest of the view is kept
    page.go_back()
    expect(page).to_have_url(link)
    expect(page.get_by_role("button", name="Remove B")).to_be_visible()

    again = visit(link)
    name = "Curves, side by side"
    assert drawn(again, name) == drawn(page, name)


def words_of(page: Page, name: str) -> str:
    """What a drawn figure says above its axes."""
    plot = page.get_by_role("region", name=name, exact=True).locator(".js-plotly-plot").first
    return str(plot.evaluate("plot => plot.layout.annotations.map(note => note.text).join()"))


def add_a_side(page: Page, experiment: str, *, pick: bool) -> None:
    page.get_by_role("button", name="Add a side").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Experiment").click()
    dialog.get_by_role("option", name=re.compile(experiment)).click()
    if pick:
        area = dialog.locator(".js-plotly-plot .nsewdrag").first
        expect(area).to_be_visible()
        page.wait_for_timeout(500)
        box = area.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
        dialog.get_by_role("button", name="Compare 1 run").click()
    else:
        dialog.get_by_role("button", name="Compare all its runs").click()
    expect(dialog).to_have_count(0)


def share(page: Page, title: str) -> str:
    page.get_by_role("button", name="Share").click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("switch", name="May be embedded").check()
    page.get_by_role("button", name="Make the link").click()
    return page.get_by_label("Read-only link").input_value()


def test_a_comparison_is_shared_and_embedded(
    house: Served, visit: Callable[..., Page], browser: Browser, tmp_path: Path, shot: Callable[[Page, str], None]
) -> None:
    page = visit(f"{house.address}/compare?with=1:1,2&with=2:10-12&step=10")
    drawn(page, "Events")
    link = share(page, "Look at both")
    guest = visit(link, scheme="dark")
    expect(guest.get_by_role("heading", name="Look at both")).to_be_visible()
    name = "Curves, one over the other"
    assert drawn(guest, name) == drawn(page, name)
    for action in ("Share", "Add a side", "Remove A", "Start the experiment"):
        expect(guest.get_by_role("button", name=action, exact=True)).to_have_count(0)
    expect(guest.get_by_role("link", name=re.compile("family"))).to_have_count(0)
    assert violations(guest) == []
    shot(guest, "shared-comparison")
    asked: list[str] = []
    guest.on("request", lambda request: asked.append(request.url))
    guest.keyboard.press("Home")
    expect(guest.locator(".clock-step")).to_have_text("step 0")
    guest.wait_for_timeout(300)
    assert "at step 0" in words_of(guest, "Similarity of layers")
    guest.get_by_role("button", name="Save: Events").click()
    with guest.expect_download() as download:
        guest.get_by_role("menuitem", name="Values (CSV)").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("side,run,")
    token = link.rpartition("/")[2]
    assert [url for url in asked if "/api/" in url and f"/api/shared/{token}/" not in url] == []

    closed = house.http.post(
        "/api/shares", json={"view": {"experiment": 1}, "title": "Not framed", "note": "", "expires_in_days": 1}
    ).json()["path"]
    embedding = link.replace("/s/", "/embed/")
    frames = "".join(
        f'<iframe src="{address}" width="900" height="600"></iframe>'
        for address in (embedding, link, house.address + closed.replace("/s/", "/embed/"))
    )
    (tmp_path / "index.html").write_text(f"<title>Elsewhere</title>{frames}", encoding="utf-8")
    with elsewhere(tmp_path) as address:
        other = browser.new_page()
        other.goto(address)
        allowed, refused, never_made_so = other.frames[1:4]
        expect(allowed.get_by_role("heading", name="Look at both")).to_be_visible()
        assert "Look at both" not in refused.locator("html").inner_text()
        assert "Not framed" not in never_made_so.locator("html").inner_text()
        other.close()


class elsewhere:
    """A page of another site."""

    def __init__(self, folder: Path) -> None:
        quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder)))
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self) -> str:
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def print_and_look(page: Page) -> None:
    """The page and one figure as PDF: of the screen's width, in light ink, without what can be pressed."""
    for name in ("Similarity of layers", "Representation of B", "Events"):
        drawn(page, name)
    page.wait_for_load_state("networkidle")
    whole = page.pdf(prefer_css_page_size=True, print_background=True)
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", whole)
    assert 1 <= len(sheets) <= 3
    assert {round(float(wide) * 4 / 3) for wide, _ in sheets} == {1440}  # points of CSS pixels: as wide as the screen
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.get_by_role("region", name="Clock")).to_be_hidden()
    plot = page.get_by_role("region", name="Events", exact=True).locator(".js-plotly-plot")
    assert plot.evaluate("plot => plot.layout.template.layout.font.color") == "#24292f"  # of the light theme
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="null")
    expect(page.get_by_role("banner")).to_be_visible()
    assert plot.evaluate("plot => plot.layout.template.layout.font.color") != "#24292f"

    page.evaluate("() => { window.print = () => window.dispatchEvent(new Event('beforeprint')); }")
    page.get_by_role("button", name="Save: Events").click()
    page.get_by_role("menuitem", name="Print, or PDF").click()
    expect(page.locator("html[data-print-alone]")).to_be_attached()
    (sheet,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    box = plot.bounding_box()
    assert box is not None
    assert box["width"] < float(sheet[0]) * 4 / 3 < box["width"] + 80


def test_figures_are_saved_as_pictures_values_and_pages(
    house: Served, visit: Callable[..., Page], browser: Browser, tmp_path: Path
) -> None:
    page = visit(f"{house.address}/compare?with=1:1&with=2:10", scheme="dark")
    drawn(page, "Curves, one over the other")
    saved = {}
    labels = ("Picture (PNG)", "Picture (SVG)", "Values (CSV)", "Values (Parquet)", "Values (NumPy)")
    for label in (*labels, "Page of its own (HTML)"):
        page.get_by_role("button", name="Save: Curves, one over the other").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=label).click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        saved[file.suffix] = file
    print_and_look(page)
    assert saved[".png"].read_bytes().startswith(b"\x89PNG")
    assert "<svg" in saved[".svg"].read_text(encoding="utf-8")
    assert saved[".csv"].read_text(encoding="utf-8").splitlines()[0].startswith("side,run,")
    assert saved[".parquet"].read_bytes()[:4] == saved[".parquet"].read_bytes()[-4:] == b"PAR1"
    with np.load(io.BytesIO(saved[".npz"].read_bytes()), allow_pickle=False) as arrays:
        assert "A.values.test_accuracy" in arrays
    alone = browser.new_context(offline=True).new_page()
    alone.goto(saved[".html"].as_uri())
    expect(alone.locator(".js-plotly-plot .scatterlayer .trace").first).to_be_attached()
    film = house.http.get("/api/comparisons/figures/layers_together/html?with=1:1&with=2:10&step=0").text
    (tmp_path / "film.html").write_text(film, encoding="utf-8")
    alone.goto((tmp_path / "film.html").as_uri())
    words = "() => document.getElementById('figure').layout.annotations[0].text"
    alone.wait_for_function("() => document.querySelector('.heatmaplayer image') !== null")
    assert alone.evaluate(words).startswith("at step 0")
    alone.get_by_role("slider").click(trial=True)  # the figure does not lie over it
    alone.get_by_role("slider").press("End")
    assert alone.evaluate(words).startswith("at step 60")
    alone.context.close()


def test_a_long_address_is_copied_as_a_short_one(house: Served, visit: Callable[..., Page]) -> None:
    sides = "&".join(f"with=1:{','.join(str(run) for run in range(1, 10, 2))}" for _ in range(6))
    page = visit(
        f"{house.address}/compare?{sides}&beside=drift,curves,phase_diagram,plateau_anatomy&series=weight_norm"
    )
    drawn(page, "Curves, one over the other")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    short = page.evaluate("() => navigator.clipboard.readText()")
    assert re.fullmatch(re.escape(house.address) + r"/v/[a-z2-7]{8}", short)
    again = visit(short)
    expect(again).to_have_url(page.url)
    assert drawn(again, "Curves, one over the other") == drawn(page, "Curves, one over the other")


@pytest.mark.parametrize("old", OLD, ids=lambda old: old["address"][:40])
def test_old_addresses_keep_opening(house: Served, visit: Callable[..., Page], old: dict[str, str]) -> None:
    page = visit(house.address + old["address"])
    expect(page.get_by_text(old["shows"]).first).to_be_visible(timeout=15_000)
    expect(page.locator(".failure")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_and_everybody_can_use_it(
    house: Served, visit: Callable[..., Page], shot: Callable[[Page, str], None], width: int, height: int, scheme: str
) -> None:
    for name, path in (("new", "/new?experiment=1"), ("compare", "/compare?with=1:1,2&with=2:10&beside=drift,curves")):
        page = visit(house.address + path, width=width, height=height, scheme=scheme)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)
        across = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert across <= 0, f"{name} is wider than the screen by {across} px"
        assert violations(page) == []
        shot(page, f"{name}-{width}-{scheme}")

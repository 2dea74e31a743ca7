"""What the tests of the explorer share: a family of runs, and words for what one does on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

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
SCRUBBED = """async () => {  // in one go: the clock must not come to rest between two keys, however slow the machine
    const press = (key, shiftKey = false) =>
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }));
    const painted = async () => {
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        const film = document.querySelector('.plot-film');
        return film.hidden ? null : film.toDataURL();
    };
    press('Home');
    const first = await painted();
    for (let time = 0; time < 12; time += 1) {
        press('ArrowRight', true);
        await new Promise(requestAnimationFrame);
    }
    return [first, await painted()];
}"""


@dataclass
class Explored:
    """A server with one trained experiment."""

    served: Any
    experiment: int

    @property
    def address(self) -> str:
        return f"{self.served.address}/experiments/{self.experiment}"


def panel(page: Page, title: str) -> Locator:
    """The panel of this title."""
    return page.get_by_role("region", name=title, exact=True)


def ready(page: Page) -> Page:
    """The page once its figures are drawn and its film has come."""
    expect(panel(page, "Phase diagram").locator(".nsewdrag").first).to_be_visible(timeout=20_000)
    expect(page.get_by_role("group", name="Phases: cells in each")).to_be_visible(timeout=20_000)
    page.wait_for_load_state("networkidle")
    return page


def cell(page: Page, across: float, up: float) -> tuple[float, float]:
    """A place in the phase diagram, from its lower left corner, in shares of its size."""
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

"""A real Chromium in front of the real stack. A page that logs an error fails its test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ..conftest import start_server
from .exploring import FAMILY, Explored

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHOTS = Path(__file__).parents[2] / "artifacts" / "screenshots"


@pytest.fixture(scope="module")  # not longer: while playwright is open its event loop occupies the thread
def browser() -> Iterator[Browser]:
    """One Chromium for a file of tests: the system's, or else the one that playwright brought."""
    found = os.environ.get("PHASESCOPE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a clean profile; console errors and uncaught exceptions fail the test at its end."""
    contexts, errors = [], []

    def open_page(address: str, *, width: int = 1440, height: int = 900, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keep a screenshot for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}.png")

    return keep


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The home of a server that has trained 128 runs over three axes, for real; and the experiment they are of."""
    home = tmp_path_factory.mktemp("trained")
    served = start_server(home, "--workers", "0", "--no-demo")
    experiment = served.http.post("/api/experiments", json=FAMILY).raise_for_status().json()["id"]
    served.worker()
    served.wait(experiment, lambda answer: answer["state"] == "finished")
    served.close()
    return home, experiment


@pytest.fixture(scope="module")
def explored(
    trained: tuple[Path, int], serve_all: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Explored:
    """A server of this file's own on a copy of what was trained, without a worker."""
    home, experiment = trained
    own = tmp_path_factory.mktemp("explored") / "home"
    shutil.copytree(home, own)
    served = serve_all("--workers", "0", "--no-demo", home=own)
    return Explored(served, experiment)

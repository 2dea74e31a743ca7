"""A real server on a real store in a temporary folder, spoken to as a browser or a worker would."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from phasescope.server.app import create_app
from phasescope.server.settings import Settings

from .toy_worker import ToyWorker, family

PROGRAM = """
import sys
from phasescope.server.app import create_app
from phasescope.server.serve import choose_port, run
from phasescope.server.settings import read_settings

port, note = choose_port("127.0.0.1", 0)
settings = read_settings(home=sys.argv[1], port=port)
run(create_app(settings), settings.host, port, lambda: print(port, flush=True))
"""


@pytest.fixture
def page_folder(tmp_path: Path) -> Path:
    """A built page of three files."""
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Phasescope</title>", encoding="utf-8")
    (folder / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (folder / "assets" / "index-1a2b.js").write_text("export {}", encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path, page_folder: Path) -> Settings:
    return Settings(home=tmp_path / "home", host="127.0.0.1", port=8787, database_url=None, page=page_folder)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A program on this machine: no Origin, no Sec-Fetch-Site."""
    with TestClient(app, base_url="http://127.0.0.1:8787") as opened:
        yield opened


@pytest.fixture
def experiment(client: TestClient) -> int:
    """A queued experiment of four runs."""
    answer = client.post("/api/experiments", json=family())
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


@pytest.fixture
def trained(client: TestClient, experiment: int) -> int:
    """The same experiment once a worker has finished it."""
    worker = ToyWorker(client)
    lease = worker.lease()
    assert worker.put_block(lease, lease.steps).status_code == 200
    assert worker.finish(lease).status_code == 200
    return experiment


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """The server as a process of its own; its first line is the port."""
    command = [sys.executable, "-c", PROGRAM, str(tmp_path_factory.mktemp("home"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


@pytest.fixture(scope="module")
def url(process: subprocess.Popen[str]) -> str:
    """Where it answers."""
    assert process.stdout is not None
    return f"http://127.0.0.1:{int(process.stdout.readline())}"

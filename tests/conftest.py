"""What all tests share: real servers on loopback, started and ended by the tests themselves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from .made_up_data import write_all

# Tests run several processes on few cores; one thread each is quicker than many that fight.
os.environ.setdefault("OMP_NUM_THREADS", "1")

STARTING_SECONDS = 60.0


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where tasks find their files in tests: small made-up ones."""
    folder = tmp_path_factory.mktemp("data")
    write_all(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PHASESCOPE_DATA", str(folder))
        yield folder


@dataclass
class Served:
    """A running `phasescope serve` and the workers a test adds to it."""

    home: Path
    address: str
    process: subprocess.Popen[str]
    demo: int | None
    http: httpx.Client
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self, *, name: str = "a worker") -> subprocess.Popen[bytes]:
        """Start a worker process for this server."""
        command = [sys.executable, "-m", "phasescope.worker", "--server", self.address, "--device", "cpu"]
        command += ["--threads", "1", "--name", name, "--home", str(self.home)]
        log = (self.home / f"{name}.log").open("ab")
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        log.close()
        self.workers.append(process)
        return process

    def wait(self, experiment: int, holds: Callable[[dict], bool], seconds: float = 120.0) -> dict:
        """The experiment as soon as something holds of it; fails with its last state when it never does."""
        until = time.monotonic() + seconds
        while True:
            answer = self.http.get(f"/api/experiments/{experiment}").raise_for_status().json()
            if holds(answer):
                return answer
            if time.monotonic() > until:
                pytest.fail(f"did not happen within {seconds} s: {json.dumps(answer['progress'])}")
            time.sleep(0.1)

    def close(self) -> None:
        """End everything that was started."""
        processes: list[subprocess.Popen[Any]] = [*self.workers, self.process]
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.http.close()
        if self.process.stdout:
            self.process.stdout.close()


def start_server(home: Path, *options: str) -> Served:
    """`phasescope serve` on a free port."""
    command = [sys.executable, "-m", "phasescope.cli", "serve", "--json", "--no-browser", "--home", str(home), *options]
    if "--port" not in options:
        command += ["--port", "0"]
    log = (home / "server.log").open("ab")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True)
    log.close()
    assert process.stdout is not None
    about = json.loads(process.stdout.readline() or "{}")
    if "address" not in about:
        process.wait(STARTING_SECONDS)
        process.stdout.close()
        pytest.fail(f"the server did not start: {(home / 'server.log').read_text()[-2000:]}")
    client = httpx.Client(base_url=about["address"], timeout=30)
    return Served(home, about["address"], process, about["demo"], client)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start servers whose data lie in the test's own folder; all are ended with the test."""
    started: list[Served] = []

    def start(*options: str, home: Path | None = None) -> Served:
        folder = home or tmp_path / "home"
        folder.mkdir(exist_ok=True)
        started.append(start_server(folder, *options))
        return started[-1]

    yield start
    for served in started:
        served.close()


@pytest.fixture(scope="module")
def serve_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """As `serve`, for a whole file of tests that look at the same trained runs."""
    started: list[Served] = []

    def start(*options: str, home: Path | None = None) -> Served:
        started.append(start_server(home or tmp_path_factory.mktemp("home"), *options))
        return started[-1]

    yield start
    for served in started:
        served.close()

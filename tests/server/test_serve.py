"""The server as a process: it tells when it answers, sends live news, and stops quickly with a page open."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from phasescope.core.errors import Conflict
from phasescope.server.app import create_app
from phasescope.server.serve import choose_port, run
from phasescope.server.settings import Settings

from .toy_worker import family


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_free_port_is_taken_as_it_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]
    assert choose_port("127.0.0.1", free) == (free, None)


def test_a_port_in_use_is_said_and_the_next_is_named(taken: int) -> None:
    port, note = choose_port("127.0.0.1", taken)
    assert taken < port <= taken + 50
    assert note == f"Port {taken} is in use; using {port} instead (PHASESCOPE_PORT sets another)."


def test_an_address_that_is_not_this_machine_s_is_said() -> None:
    with pytest.raises(Conflict, match=r"PHASESCOPE_HOST: this machine cannot listen on 192\.0\.2\.1"):
        choose_port("192.0.2.1", 8787)


def test_running_on_a_port_in_use_is_a_sentence(taken: int, settings: Settings) -> None:
    with pytest.raises(Conflict, match=f"port {taken} of 127.0.0.1 cannot be used: Address already in use"):
        run(create_app(settings), "127.0.0.1", taken, pytest.fail)


def test_a_server_with_an_open_page_sends_news_and_stops_in_time(process: subprocess.Popen[str], url: str) -> None:
    assert process.stderr is not None
    heard: list[str] = []
    listening = threading.Event()

    def listen() -> None:
        with httpx.stream("GET", f"{url}/api/events", timeout=30) as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            for line in stream.iter_lines():
                heard.append(line)
                listening.set()

    page = threading.Thread(target=listen)
    page.start()
    assert listening.wait(10)
    made = httpx.post(f"{url}/api/experiments", json=family()).json()["id"]
    deadline = time.monotonic() + 5
    while "event: experiment" not in heard and time.monotonic() < deadline:
        time.sleep(0.05)
    assert any(line.startswith(f'data: {{"id": {made}, "version": ') for line in heard)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    assert time.monotonic() - began < 5
    page.join(5)
    assert not page.is_alive()
    errors = process.stderr.read()
    assert "Traceback" not in errors
    assert "Cancel" not in errors

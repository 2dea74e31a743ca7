"""A server for one command: the one that uses the data folder already, or one that lives as long as the command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from phasescope.cli.ownership import owned, ready
from phasescope.core.errors import Conflict, Unreachable

ENDING_SECONDS = 60.0
TERMINATED = 128 + signal.SIGTERM


@contextmanager
def some_server(home: Path, *, workers: int | None) -> Iterator[tuple[str, int | None]]:
    """Its address, and the number of its process where it was started here."""
    ready(home)
    try:
        with owned(home):
            pass
    except Conflict:
        address = (home / "server.lock").read_text().strip()
        if not address:
            raise
        yield address, None
        return
    before = signal.signal(signal.SIGTERM, _leave)  # who is told to end ends the server as well
    try:
        with _started(home, workers) as (address, process):
            yield address, process
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(TERMINATED)


@contextmanager
def _started(home: Path, workers: int | None) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "phasescope.cli", "serve", "--json", "--no-demo", "--no-browser"]
    command += ["--home", str(home), "--port", "0"] + ([] if workers is None else ["--workers", str(workers)])
    # a session of its own: Ctrl-C is for this command, which then ends the server in good order
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline() or "{}")
            if "address" not in said:
                raise Unreachable("The server for this command did not start; what it said is above.")
            yield said["address"], process.pid
        finally:
            process.terminate()
            process.wait(ENDING_SECONDS)


def processor_seconds(root: int) -> float:
    """What a process and those that it started, and that live, have used of processors so far."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,time="], capture_output=True, text=True, check=False)
    rows = [line.split() for line in listed.stdout.splitlines()]
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for number, parent, time in (row for row in rows if len(row) == 3):
        children.setdefault(int(parent), []).append(int(number))
        used[int(number)] = _seconds(time)
    total, waiting = 0.0, [root]
    while waiting:
        process = waiting.pop()
        total += used.get(process, 0.0)
        waiting += children.get(process, [])
    return total


def _seconds(time: str) -> float:
    """`1-02:03:04`, `02:03:04` or `3:04.56`."""
    days, _, clock = time.rpartition("-")
    total = 0.0
    for part in clock.split(":"):
        total = total * 60 + float(part)
    return total + 86_400 * int(days or 0)

"""The heartbeat: a thread that says the worker lives, passes its speed on, and hears when to leave a shard."""

from __future__ import annotations

import logging
import threading
import time

from phasescope.core.errors import PhasescopeError, Unreachable
from phasescope.core.wire import Heartbeat as Beat
from phasescope.worker.server import Server

log = logging.getLogger(__name__)


class Heartbeat:
    """Beats from construction until `close`; `hold` names the shard it beats for."""

    def __init__(self, server: Server, worker: int, seconds: float) -> None:
        self._server, self._worker, self._seconds = server, worker, seconds
        self._shard: tuple[int, int] | None = None
        self._trial = False
        self._leave, self._closing, self._due = False, threading.Event(), threading.Event()
        self._done, self._since = 0, time.monotonic()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def hold(self, shard: int, attempt: int) -> None:
        """Beat for this attempt at this shard."""
        self._shard, self._leave = (shard, attempt), False
        self._done, self._since = 0, time.monotonic()

    def release(self) -> None:
        """Beat for no shard."""
        self._shard = None

    def leave(self) -> bool:
        """Did the server say to leave the shard?"""
        return self._leave

    def trial(self) -> bool:
        """Does somebody want to know what runs would cost? True once for each beat that said so."""
        wanted, self._trial = self._trial, False
        return wanted

    def report(self, run_steps: int) -> None:
        """Count run-steps; the next beat tells the rate."""
        first = self._done == 0
        self._done += run_steps
        if first and run_steps:
            self._due.set()  # the page can say how long it will take from the first checkpoint on

    def close(self) -> None:
        """Stop beating."""
        self._closing.set()
        self._due.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._beat()
            self._due.wait(self._seconds)
            self._due.clear()

    def _beat(self) -> None:
        held = self._shard
        elapsed = time.monotonic() - self._since
        rate = self._done / elapsed if held and self._done and elapsed > 0 else None
        shard, attempt = held or (None, None)
        try:
            answer = self._server.heartbeat(
                Beat(worker=self._worker, shard=shard, attempt=attempt, run_steps_per_second=rate)
            )
        except Unreachable as error:
            log.warning("%s Training goes on; values are kept until the server is back.", error)
        except PhasescopeError as error:
            log.warning("%s", error)
            self._leave = self._leave or held == self._shard
        else:
            self._trial = answer.trial
            self._leave = self._leave or (answer.order == "stop" and held == self._shard)

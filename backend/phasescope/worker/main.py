"""A worker process: lease, train, measure, upload, again."""

from __future__ import annotations

import argparse
import logging
import os
import platform
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import torch

from phasescope.core.errors import InvalidSpec, PhasescopeError, Unreachable
from phasescope.core.wire import Lease, LeaseRequest, Registration, RunEnd
from phasescope.engine.compiled import Compiler
from phasescope.engine.plan import MOST_RUNS
from phasescope.engine.snapshot import Snapshot
from phasescope.worker.catalogue import laboratory_catalogue
from phasescope.worker.heartbeat import Heartbeat
from phasescope.worker.outbox import Outbox
from phasescope.worker.post import Post
from phasescope.worker.server import Server
from phasescope.worker.shard import train_shard
from phasescope.worker.trial import answered

log = logging.getLogger("phasescope.worker")

IDLE_SECONDS = 1.0
AWAY_SECONDS = 2.0
GREETING_SECONDS = 1.0  # workers that start together all say hello first: the first shards are divided among them


class Worker:
    """One device's worth of training for one server."""

    def __init__(
        self, server: Server, *, name: str, device: torch.device, outbox: Outbox, compiling: bool = True
    ) -> None:
        self.server, self.name, self.device, self.outbox = server, name, device, outbox
        self.compiler = Compiler() if compiling else None
        self.stopping = threading.Event()

    def run(self) -> None:
        """Serve until told to stop."""
        number, seconds = self._register()
        heartbeat = Heartbeat(self.server, number, seconds)
        self.stopping.wait(GREETING_SECONDS)
        try:
            while not self.stopping.is_set():
                lease = self._lease(number)
                if lease is not None:
                    self._train(lease, number, heartbeat)
        finally:
            heartbeat.close()
            left = self.outbox.close(10.0)
            if left:
                log.warning("%d messages are kept in %s and will be sent next time.", left, self.outbox.folder)

    def _register(self) -> tuple[int, float]:
        registration = Registration(name=self.name, device=describe(self.device), catalogue=laboratory_catalogue())
        while True:
            try:
                registered = self.server.register(registration)
            except Unreachable as error:
                log.warning("%s Trying again.", error)
                self.stopping.wait(AWAY_SECONDS)
                if self.stopping.is_set():
                    raise
            else:
                log.info("Worker %d (%s) is ready.", registered.worker, self.name)
                return registered.worker, registered.heartbeat_seconds

    def _lease(self, number: int) -> Lease | None:
        request = LeaseRequest(worker=number, runs_at_most=MOST_RUNS.get(self.device.type, 512))
        try:
            lease = self.server.lease(request)
        except Unreachable as error:
            log.warning("%s Trying again.", error)
            self.stopping.wait(AWAY_SECONDS)
            return None
        if lease is None:
            self.answer_trial(number)
            self.stopping.wait(IDLE_SECONDS)
        return lease

    def answer_trial(self, number: int) -> None:
        """Say what runs would cost, if somebody wants to know, or why they cannot be trained."""
        try:
            trial = self.server.trial()
            if trial is not None:
                self.server.tried(answered(trial, worker=number, device=self.device))
        except PhasescopeError as error:
            log.warning("A trial was left out: %s", error)

    def _train(self, lease: Lease, number: int, heartbeat: Heartbeat) -> None:
        """The outermost loop of a shard: whatever goes wrong in it is reported, and the worker goes on."""
        post = Post(self.outbox, number, lease.shard, lease.attempt)
        heartbeat.hold(lease.shard, lease.attempt)
        log.info("Shard %d: %d runs of experiment %d.", lease.shard, len(lease.runs), lease.experiment)
        began = time.monotonic()
        try:
            orders = _Orders(heartbeat, self.stopping, lambda: self.answer_trial(number))
            snapshot = self._snapshot(lease, number)
            device, compiler = self.device, self.compiler
            train_shard(lease, post=post, orders=orders, device=device, snapshot=snapshot, compiler=compiler)
            if self.stopping.is_set():
                post.give_back()
        except Exception as error:  # noqa: BLE001 (the outermost loop: the reason is stored with the runs)
            # what was refused on purpose says itself what to do
            reason = str(error) if isinstance(error, PhasescopeError) else traceback.format_exc()
            log.error("Shard %d failed.\n%s", lease.shard, reason)
            post.ends([RunEnd(run=leased.run, state="failed", step=0, message=reason) for leased in lease.runs])
        else:
            word = "left" if orders.leave() else "done"
            log.info("Shard %d: %s after %.1f s.", lease.shard, word, time.monotonic() - began)
        finally:
            self._settle(post)
            heartbeat.release()

    def _snapshot(self, lease: Lease, number: int) -> Snapshot | None:
        """Where to go on from; an unreadable snapshot only costs the steps it would have saved."""
        if lease.snapshot_step is None:
            return None
        try:
            return Snapshot.from_bytes(self.server.snapshot(shard=lease.shard, worker=number, attempt=lease.attempt))
        except PhasescopeError as error:
            log.warning("Shard %d starts again: %s", lease.shard, error)
            return None

    def _settle(self, post: Post) -> None:
        """Keep the lease alive until its last values have arrived (or the server is gone, or it is another's)."""
        while self.outbox.waiting() and not post.lost() and not self.stopping.is_set():
            time.sleep(0.02)


class _Orders:
    """What the training loop hears: the heartbeat's orders, and that this process is asked to end."""

    def __init__(self, heartbeat: Heartbeat, stopping: threading.Event, answer_trial: Callable[[], None]) -> None:
        self._heartbeat, self._stopping, self._answer_trial = heartbeat, stopping, answer_trial

    def leave(self) -> bool:
        return self._heartbeat.leave() or self._stopping.is_set()

    def report(self, run_steps: int) -> None:
        self._heartbeat.report(run_steps)

    def between(self) -> None:
        if self._heartbeat.trial():
            self._answer_trial()


def _watch_parent(parent: int, stopping: threading.Event) -> None:
    """End this worker when the server that started it was killed: it would train for nobody."""
    while os.getppid() == parent:
        time.sleep(1)
    stopping.set()


def describe(device: torch.device) -> str:
    """The device in words."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"CPU, {threads} {'thread' if threads == 1 else 'threads'}, {platform.machine()}"


def threads(text: str) -> int:
    """A whole number from 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} was given; allowed: 1 or more")
    return number


def parser() -> argparse.ArgumentParser:
    """The command line of a worker."""
    made = argparse.ArgumentParser(prog="phasescope worker", description="Train for a Phasescope server.")
    made.add_argument("--server", default=os.environ.get("PHASESCOPE_URL", "http://127.0.0.1:8787"),
                      help="address of the server (PHASESCOPE_URL)")  # fmt: skip
    made.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="cpu, cuda, cuda:1, …")
    made.add_argument("--threads", type=threads, default=None, help="processor threads (default: all)")
    made.add_argument("--no-compile", action="store_true", help="never compile code for long trainings")
    made.add_argument("--name", default=None, help="name shown on the page; no two workers may share one")
    made.add_argument("--with-parent", type=int, default=None, metavar="PID",
                      help=argparse.SUPPRESS)  # fmt: skip
    home = os.environ.get("PHASESCOPE_HOME", str(Path.home() / ".phasescope"))
    made.add_argument("--home", type=Path, default=Path(home),
                      help="data folder; values not yet sent are kept in it (PHASESCOPE_HOME)")  # fmt: skip
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a worker until it is interrupted."""
    given = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        device = torch.device(given.device)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # torch says either, depending on its build
        sys.stderr.write(f"The device {given.device!r} cannot be used: {str(error).splitlines()[0]}\n")
        return 2
    if given.threads:
        torch.set_num_threads(given.threads)
    server = Server(given.server, os.environ.get("PHASESCOPE_TOKEN"))
    try:
        outbox = Outbox.claim(given.home / "outbox", server)
    except OSError as error:
        sys.stderr.write(f"PHASESCOPE_HOME: nothing can be kept in {given.home} ({error.strerror}); give another.\n")
        return 2
    # The part at the end is this outbox's own: two workers on one machine must not pass for one that came back.
    name = given.name or f"{socket.gethostname()} {given.device} {outbox.identity()}"
    worker = Worker(server, name=name, device=device, outbox=outbox, compiling=not given.no_compile)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stopping.set()

    if given.with_parent:
        threading.Thread(target=_watch_parent, args=(given.with_parent, worker.stopping), daemon=True).start()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        worker.run()
    except PhasescopeError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, InvalidSpec) else 1
    finally:
        server.close()
    return 0

"""The outbox: a folder of messages that the server has not yet acknowledged.

A message is on disk before it is sent and leaves the disk when the server says it is durable, so that neither a
lost connection nor the death of this process loses one. Messages go out in the order in which they came in.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from phasescope.core.errors import Conflict, PhasescopeError, Unreachable
from phasescope.worker.server import Server

log = logging.getLogger(__name__)

RETRY_SECONDS = 2.0


@dataclass(frozen=True)
class Message:
    """One request to be made; `shard` and `attempt` say on whose behalf."""

    shard: int
    attempt: int
    method: str
    path: str
    parameters: Mapping[str, str]
    body: bytes

    def to_bytes(self) -> bytes:
        """A line of JSON, then the body."""
        head = {name: getattr(self, name) for name in ("shard", "attempt", "method", "path", "parameters")}
        return json.dumps(head).encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, data: bytes) -> Message:
        head, _, body = data.partition(b"\n")
        return cls(**json.loads(head), body=body)


class Outbox:
    """A folder that one process owns (by a file lock) and a thread that empties it."""

    def __init__(self, folder: Path, server: Server, lock: IO[str]) -> None:
        self.folder, self._server = folder, server
        self._lock = lock  # held until this process ends
        self._next = max((int(path.stem) for path in folder.glob("*.message")), default=0) + 1
        self._wake, self._closing = threading.Event(), threading.Event()
        self._lost: set[tuple[int, int]] = set()  # (shard, attempt) that the server no longer accepts
        self._thread = threading.Thread(target=self._deliver, name="outbox", daemon=True)
        self._thread.start()

    @classmethod
    def claim(cls, root: Path, server: Server) -> Outbox:
        """The first folder below `root` that no living process owns; what lies in it is sent first."""
        number = 0
        while True:
            folder = root / str(number)
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / "lock").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                number += 1
                continue
            return cls(folder, server, lock)

    def identity(self) -> str:
        """Four characters that stay with this folder: its worker is known by them when it comes back."""
        path = self.folder / "identity"
        if not path.exists():
            path.write_text(secrets.token_hex(2))
        return path.read_text()

    def put(self, message: Message) -> None:
        """Durable when this returns."""
        path = self.folder / f"{self._next:012d}.message"
        self._next += 1
        temporary = path.with_suffix(".partial")
        with temporary.open("wb") as file:
            file.write(message.to_bytes())
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        self._wake.set()

    def lost(self, shard: int, attempt: int) -> bool:
        """Has the server said that this attempt is no longer the owner of the shard?"""
        return (shard, attempt) in self._lost

    def waiting(self) -> int:
        """Messages not yet acknowledged."""
        return sum(1 for _ in self.folder.glob("*.message"))

    def close(self, seconds: float) -> int:
        """Try for so long to send what is left; say how many messages stay on disk for next time."""
        self._closing.set()
        self._wake.set()
        self._thread.join(seconds)
        return self.waiting()

    def _deliver(self) -> None:
        while True:
            self._wake.clear()
            for path in sorted(self.folder.glob("*.message")):
                try:
                    self._send(Message.from_bytes(path.read_bytes()))
                except Unreachable as error:
                    log.warning("%s Kept %d messages, trying again.", error, self.waiting())
                    break
                path.unlink()
            else:
                if self._closing.is_set() and not self.waiting():
                    return
            self._wake.wait(RETRY_SECONDS)

    def _send(self, message: Message) -> None:
        """Send one message. One that is refused for good is dropped, and said so: sending it again changes nothing."""
        owner = (message.shard, message.attempt)
        if owner in self._lost:
            return
        try:
            self._server.send(message.method, message.path, parameters=message.parameters, content=message.body)
        except Conflict as error:
            self._lost.add(owner)
            log.warning("Shard %d is another worker's now: %s", message.shard, error)
        except Unreachable:
            raise
        except PhasescopeError as error:
            self._lost.add(owner)
            log.error("The server refused what was measured on shard %d: %s", message.shard, error)

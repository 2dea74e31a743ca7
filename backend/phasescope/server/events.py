"""Live news for open pages: a write tells the broker, the broker tells every open stream, each at its own pace."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal

from sse_starlette import ServerSentEvent

PAUSE_SECONDS = 0.25  # so a stream tells of one experiment about four times a second at most


@dataclass(frozen=True)
class Event:
    """Something changed; whoever shows it asks again. `version` is the experiment's change counter.

    `deletion` is there when the experiment was deleted: nothing of it can be asked until that is taken back.
    """

    kind: Literal["experiment", "worker"]
    id: int
    version: int | None = None
    deletion: int | None = None

    def to_sse(self) -> ServerSentEvent:
        """As it travels."""
        about = {"id": self.id, "version": self.version, "deletion": self.deletion}
        told = {name: value for name, value in about.items() if value is not None}
        return ServerSentEvent(event=self.kind, data=json.dumps(told))


class Subscriber:
    """One open stream. News that wait are merged: of each thing only the newest is kept, so nothing can pile up."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.ready = asyncio.Event()
        self.waiting: dict[tuple[str, int], Event] = {}


class Broker:
    """Hands events from any thread to all open streams of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: set[Subscriber] = set()
        self._closed = False

    @property
    def open_streams(self) -> int:
        """How many streams are open."""
        return len(self._subscribers)

    def publish(self, event: Event) -> None:
        """Tell every stream; returns at once."""
        with self._lock:
            for subscriber in self._subscribers:
                subscriber.waiting[event.kind, event.id] = event
                subscriber.loop.call_soon_threadsafe(subscriber.ready.set)

    def close(self) -> None:
        """End every stream now, so that the server can stop without waiting for pages that stay open."""
        with self._lock:
            self._closed = True
            for subscriber in self._subscribers:
                subscriber.loop.call_soon_threadsafe(subscriber.ready.set)

    async def stream(self) -> AsyncGenerator[ServerSentEvent, None]:
        """The news from now on. Whoever reconnects asks again for everything on screen."""
        subscriber = Subscriber(asyncio.get_running_loop())
        with self._lock:
            self._subscribers.add(subscriber)
        try:
            yield ServerSentEvent(comment="open")
            while not self._closed:
                await subscriber.ready.wait()
                for event in self._take(subscriber):
                    yield event.to_sse()
                await asyncio.sleep(0 if self._closed else PAUSE_SECONDS)
        finally:
            with self._lock:
                self._subscribers.discard(subscriber)

    def _take(self, subscriber: Subscriber) -> list[Event]:
        with self._lock:
            subscriber.ready.clear()
            news = list(subscriber.waiting.values())
            subscriber.waiting.clear()
            return news

"""What every route works with: the store, the live events, the built-in catalogue and the drawn figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from phasescope.core.catalogue import Catalogue, kept_catalogue
from phasescope.server.events import Broker, Event
from phasescope.server.memory import Memory
from phasescope.server.settings import Settings
from phasescope.server.trials import Trials
from phasescope.store import Store, experiments, open_store

LARGEST_FIGURES = 128 * 1024 * 1024  # bytes of all drawn figures that are kept, as they were sent


@dataclass
class Change:
    """A transaction that writes, and the workers that pages are to hear of; experiments are found by their version."""

    session: Session
    workers: set[int] = field(default_factory=set)


class Context:
    """The parts of one running server. The store opens when the server starts, unless it was given."""

    def __init__(self, settings: Settings, *, store: Store | None, catalogue: Catalogue | None) -> None:
        self.settings = settings
        self.broker = Broker()
        self.figures: Memory[str, bytes] = Memory(LARGEST_FIGURES, len)
        self.trials = Trials()
        self._store = store
        self._catalogue = catalogue

    def open(self) -> None:
        """Raises UnreadableStore."""
        if self._store is None:
            self.settings.home.mkdir(parents=True, exist_ok=True)
            self._store = open_store(self.settings.store_url, self.settings.home)
        if self._catalogue is None:
            self._catalogue = kept_catalogue()

    def close(self) -> None:
        """End the streams and let go of the store."""
        self.broker.close()
        if self._store is not None:
            self._store.close()
            self._store = None

    @property
    def store(self) -> Store:
        """The open store."""
        if self._store is None:
            raise RuntimeError("the server has not been started")
        return self._store

    @property
    def catalogue(self) -> Catalogue:
        """The built-in catalogue; what workers add is in the store."""
        if self._catalogue is None:
            raise RuntimeError("the server has not been started")
        return self._catalogue

    @contextmanager
    def writing(self) -> Iterator[Change]:
        """One transaction; when it is durable, open pages hear of every experiment and worker that it changed.

        Runs are shared between experiments, so it is not the caller who knows which ones changed: their versions do.
        """
        with self.store.begin() as session:
            change = Change(session)
            before = experiments.versions(session)
            yield change
            after = experiments.versions(session)
        for experiment, (version, deletion) in after.items():
            if before.get(experiment) != (version, deletion):
                self.broker.publish(Event("experiment", experiment, version, deletion))
        for worker in sorted(change.workers):
            self.broker.publish(Event("worker", worker))


def now() -> datetime:
    """The server's clock, the only one that decides anything."""
    return datetime.now(UTC)


def context_of(request: Request) -> Context:
    """The context of the app that a request reached."""
    context: Context = request.app.state.context
    return context


Here = Annotated[Context, Depends(context_of)]

"""Runs that were just read: a page asks for many figures of one experiment at once, and each looks at all its runs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from phasescope.core.records import Run
from phasescope.store import experiments, runs
from phasescope.store.arrays import blobs_of
from phasescope.store.blobs import Blobs

MOST_RUNS = 80_000  # of all experiments that are remembered: about 150 MB
Key = tuple[int, int]  # an experiment and its version


class RunMemory:
    """Runs by experiment and version, the least recently used forgotten first. Who asks meanwhile waits for them."""

    def __init__(self, most_runs: int = MOST_RUNS) -> None:
        self.most_runs = most_runs
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, tuple[Run, ...]] = OrderedDict()
        self._reading: dict[Key, threading.Lock] = {}

    def get(self, key: Key, read: Callable[[], tuple[Run, ...]]) -> tuple[Run, ...]:
        """What is remembered, or what `read` finds."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            turn = self._reading.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._known:
                    return self._known[key]
            try:
                found = read()
                self._keep(key, found)
            finally:
                with self._lock:
                    self._reading.pop(key, None)
        return found

    def _keep(self, key: Key, found: tuple[Run, ...]) -> None:
        """An older version of the same experiment is asked for no more."""
        with self._lock:
            for old in [known for known in self._known if known[0] == key[0]]:
                del self._known[old]
            self._known[key] = found
            while sum(map(len, self._known.values())) > self.most_runs:
                self._known.popitem(last=False)


_memories: WeakKeyDictionary[Blobs, RunMemory] = WeakKeyDictionary()  # one for each open store
_making = threading.Lock()


def remembered(session: Session, experiment: int) -> tuple[Run, ...]:
    """The runs of an experiment in grid order. Only for sessions that do not write. Raises NotFound."""
    with _making:
        memory = _memories.setdefault(blobs_of(session), RunMemory())
    key = (experiment, experiments.version(session, experiment))
    return memory.get(key, lambda: tuple(runs.of_experiment(session, experiment)))

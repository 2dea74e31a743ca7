"""What was just read of an experiment: a page asks for many figures of it at once, and each looks at all its runs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from phasescope.core.records import Experiment, Run
from phasescope.store import experiments, runs
from phasescope.store.arrays import blobs_of
from phasescope.store.blobs import Blobs

MOST_RUNS = 80_000  # of all experiments that are remembered: about 150 MB
MOST_EXPERIMENTS = 500
Key = tuple[int, int]  # an experiment and its version
Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Things by experiment and version, the least recently used forgotten first. Who asks meanwhile waits for them."""

    def __init__(self, most: int, size: Callable[[Value], int]) -> None:
        self.most, self.size = most, size
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, Value] = OrderedDict()
        self._reading: dict[Key, threading.Lock] = {}

    def get(self, key: Key, read: Callable[[], Value]) -> Value:
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

    def _keep(self, key: Key, found: Value) -> None:
        """An older version of the same experiment is asked for no more."""
        with self._lock:
            for old in [known for known in self._known if known[0] == key[0]]:
                del self._known[old]
            self._known[key] = found
            while sum(map(self.size, self._known.values())) > self.most:
                self._known.popitem(last=False)


class RunMemory(Memory[tuple[Run, ...]]):
    """Runs, of which so many are remembered."""

    def __init__(self, most_runs: int = MOST_RUNS) -> None:
        super().__init__(most_runs, len)


class ExperimentMemory(Memory[Experiment]):
    """Experiments: to count the runs and to list the series of a large one takes as long as to look at a few others."""

    def __init__(self) -> None:
        super().__init__(MOST_EXPERIMENTS, lambda _: 1)


@dataclass(frozen=True)
class Memories:
    """What is remembered of one open store."""

    runs: RunMemory = field(default_factory=RunMemory)
    experiments: ExperimentMemory = field(default_factory=ExperimentMemory)


_memories: WeakKeyDictionary[Blobs, Memories] = WeakKeyDictionary()
_making = threading.Lock()


def remembered(session: Session, experiment: int) -> tuple[Run, ...]:
    """The runs of an experiment in grid order. Only for sessions that do not write. Raises NotFound."""
    key = (experiment, experiments.version(session, experiment))
    return _memories_of(session).runs.get(key, lambda: tuple(runs.of_experiment(session, experiment)))


def remembered_experiment(session: Session, experiment: int) -> Experiment:
    """An experiment, but for the rate of its progress, which changes all the time. As above. Raises NotFound."""
    key = (experiment, experiments.version(session, experiment))
    return _memories_of(session).experiments.get(key, lambda: experiments.get(session, experiment))


def _memories_of(session: Session) -> Memories:
    with _making:
        return _memories.setdefault(blobs_of(session), Memories())

"""Runs that were just read: a page asks for many figures of one experiment at once, and each looks at all its runs."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from phasescope.core.records import Run
from phasescope.server.memory import Memory
from phasescope.store import experiments, runs
from phasescope.store.arrays import blobs_of
from phasescope.store.blobs import Blobs

MOST_RUNS = 80_000  # of all experiments that are remembered: about 150 MB
Version = tuple[int, int]  # an experiment and its version
RunMemory = Memory[Version, tuple[Run, ...]]


def run_memory(most_runs: int = MOST_RUNS) -> RunMemory:
    """Runs by experiment and version; an older version of the same experiment is asked for no more."""
    return Memory(most_runs, len, lambda new, old: new[0] == old[0])


_memories: WeakKeyDictionary[Blobs, RunMemory] = WeakKeyDictionary()  # one for each open store
_making = threading.Lock()


def remembered(session: Session, experiment: int) -> tuple[Run, ...]:
    """The runs of an experiment in grid order. Only for sessions that do not write. Raises NotFound."""
    with _making:
        memory = _memories.setdefault(blobs_of(session), run_memory())
    key = (experiment, experiments.version(session, experiment))
    return memory.get(key, lambda: tuple(runs.of_experiment(session, experiment)))

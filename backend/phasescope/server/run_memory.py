"""What was just read of an experiment: a page asks for many figures of it at once, and each looks at all its runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from phasescope.core.records import Experiment, Run
from phasescope.server.memory import Memory
from phasescope.store import experiments, runs
from phasescope.store.arrays import blobs_of
from phasescope.store.blobs import Blobs

MOST_RUNS = 80_000  # of all experiments that are remembered: about 150 MB
MOST_EXPERIMENTS = 500
Version = tuple[int, int]  # an experiment and its version
RunMemory = Memory[Version, tuple[Run, ...]]
ExperimentMemory = Memory[Version, Experiment]


def run_memory(most_runs: int = MOST_RUNS) -> RunMemory:
    """Runs by experiment and version; an older version of the same experiment is asked for no more."""
    return Memory(most_runs, len, _is_newer)


def experiment_memory() -> ExperimentMemory:
    """Experiments: to count the runs and to list the series of a large one takes as long as to look at a few others."""
    return Memory(MOST_EXPERIMENTS, lambda _: 1, _is_newer)


def _is_newer(new: Version, old: Version) -> bool:
    return new[0] == old[0]


@dataclass(frozen=True)
class Memories:
    """What is remembered of one open store."""

    runs: RunMemory = field(default_factory=run_memory)
    experiments: ExperimentMemory = field(default_factory=experiment_memory)


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

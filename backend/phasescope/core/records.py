"""The nouns as they leave the store and travel over HTTP: runs, experiments, workers, shares. No field has a default,
so that a generated client knows what is always there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from phasescope.core.arrays import ArrayKind
from phasescope.core.comparison import Comparison
from phasescope.core.record import Record
from phasescope.core.spec import ExperimentSpec, RunSpec
from phasescope.core.view import View

RunState = Literal["queued", "running", "finished", "stopped", "diverged", "failed", "lost", "cancelled"]
ENDED: frozenset[str] = frozenset({"finished", "stopped", "diverged", "failed", "cancelled"})
ExperimentState = Literal["queued", "running", "finished", "failed", "cancelled"]


class Progress(Record):
    """How far an experiment is. `seconds_left` is None until a rate is known."""

    runs: int
    by_state: dict[str, int]
    run_steps_done: int
    run_steps_total: int
    run_steps_per_second: float | None
    seconds_left: float | None
    newest_step: int


class ExperimentSummary(Record):
    """An experiment as it is listed."""

    id: int
    name: str
    description: str
    recipe: str | None
    state: ExperimentState
    created_at: datetime
    archived_at: datetime | None
    progress: Progress


class Experiment(ExperimentSummary):
    """An experiment with its spec, the steps of its checkpoints, and the series that have been stored so far."""

    spec: ExperimentSpec
    notes: str
    steps: tuple[int, ...]
    series: tuple[str, ...]


class Run(Record):
    """One run as it is listed in an experiment; `point` maps axis paths to values."""

    id: int
    point: dict[str, Any]
    seed: int
    state: RunState
    step: int
    message: str | None
    summary: dict[str, float | None]


class RunDetail(Run):
    """A run with its frozen spec and digest."""

    digest: str
    spec: RunSpec
    experiments: tuple[int, ...]


class Marks(Record):
    """What people wrote on a run; an archived run is put away, and nothing of it is lost."""

    run: int
    tags: tuple[str, ...]
    note: str
    archived: bool


class SeriesValues(Record):
    """One series of one run. A value is None where it is undefined, and `undefined` says why."""

    run: int
    name: str
    steps: tuple[int, ...]
    values: tuple[float | None, ...]
    undefined: str | None


class StoredArray(Record):
    """One array of one run at one checkpoint, without its numbers. `bytes` is its size as it is stored."""

    run: int
    step: int
    kind: ArrayKind
    bytes: int


class ShardProgress(Record):
    """How far the runs are that a worker trains together. `seconds_left` is None until a rate is known."""

    runs: int
    ended: int
    run_steps_done: int
    run_steps_total: int
    seconds_left: float | None


class Worker(Record):
    """A process that leases shards."""

    id: int
    name: str
    device: str
    state: Literal["idle", "training", "silent"]
    shard: int | None
    experiment: int | None
    run_steps_per_second: float | None
    progress: ShardProgress | None
    seen_at: datetime


class Deletion(Record):
    """What was deleted together: a share, a kept view, an experiment, or so many `runs` of one. It can be taken back
    until it is purged, soon after `kept_until`."""

    id: int
    experiment: int | None
    share: int | None
    view: str | None
    runs: int | None
    name: str
    deleted_at: datetime
    kept_until: datetime


class Share(Record):
    """A read-only link to one view or comparison. The token itself is shown once, when the share is made.

    Only one that is `embeddable` may be shown inside pages of other sites.
    """

    id: int
    title: str
    note: str
    view: View | Comparison
    embeddable: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

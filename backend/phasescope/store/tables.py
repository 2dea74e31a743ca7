"""The tables of the store, one class per table.

Rows are locked in this order, so that two transactions never wait for each other: shards, then runs, then experiments;
rows of one table in the order of their numbers. Locks are `FOR NO KEY UPDATE`: others may refer to a locked row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy import false as sa_false
from sqlalchemy.orm import Mapped, mapped_column

from phasescope.store.columns import Base, Moment


class ExperimentRow(Base):
    """A family of runs. `version` is raised by every write that changes what the experiment shows."""

    __tablename__ = "experiments"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    recipe: Mapped[str | None] = mapped_column(Text)
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    steps: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int]
    notes: Mapped[str] = mapped_column(Text, default="", server_default="")
    archived_at: Mapped[datetime | None] = mapped_column(Moment)
    deletion_id: Mapped[int | None]  # out of sight, until the deletion is taken back or purged


class RunRow(Base):
    """One trajectory as it is observed: unique by the digest of its spec and of what is recorded of it.

    `step` is the largest step stored. `attempt` is the newest attempt it took part in, `losses` how often its worker
    went silent since it was queued by a person.
    """

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    observation: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(64))
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    seed: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    step: Mapped[int]
    message: Mapped[str | None] = mapped_column(Text)
    shard_id: Mapped[int | None] = mapped_column(ForeignKey("shards.id"), index=True)
    attempt: Mapped[int]
    losses: Mapped[int]

    __table_args__ = (Index(None, "digest", "observation", unique=True), Index(None, "state", "shard_id"))


class ExperimentRunRow(Base):
    """A run's place in an experiment: its position in the grid, its point, and the pass in which it is trained."""

    __tablename__ = "experiment_runs"

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiments.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    training_pass: Mapped[int]
    point: Mapped[dict[str, Any]] = mapped_column(JSON)
    deletion_id: Mapped[int | None]  # stays when it is purged, so that the experiment does not grow the run again


class MarkRow(Base):
    """What people wrote on a run, and when they put it away."""

    __tablename__ = "marks"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    tags: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    archived_at: Mapped[datetime | None] = mapped_column(Moment)


class WorkerRow(Base):
    """A process that leases shards, known by a name that is its own."""

    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    device: Mapped[str] = mapped_column(Text)
    catalogue: Mapped[dict[str, Any]] = mapped_column(JSON)
    registered_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class ShardRow(Base):
    """Runs that are trained together. `state` is queued (nobody owns it), leased or over.

    `worker_id` is the newest owner, also after it was lost. `attempt` is the fencing token.
    """

    __tablename__ = "shards"

    id: Mapped[int] = mapped_column(primary_key=True)
    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiments.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    attempt: Mapped[int]
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.id"), index=True)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    run_steps_per_second: Mapped[float | None]


class SeriesSetRow(Base):
    """The series that one block holds, in the order of its columns, with the versions of the measures that gave them
    and the reasons why a value may be undefined. Kept once, however many runs share it."""

    __tablename__ = "series_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    names: Mapped[list[str]] = mapped_column(JSON)
    versions: Mapped[dict[str, int]] = mapped_column(JSON)
    undefined: Mapped[dict[str, str]] = mapped_column(JSON)


class StepListRow(Base):
    """The steps of finished series (int64, little-endian). Kept once, however many runs share them."""

    __tablename__ = "step_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    steps: Mapped[bytes] = mapped_column(LargeBinary)


class BlockRow(Base):
    """Some checkpoints of a run that is being trained: `steps` (C,) int64, `matrix` (M, C) float64, little-endian.

    A series lies together, so that one can be read without the others. `taken` (M, C) says, a bit each and the highest
    bit first, which values were measured; nothing means all.
    """

    __tablename__ = "blocks"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    first_step: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("series_sets.id"))
    steps: Mapped[bytes] = mapped_column(LargeBinary)
    matrix: Mapped[bytes] = mapped_column(LargeBinary)
    taken: Mapped[bytes | None] = mapped_column(LargeBinary)


class SeriesRow(Base):
    """One series of a run that ended: `matrix` (C,) float64, little-endian, at the steps of its list."""

    __tablename__ = "series"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("series_sets.id"))
    steps_id: Mapped[int] = mapped_column(ForeignKey("step_lists.id"))
    undefined: Mapped[str | None] = mapped_column(Text)
    matrix: Mapped[bytes] = mapped_column(LargeBinary)


class SummaryRow(Base):
    """What tables and colour maps need of a run, without touching its series: `matrix` (6, M) float64.

    Its rows are those of `summaries.STATISTICS`; its columns the series of the set.
    """

    __tablename__ = "summaries"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("series_sets.id"))
    matrix: Mapped[bytes] = mapped_column(LargeBinary)


class CorrectionRow(Base):
    """What a person says about the events of one series of a run, beside what is found there."""

    __tablename__ = "corrections"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    series: Mapped[str] = mapped_column(Text, primary_key=True)
    correction: Mapped[dict[str, Any]] = mapped_column(JSON)
    corrected_at: Mapped[datetime] = mapped_column(Moment)


class SnapshotRow(Base):
    """The newest snapshot of a shard; the bytes are the blob of this digest."""

    __tablename__ = "snapshots"

    shard_id: Mapped[int] = mapped_column(ForeignKey("shards.id"), primary_key=True)
    step: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), index=True)


class ArrayKindRow(Base):
    """What arrays of many runs have in common: measure, version, type, shape, examples. Kept once."""

    __tablename__ = "array_kinds"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[dict[str, Any]] = mapped_column(JSON)


class ArrayRow(Base):
    """One array of one run at one checkpoint: `size` bytes of a blob from `start`, whose own digest is `checksum`."""

    __tablename__ = "arrays"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("array_kinds.id"))
    blob: Mapped[str] = mapped_column(String(64), index=True)
    start: Mapped[int]
    size: Mapped[int]
    scale: Mapped[float]
    checksum: Mapped[str] = mapped_column(String(64))


class ShareRow(Base):
    """A read-only link to one view or comparison; of its token only the hash is kept."""

    __tablename__ = "shares"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    view: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    embeddable: Mapped[bool] = mapped_column(default=False, server_default=sa_false())
    deletion_id: Mapped[int | None]


class KeptViewRow(Base):
    """A long address of the page under a short name."""

    __tablename__ = "kept_views"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    deletion_id: Mapped[int | None]

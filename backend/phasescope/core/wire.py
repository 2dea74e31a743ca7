"""What a worker and the server say to each other, and how checkpoints are packed.

A block of values travels as one safetensors file (never pickle): `runs` (R,) int64, `steps` (C,) int64,
`counts` (R,) int64, `values` (R, C, M) float64. `counts[r]` is how many of the C steps run r has (a run that left
the shard has fewer than its neighbours); values after that are NaN and mean nothing. Where measures have schedules of
their own, `taken` (C, M) bool says which series were measured at which step: NaN is undefined where it is true, and
nothing at all where it is false.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from phasescope.core.catalogue import Catalogue
from phasescope.core.errors import InvalidSpec, Problem
from phasescope.core.record import Count, Number, Record, setting
from phasescope.core.schedule import MeasureSchedule
from phasescope.core.spec import RunSpec, StopRule

HEARTBEAT_SECONDS = 10.0
LOST_AFTER_SECONDS = 30.0
ARRAYS = {"runs": np.int64, "steps": np.int64, "counts": np.int64, "values": np.float64, "taken": np.bool_}


class Registration(Record):
    """A worker introduces itself: a name that is its own, its device in words, and what it can train."""

    name: str
    device: str
    catalogue: Catalogue


class Registered(Record):
    """The server's answer; the number is used in every later call."""

    worker: Number
    heartbeat_seconds: float


class LeaseRequest(Record):
    """`runs_at_most` is how many runs this worker wants to train together."""

    worker: Number
    runs_at_most: Number


class LeasedRun(Record):
    """One run of a leased shard."""

    run: Number
    spec: RunSpec


class Lease(Record):
    """A shard that this worker owns until `until` on the server's clock, renewed by heartbeats."""

    shard: Number
    attempt: Number
    experiment: Number
    until: datetime
    steps: tuple[int, ...]
    measures: tuple[str, ...]
    schedules: dict[str, MeasureSchedule] = setting({}, "Of measures that are not taken at every step.")
    stop: StopRule | None
    runs: tuple[LeasedRun, ...]
    snapshot_step: int | None

    def due(self) -> dict[int, tuple[str, ...]]:
        """The measures to take at each step."""
        plans = {name: set(self.schedules.get(name, MeasureSchedule()).steps(self.steps)) for name in self.measures}
        return {step: tuple(name for name, plan in plans.items() if step in plan) for step in self.steps}


class Trial(Record):
    """A question to a worker: what would so many runs like this one cost? `key` names runs of one shape."""

    key: str
    spec: RunSpec
    runs: Number
    steps: Number
    measures: tuple[str, ...]
    limits: dict[str, MeasureSchedule] = setting(
        {}, "Of measures that keep arrays: how much of them, where it is said."
    )


class TrialResult(Record):
    """Seconds and bytes of one run, where many are trained together, as measured by a worker."""

    worker: Number
    key: str
    preparing: float = setting(..., "To make it ready.", unit="s", ge=0)
    stepping: float = setting(..., "For one step, beyond what any number of runs costs.", unit="s", ge=0)
    beginning: float = setting(0.0, "Of all that train together, before they do, however many.", unit="s", ge=0)
    overhead: float = setting(0.0, "Of all that train together, for one step, however many.", unit="s", ge=0)
    measuring: dict[str, float] = setting(..., "For each measure at one checkpoint.", unit="s")
    series: dict[str, int] = setting(..., "Numbers that each measure gives at a checkpoint.")
    arrays: dict[str, int] = setting({}, "What each measure keeps as arrays at a checkpoint.", unit="B")
    first_arrays: dict[str, int] = setting({}, "The same at step 0, where some keep more.", unit="B")
    limits: dict[str, MeasureSchedule] = setting({}, "With which limits arrays were kept.")
    memory_bytes: int = setting(..., "In memory while it trains.", unit="B", ge=0)
    together: Number = setting(..., "How many are trained at a time.")
    refusal: str | None = setting(None, "Why such runs cannot be trained; the numbers mean nothing then.")


class Heartbeat(Record):
    """Sent every HEARTBEAT_SECONDS while a worker lives; without a shard it only says that it is there."""

    worker: Number
    shard: Number | None
    attempt: Number | None
    run_steps_per_second: float | None


class HeartbeatAnswer(Record):
    """`stop` tells the worker to leave the shard (it was cancelled); `trial`, to ask for a trial between two steps."""

    order: Literal["continue", "stop"]
    trial: bool = False


class RunEnd(Record):
    """How one run of a shard ended."""

    run: Number
    state: Literal["finished", "stopped", "diverged", "failed", "cancelled"]
    step: Count
    message: str | None


class ShardEnd(Record):
    """A worker's last word on (some runs of) its shard; without runs, it gives the shard back."""

    worker: Number
    attempt: Number
    runs: tuple[RunEnd, ...]


class Acknowledged(Record):
    """What was sent is durable."""

    ok: bool


@dataclass(frozen=True)
class Block:
    """Values of M series of R runs at up to C checkpoints."""

    runs: NDArray[np.int64]  # (R,)
    steps: NDArray[np.int64]  # (C,)
    counts: NDArray[np.int64]  # (R,)
    values: NDArray[np.float64]  # (R, C, M)
    series: tuple[str, ...]  # (M,)
    versions: Mapping[str, int] = field(default_factory=dict)  # measure -> version
    undefined: Mapping[str, str] = field(default_factory=dict)  # series -> why a value of it may be undefined
    taken: NDArray[np.bool_] | None = None  # (C, M) which series were measured at which step; None: all at all

    def to_bytes(self) -> bytes:
        """One safetensors file."""
        arrays = {name: getattr(self, name) for name in ARRAYS if getattr(self, name) is not None}
        about = {"series": list(self.series), "versions": dict(self.versions), "undefined": dict(self.undefined)}
        return save({k: np.ascontiguousarray(v) for k, v in arrays.items()}, metadata={"block": json.dumps(about)})

    @classmethod
    def from_bytes(cls, data: bytes) -> Block:
        """Raises InvalidSpec when it is not a block or its shapes do not agree."""
        try:
            arrays = load(data)
            about = _metadata(data)
            block = cls(
                **arrays, series=tuple(about["series"]), versions=about["versions"], undefined=about["undefined"]
            )
            expected = (len(block.runs), len(block.steps), len(block.series))
            wrong = [name for name, values in arrays.items() if values.dtype != ARRAYS[name]]
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise InvalidSpec([Problem("block", f"This is not a block of values: {error}.")]) from error
        if wrong:
            kinds = ", ".join(f"{name} {arrays[name].dtype}" for name in wrong)
            raise InvalidSpec(
                [Problem("block", f"The block holds {kinds}; allowed: values float64, taken bool, the others int64.")]
            )
        if block.values.shape != expected or block.counts.shape != block.runs.shape:
            sentence = (
                f"The block's values have shape {block.values.shape}; its runs, steps and series make {expected}."
            )
            raise InvalidSpec([Problem("block", sentence)])
        if block.taken is not None and block.taken.shape != expected[1:]:
            sentence = f"`taken` of the block has shape {block.taken.shape}; its steps and series make {expected[1:]}."
            raise InvalidSpec([Problem("block", sentence)])
        return block


def _metadata(data: bytes) -> dict[str, Any]:
    """The header of a safetensors file: 8 bytes of length, then JSON (the numpy loader does not give the metadata)."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    about: dict[str, Any] = json.loads(header["__metadata__"]["block"])
    return about

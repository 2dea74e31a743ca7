"""A stop rule counts checkpoints in a row, wherever training was taken up between them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import torch
from safetensors.torch import load, save

from phasescope.core.spec import RunSpec, StopRule
from phasescope.core.wire import Lease, LeasedRun, RunEnd, ShardEnd
from phasescope.engine.snapshot import Snapshot
from phasescope.worker import shard
from phasescope.worker.post import Post
from phasescope.worker.shard import train_shard

from .receiving import GoOn, Kept

STEPS = tuple(range(0, 101, 10))


def lease() -> Lease:
    def spec(seed: int) -> RunSpec:
        return RunSpec(
            task={"name": "modular_arithmetic", "modulus": 5}, model={"name": "mlp", "width": 8},
            optimizer={"name": "adamw"}, seed=seed, precision="float64",
        )  # fmt: skip

    return Lease(
        shard=1, attempt=1, experiment=1, until=datetime.now(UTC), steps=STEPS, measures=("weight_norm",),
        stop=StopRule(measure="weight_norm", at_least=0.0, for_checkpoints=6), snapshot_step=None,
        runs=tuple(LeasedRun(run=run, spec=spec(run)) for run in (1, 2)),
    )  # fmt: skip


def trained(snapshot: bytes | None = None) -> tuple[list[tuple[int, str, int]], dict[int, bytes]]:
    """How runs ended: number, state and step; and the snapshots on the way."""
    outbox = Kept()
    begin = None if snapshot is None else Snapshot.from_bytes(snapshot)
    train_shard(lease(), post=Post(outbox, 1, 1, 1), orders=GoOn(), device=torch.device("cpu"), snapshot=begin)
    ends: list[RunEnd] = []
    snapshots = {}
    for message in outbox.messages:
        if message.path.endswith("finish"):
            ends += ShardEnd.model_validate_json(message.body).runs
        elif message.path.endswith("snapshot"):
            snapshots[int(message.parameters["step"])] = message.body
    return [(end.run, end.state, end.step) for end in ends], snapshots


def test_a_shard_taken_up_in_the_middle_stops_where_one_never_killed_does(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = trained()
    assert whole == [(1, "stopped", 50), (2, "stopped", 50)]
    monkeypatch.setattr(shard, "SNAPSHOT_SECONDS", 0.0)
    _, snapshots = trained()
    monkeypatch.undo()
    for step in (0, 40, 45):  # the last is between two checkpoints
        assert trained(snapshots[step])[0] == whole


def test_a_snapshot_of_before_counts_were_kept_still_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard, "SNAPSHOT_SECONDS", 0.0)
    tensors = load(trained()[1][40])
    assert tensors.pop("in_a_row").tolist() == [5, 5]
    monkeypatch.undo()
    assert trained(save(tensors))[0] == [(1, "finished", 100), (2, "finished", 100)]

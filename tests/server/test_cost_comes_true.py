"""What is counted before an experiment starts is what training then does and sends, for runs that are unequal."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from fastapi.testclient import TestClient

from phasescope.core.arrays import from_bytes
from phasescope.core.wire import Block, Lease, Trial
from phasescope.worker import trial as trying
from phasescope.worker.outbox import Message
from phasescope.worker.post import Post
from phasescope.worker.shard import train_shard
from phasescope.worker.trial import answered

from ..worker.receiving import GoOn, Kept
from .toy_worker import ToyWorker, family

CPU = torch.device("cpu")
UNEQUAL: dict[str, Any] = {
    "task": {"name": "modular_arithmetic", "modulus": 7},
    "model": {"name": "mlp", "width": 8, "embedding_width": 4},
    "steps": 40,
    "checkpoints": {"every": 5},
    "batch_size": 4,
    "measures": [
        "loss", "accuracy", {"name": "weight_norms", "every": 3},
        {"name": "representations", "examples": 8, "checkpoints": {"at": [20]}},
    ],
    "axes": [
        {"path": "model.width", "values": [8, 24]},
        {"path": "task.train_fraction", "values": [0.1, 0.5]},
        {"path": "batch_size", "values": [4, 6]},
    ],
}  # fmt: skip


class Counting(GoOn):
    """Counts the run-steps that are done."""

    def __init__(self) -> None:
        self.run_steps = 0

    def report(self, run_steps: int) -> None:
        self.run_steps += run_steps


def checked(client: TestClient) -> dict[str, Any]:
    answer = client.post("/api/experiments/check", json=family(**UNEQUAL))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def trained(worker: ToyWorker) -> tuple[list[Message], int]:
    """All that is sent by the shards of what waits, and the run-steps they took."""
    kept, orders = Kept(), Counting()
    wanted = {"worker": worker.number, "runs_at_most": 5}
    while (response := worker.client.post("/api/worker/lease", json=wanted)).status_code == 200:
        lease = Lease.model_validate(response.json())
        train_shard(lease, post=Post(kept, worker.number, lease.shard, lease.attempt), orders=orders, device=CPU)
    return kept.messages, orders.run_steps


def test_run_steps_values_and_arrays_are_as_many_as_was_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "TRIAL_SECONDS", 0.01)  # seconds are the business of benchmarks/estimate.py
    worker = ToyWorker(client)
    assert checked(client)["stored_bytes"] is None
    while (response := client.post("/api/worker/trial")).status_code == 200:
        result = answered(Trial.model_validate(response.json()), worker=worker.number, device=CPU)
        assert client.post("/api/worker/trials", json=result.model_dump(mode="json")).status_code == 200
    told = checked(client)
    assert (told["runs"], told["signatures"]) == (8, 4)
    assert told["seconds"] > 0
    assert client.post("/api/experiments", json=family(**UNEQUAL)).status_code == 201
    messages, run_steps = trained(worker)
    assert told["run_steps"] == run_steps == 8 * 40
    blocks = [Block.from_bytes(message.body) for message in messages if message.path.endswith("blocks")]
    values = sum(
        int(count) * block.values.shape[2] if block.taken is None else int(block.taken[: int(count)].sum())
        for block in blocks
        for count in block.counts
    )
    files = [from_bytes(message.body)[1] for message in messages if message.path.endswith("arrays")]
    assert told["array_bytes"] == sum(placed.part.data.nbytes for parts in files for placed in parts) > 0
    assert told["stored_bytes"] - told["array_bytes"] == 8 * values

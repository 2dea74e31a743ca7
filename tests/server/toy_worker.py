"""A small experiment, and a worker that speaks the protocol and sends made-up values instead of training."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi.testclient import TestClient

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.wire import Block, Lease

SERIES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm")


def family(**changed: Any) -> dict[str, Any]:
    """A small experiment as a person writes it: 2 × 2 cells of the toy addition table."""
    return {
        "name": "four cells",
        "task": {"name": "toy_addition", "symbols": 6, "train_examples": 15, "target_dimensions": 8},
        "model": {"name": "embedding_decoder", "embedding_width": 1, "width": 8, "hidden_layers": 1},
        "optimizer": {"name": "adamw"},
        "steps": 100,
        "checkpoints": {"every": 50},
        "measures": ["loss", "accuracy", "weight_norm"],
        "axes": [
            {"path": "optimizer.learning_rate", "values": [0.001, 0.01]},
            {"path": "optimizer.weight_decay", "values": [0.0, 1.0]},
        ],
        **changed,
    }


class ToyWorker:
    """Speaks the worker's side of the protocol, and sends made-up values."""

    def __init__(self, client: TestClient, name: str = "toy") -> None:
        self.client = client
        about = {"name": name, "device": "cpu", "catalogue": kept_catalogue().model_dump(mode="json")}
        self.number: int = self.post("register", about)["worker"]

    def post(self, address: str, body: dict[str, Any]) -> Any:
        answer = self.client.post(f"/api/worker/{address}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def lease(self, runs_at_most: int = 100) -> Lease:
        return Lease.model_validate(self.post("lease", {"worker": self.number, "runs_at_most": runs_at_most}))

    def token(self, lease: Lease) -> dict[str, int]:
        return {"worker": self.number, "attempt": lease.attempt}

    def put_block(self, lease: Lease, steps: tuple[int, ...]) -> Any:
        return self.put(lease, made_up_block(lease, steps))

    def put(self, lease: Lease, block: Block) -> Any:
        return self.client.put(
            f"/api/worker/shards/{lease.shard}/blocks",
            params=self.token(lease),
            content=block.to_bytes(),
            headers={"Content-Type": "application/octet-stream"},
        )

    def finish(self, lease: Lease, state: str = "finished") -> Any:
        ends = [{"run": r.run, "state": state, "step": lease.steps[-1], "message": None} for r in lease.runs]
        body = {"worker": self.number, "attempt": lease.attempt, "runs": ends}
        return self.client.post(f"/api/worker/shards/{lease.shard}/finish", json=body)


def made_up_block(lease: Lease, steps: tuple[int, ...]) -> Block:
    """Accuracies that rise with the step, losses that fall."""
    runs, count = len(lease.runs), len(steps)
    rising = np.linspace(0.1, 0.95, count) if count > 1 else np.array([0.1])
    values = np.broadcast_to(
        np.stack([1 - rising, 1 - rising, rising, rising, 1 + rising], axis=-1), (runs, count, len(SERIES))
    )
    return Block(
        runs=np.array([leased.run for leased in lease.runs], dtype=np.int64),
        steps=np.array(steps, dtype=np.int64),
        counts=np.full(runs, count, dtype=np.int64),
        values=np.ascontiguousarray(values),
        series=SERIES,
        versions={"loss": 1, "accuracy": 1, "weight_norm": 1},
    )

"""What training was estimated to cost against what it then took; a ratio from 0.5 to 2 is within the aim.

Families of equal runs are told by the engine's own estimate. An experiment of unequal runs, measures among them, is
told by the server's check, of which the worker tries each kind of run, and then trained as a worker trains it.
"""

from __future__ import annotations

import tempfile
import time
from typing import Any

import report
import torch
from fastapi.testclient import TestClient

from phasescope.core.spec import Choice, RunSpec
from phasescope.core.wire import Lease, Registration, Trial
from phasescope.engine.estimate import estimate
from phasescope.engine.plan import Plan
from phasescope.engine.train import train
from phasescope.server.app import create_app
from phasescope.server.settings import read_settings
from phasescope.worker.catalogue import laboratory_catalogue
from phasescope.worker.outbox import Message, Outbox
from phasescope.worker.post import Post
from phasescope.worker.shard import train_shard
from phasescope.worker.trial import answered

CPU = torch.device("cpu")
TOY = {"name": "toy_addition"}
MODULAR = {"name": "modular_arithmetic", "modulus": 23, "train_fraction": 0.5}
FAMILIES: dict[str, tuple[Choice, Choice, int, int]] = {
    "the demo's decoder, 80 wide": (TOY, {"name": "embedding_decoder", "width": 80}, 128, 300),
    "one small run": (TOY, {"name": "embedding_decoder", "width": 16}, 1, 5000),
    "MLP 2 × 32 mod 23": (MODULAR, {"name": "mlp", "width": 32, "embedding_width": 16}, 64, 200),
}
UNEQUAL: dict[str, dict[str, Any]] = {
    "widths 8 to 128, training sets 5 to 80 %": {
        "task": MODULAR, "model": {"name": "mlp", "width": 8, "embedding_width": 16}, "steps": 200,
        "checkpoints": {"every": 20},
        "measures": ["loss", "accuracy", "weight_norm", {"name": "drift", "every": 2},
                     {"name": "hessian_top_eigenvalue", "every": 5}],
        "axes": [{"path": "model.width", "values": [8, 32, 128]},
                 {"path": "task.train_fraction", "linear": [0.05, 0.8, 6]}],
        "seeds": 2,
    },
    "batches 4 to 256, one to three layers": {
        "task": MODULAR, "model": {"name": "mlp", "width": 32, "embedding_width": 16}, "steps": 400, "batch_size": 4,
        "checkpoints": {"log_spaced": 30}, "measures": ["loss", "accuracy", {"name": "representations", "every": 10}],
        "axes": [{"path": "model.hidden_layers", "values": [1, 3]},
                 {"path": "batch_size", "values": [4, 8, 16, 32, 64, 128, 256]}],
        "seeds": 2,
    },
}  # fmt: skip


class Sunk(Outbox):
    """An outbox that counts what it is given and keeps nothing."""

    def __init__(self) -> None:
        self.bytes = 0

    def put(self, message: Message) -> None:
        self.bytes += len(message.body)

    def lost(self, shard: int, attempt: int) -> bool:
        return False


class NoOrders:
    """A worker that is told nothing."""

    def leave(self) -> bool:
        return False

    def report(self, run_steps: int) -> None:
        pass

    def between(self) -> None:
        pass


def measure(quick: bool) -> list[report.Case]:
    """Estimate, then train."""
    torch.set_num_threads(1)
    return [*(equal(name, quick) for name in FAMILIES), *(unequal(name, quick) for name in UNEQUAL)]


def equal(name: str, quick: bool) -> report.Case:
    """Runs that differ in their seed alone."""
    task, model, runs, steps = FAMILIES[name]
    count = steps // 4 if quick else steps
    specs = [RunSpec(task=task, model=model, optimizer={"name": "adamw"}, seed=seed) for seed in range(runs)]
    told = estimate(specs, count).seconds
    began = time.perf_counter()
    for group in Plan(dict(enumerate(specs)), CPU).groups():
        for _ in train(group, (count,)):
            pass
    return case(f"{name}, {runs} runs × {count} steps", told, time.perf_counter() - began)


def unequal(name: str, quick: bool) -> report.Case:
    """An experiment, from its check to the end of its last shard."""
    asked = {"name": name, "optimizer": {"name": "adamw"}, **UNEQUAL[name]}
    asked["steps"] = asked["steps"] // 4 if quick else asked["steps"]
    with tempfile.TemporaryDirectory() as home:
        settings = read_settings(home=home, port=8787)
        with TestClient(create_app(settings), base_url="http://127.0.0.1:8787") as client:
            about = Registration(name="a worker", device="cpu", catalogue=laboratory_catalogue())
            worker = client.post("/api/worker/register", json=about.model_dump(mode="json")).json()["worker"]
            client.post("/api/experiments/check", json=asked).raise_for_status()
            while (response := client.post("/api/worker/trial")).status_code == 200:
                result = answered(Trial.model_validate(response.json()), worker=worker, device=CPU)
                client.post("/api/worker/trials", json=result.model_dump(mode="json")).raise_for_status()
            told = client.post("/api/experiments/check", json=asked).raise_for_status().json()
            client.post("/api/experiments", json=asked).raise_for_status()
            took = trained(client, worker)
    return case(f"{name}, {told['runs']} runs × {asked['steps']} steps", told["seconds"], took)


def trained(client: TestClient, worker: int) -> float:
    """Seconds that the shards take, without what the server does."""
    took = 0.0
    wanted = {"worker": worker, "runs_at_most": 512}
    while (response := client.post("/api/worker/lease", json=wanted)).status_code == 200:
        lease = Lease.model_validate(response.json())
        began = time.perf_counter()
        train_shard(lease, post=Post(Sunk(), worker, lease.shard, lease.attempt), orders=NoOrders(), device=CPU)
        took += time.perf_counter() - began
    return took


def case(name: str, told: float, took: float) -> report.Case:
    """Ratio of what was taken to what was told."""
    return report.Case(name, round(told, 2), round(took, 2), "s", round(took / told, 2))


if __name__ == "__main__":
    report.main("estimate", __doc__ or "", measure)

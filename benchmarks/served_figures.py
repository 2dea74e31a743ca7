"""Figures over HTTP from a server with a store of 4,096 runs × 200 checkpoints, against what is promised at most.

Cold: the store is read and the figure drawn. Warm: the same figure asked for again. First: the first figure of a
process that has just started, as the page meets it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import report
from fastapi.testclient import TestClient

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.spec import ExperimentSpec
from phasescope.core.wire import Block, Registration, RunEnd
from phasescope.server.app import create_app
from phasescope.server.settings import Settings
from phasescope.store import Store, blocks, experiments, open_store, shards, workers

SIDE, CHECKPOINTS = 64, 200
COLD, WARM = 500.0, 50.0  # milliseconds
SERIES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm")
VIEWS: dict[str, dict[str, object]] = {
    "phase_diagram": {},
    "phase_diagram, events": {"colour": "drop_step"},
    "phase_diagram, boundaries": {"boundaries": "true"},
    "slices": {"colour": "test_accuracy"},
    "parallel_coordinates": {},
    "fits": {"colour": "test_time"},
    "curves": {"runs": list(range(1, 4001, 40))},
    "hidden_states": {"runs": list(range(1, 4001, 40))},
    "peri_event": {"runs": list(range(1, 4001, 40)), "series": "loss"},
    "extrapolation": {"runs": [1, 500, 900], "series": "loss"},
}
FIRST = """
import sys, time
from fastapi.testclient import TestClient
from phasescope.server.app import create_app
from phasescope.server.settings import read_settings
with TestClient(create_app(read_settings(home=sys.argv[1])), base_url="http://127.0.0.1:8787") as client:
    time.sleep(float(sys.argv[2]))
    start = time.perf_counter()
    assert client.get("/api/experiments/1/figures/phase_diagram").status_code == 200
    print(1000 * (time.perf_counter() - start))
"""


def filled(folder: Path) -> None:
    """A store with one finished experiment, written as a worker writes it."""
    spec = ExperimentSpec.model_validate({
        "name": "4,096 runs", "task": {"name": "toy_addition"}, "model": {"name": "embedding_decoder"},
        "optimizer": {"name": "adamw"}, "steps": 5000, "checkpoints": {"log_spaced": 260},
        "measures": ["loss", "accuracy", "weight_norm"],
        "axes": [
            {"path": "optimizer.learning_rate", "log": [1e-4, 1e-2, SIDE]},
            {"path": "optimizer.weight_decay", "linear": [0, 20, SIDE]},
        ],
    })  # fmt: skip
    store = open_store(f"sqlite:///{folder / 'phasescope.sqlite'}", folder)
    now = datetime.now(UTC)
    with store.begin() as session:
        experiments.create(
            session, spec=spec, cells=[(cell, cell.spec.digest(), "one") for cell in spec.cells()], recipe=None
        )
        worker = workers.register(session, Registration(name="made up", device="CPU", catalogue=kept_catalogue()), now)
    trained = 0
    while trained < spec.count():  # the coarse cells are leased first
        trained += train(store, worker, spec.checkpoints.steps(spec.steps)[-CHECKPOINTS:], now)
    store.close()


def train(store: Store, worker: int, steps: tuple[int, ...], now: datetime) -> int:
    """A shard, whose test accuracy rises at a time that depends on the place in the grid; how many runs it has."""
    with store.begin() as session:
        lease = shards.lease(session, worker=worker, runs_at_most=SIDE**2, now=now)
    assert lease is not None
    ids = np.array([leased.run for leased in lease.runs], dtype=np.int64)
    across, up = ((ids - 1) // SIDE / SIDE)[:, None], ((ids - 1) % SIDE / SIDE)[:, None]
    place = np.log10(np.maximum(steps, 1))
    train_accuracy = 1 / (1 + np.exp(-12 * (place - 3.4 + 1.5 * across - 2 * up)))
    test_accuracy = 1 / (1 + np.exp(-12 * (place - 3.6 + 1.1 * across - 1.8 * up)))
    noise = np.exp(0.03 * np.random.default_rng(0).normal(size=(2, *train_accuracy.shape)))
    losses = (2 * np.exp(-4 * train_accuracy) * noise[0], 2 * np.exp(-4 * test_accuracy) * noise[1])
    values = np.stack([*losses, train_accuracy, test_accuracy, 8 + train_accuracy], axis=2)
    block = Block(
        runs=ids, steps=np.array(steps, dtype=np.int64), counts=np.full(len(ids), len(steps), dtype=np.int64),
        values=values, series=SERIES, versions={"loss": 1}, undefined={},
    )  # fmt: skip
    ends = [RunEnd(run=int(run), state="finished", step=steps[-1], message=None) for run in ids]
    with store.begin() as session:
        blocks.put(session, shard=lease.shard, worker=worker, attempt=lease.attempt, block=block)
    with store.begin() as session:
        shards.finish(session, shard=lease.shard, worker=worker, attempt=lease.attempt, ends=ends)
    return len(ids)


def milliseconds(client: TestClient, figure: str, view: dict[str, object]) -> float:
    """How long one figure takes."""
    start = time.perf_counter()
    answer = client.get(f"/api/experiments/1/figures/{figure}", params=view)
    assert answer.status_code == 200, answer.text
    return 1000 * (time.perf_counter() - start)


def promised(name: str, taken: float, limit: float) -> report.Case:
    """A case against a promise."""
    return report.Case(name, round(taken, 1), limit, "ms, at most", round(limit / max(taken, 0.1), 2))


def measure(quick: bool) -> list[report.Case]:
    """Every view cold and warm; then new processes, asked at once and after two seconds."""
    cases: list[report.Case] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled(folder)
        app = create_app(Settings(home=folder, host="127.0.0.1", port=8787, database_url=None, page=None))
        with TestClient(app, base_url="http://127.0.0.1:8787") as client:
            milliseconds(client, "phase_diagram", {"step": 4})  # not counted: what the process itself needs
            for label, view in VIEWS.items():
                figure = label.partition(",")[0]
                rounds = 1 if quick else 3
                cold = min(milliseconds(client, figure, {**view, "step": 5000 + turn}) for turn in range(rounds))
                warm = min(milliseconds(client, figure, {**view, "step": 5000}) for _ in range(3))
                cases += [promised(f"{label}, cold", cold, COLD), promised(f"{label}, warm", warm, WARM)]
        for wait in (0, 2):
            command = [sys.executable, "-c", FIRST, str(folder), str(wait)]
            taken = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            cases.append(promised(f"first figure of a process, {wait} s after its start", taken, COLD))
    return cases


if __name__ == "__main__":
    report.main("served_figures", __doc__ or "", measure)

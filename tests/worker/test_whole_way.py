"""The whole way over real HTTP: lease, train, measure, upload; and everything on it may die."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SMALL: dict[str, Any] = {
    "name": "a small family",
    "task": {"name": "toy_addition", "symbols": 6, "train_examples": 15},
    "model": {"name": "embedding_decoder", "width": 8},
    "optimizer": {"name": "adamw", "learning_rate": 3e-3},
    "steps": 200,
    "checkpoints": {"log_spaced": 12},
    "axes": [{"path": "optimizer.weight_decay", "values": [0.0, 0.5, 1.0]}],
    "seeds": 2,
}
# takes some seconds, so that something can be killed in the middle
KEPT = {"name": "representations", "checkpoints": {"every": 500}, "examples": 8, "features": 2}
LONG = {
    **SMALL, "steps": 4000, "checkpoints": {"every": 50}, "seeds": 4, "measures": ["loss", "accuracy", "drift", KEPT],
}  # fmt: skip


def over(answer: dict[str, Any]) -> bool:
    return answer["state"] in ("finished", "failed", "cancelled")


def create(served: Any, spec: dict[str, Any]) -> int:
    answer = served.http.post("/api/experiments", json=spec)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def curves(served: Any, experiment: int, name: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """(point, seed) -> a series."""
    runs = served.http.get(f"/api/experiments/{experiment}/runs").json()
    found = {}
    for run in runs:
        series = served.http.get(f"/api/runs/{run['id']}/series/{name}").raise_for_status().json()
        found[(*run["point"].values(), run["seed"])] = series
    return found


def test_data_that_are_missing_are_named_where_the_runs_failed(serve: Callable[..., Any], tmp_path: Path) -> None:
    served = serve("--workers", "0", "--no-demo")
    served.worker()
    own = {**SMALL, "task": {"name": "own_arrays", "file": "absent.npz"}, "model": {"name": "mlp", "width": 8}}
    (tmp_path / "spec.json").write_text(json.dumps(own))
    command = [sys.executable, "-m", "phasescope.cli", "run", str(tmp_path / "spec.json"), "--server", served.address]
    deadline = time.monotonic() + 60
    while not served.http.get("/api/workers").json() and time.monotonic() < deadline:
        time.sleep(0.1)
    checked = subprocess.run([*command, "--check"], capture_output=True, text=True, timeout=120, check=False)
    assert checked.returncode == 1
    assert "a worker tried it and cannot train it: Task own_arrays reads files from " in checked.stdout
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Task own_arrays reads files from ")
    assert len(ended.stderr.splitlines()) == 1
    for run in served.http.get("/api/experiments/1/runs").json():
        assert run["state"] == "failed"
        assert run["message"] == ended.stderr.strip()
        assert "absent.npz with inputs and targets" in run["message"]


def test_a_worker_tells_what_an_experiment_would_cost(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    served.worker()
    deadline = time.monotonic() + 60
    cost = served.http.post("/api/experiments/check", json=SMALL).json()
    while cost["seconds"] is None and time.monotonic() < deadline:
        time.sleep(0.2)
        cost = served.http.post("/api/experiments/check", json=SMALL).json()
    assert cost["seconds"] > 0
    assert cost["memory_bytes"] > 0
    # 6 runs: loss and accuracy of two splits, norm, distance, rotation of 4 matrices, drift of 3 layers to 3 moments
    assert cost["stored_bytes"] >= 6 * 12 * 10 * 8
    assert served.http.get("/api/experiments").json() == []


def test_an_experiment_is_trained_measured_and_stored(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    experiment = create(served, SMALL)
    served.worker()
    answer = served.wait(experiment, over)
    assert answer["state"] == "finished"
    assert answer["progress"]["by_state"]["finished"] == 6
    assert set(answer["series"]) >= {
        "train_loss", "test_accuracy", "weight_norm", "distance_from_initial", "layer_rotation.hidden_1",
        "drift_to_initial.hidden_1", "drift_to_previous.hidden_2",
    }  # fmt: skip
    for series in curves(served, experiment, "train_loss").values():
        assert tuple(series["steps"]) == tuple(answer["steps"])
        assert series["values"][-1] < series["values"][0]


def test_equal_runs_of_two_experiments_are_trained_once(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    first = create(served, SMALL)
    served.worker()
    served.wait(first, over)
    again = create(served, {**SMALL, "name": "again, and one more", "seeds": 3})
    answer = served.wait(again, over)
    assert answer["progress"]["runs"] == 9
    ids = [{run["id"] for run in served.http.get(f"/api/experiments/{e}/runs").json()} for e in (first, again)]
    assert ids[0] < ids[1]


@pytest.mark.timeout(240)
def test_a_killed_worker_costs_only_the_steps_since_its_snapshot(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    other = create(served, LONG)
    served.worker(name="first")
    served.wait(other, lambda a: a["progress"]["newest_step"] >= 1000)
    served.workers[0].send_signal(signal.SIGTERM)  # leaves a snapshot behind
    assert served.workers[0].wait(30) == 0
    step = served.http.get(f"/api/experiments/{other}").json()["progress"]["newest_step"]
    assert step < 4000
    victim = served.worker(name="victim")
    served.wait(other, lambda a: a["progress"]["newest_step"] > step + 200, 90)
    victim.kill()
    served.worker(name="heir")
    answer = served.wait(other, over, 120)
    assert answer["progress"]["by_state"]["finished"] == 12

    # the same trajectories in one go; other checkpoints make them runs of their own
    uninterrupted = create(served, {**LONG, "name": "in one go", "checkpoints": {"every": 100}})
    served.wait(uninterrupted, over, 120)
    broken, smooth = (curves(served, e, "train_loss") for e in (other, uninterrupted))
    assert broken.keys() == smooth.keys()
    for key, series in broken.items():
        assert series["steps"] == list(range(0, 4001, 50))  # stitched: no gap, nothing twice
        np.testing.assert_allclose(series["values"][::2], smooth[key]["values"], rtol=1e-2, atol=1e-4)
    for run in served.http.get(f"/api/experiments/{other}/runs").json():
        kept = served.http.get(f"/api/runs/{run['id']}/arrays").json()
        steps = [array["step"] for array in kept if array["kind"]["name"] == "representations.hidden_1"]
        assert steps == list(range(0, 4001, 500))
    address = f"/api/runs/{run['id']}/arrays/representations.hidden_1/4000"
    assert np.load(io.BytesIO(served.http.get(address).content)).shape == (8, 2)


def test_a_server_that_dies_and_comes_back_loses_nothing(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    experiment = create(served, LONG)
    served.worker()
    served.wait(experiment, lambda a: a["progress"]["newest_step"] >= 400)
    served.process.kill()
    served.process.wait()
    acknowledged = time.monotonic()
    again = serve("--workers", "0", "--no-demo", "--port", served.address.rsplit(":", 1)[1], home=served.home)
    answer = again.wait(experiment, over, 120)
    assert time.monotonic() > acknowledged
    assert answer["state"] == "finished"
    for series in curves(again, experiment, "test_loss").values():
        assert series["steps"] == list(range(0, 4001, 50))


def test_a_cancelled_experiment_stops_its_worker_soon(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    experiment = create(served, {**LONG, "steps": 2_000_000, "checkpoints": {"every": 500}})
    worker = served.worker()
    served.wait(experiment, lambda a: a["progress"]["newest_step"] >= 500)
    assert served.http.post(f"/api/experiments/{experiment}/cancel").json()["state"] == "cancelled"
    after = create(served, SMALL)
    assert served.wait(after, over, 60)["state"] == "finished"
    assert worker.poll() is None


def test_a_run_that_diverges_is_marked_and_its_neighbours_finish(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    wild = {
        **SMALL,
        "optimizer": {"name": "sgd", "weight_decay": 1.0},
        "axes": [{"path": "optimizer.learning_rate", "values": [0.01, 1000.0]}],
        "seeds": 1,
    }
    experiment = create(served, wild)
    served.worker()
    answer = served.wait(experiment, over)
    assert answer["progress"]["by_state"]["diverged"] == 1
    assert answer["progress"]["by_state"]["finished"] == 1
    runs = served.http.get(f"/api/experiments/{experiment}/runs").json()
    gone = next(run for run in runs if run["state"] == "diverged")
    assert "non-finite" in gone["message"]
    series = served.http.get(f"/api/runs/{gone['id']}/series/train_loss").json()
    assert series["steps"]
    assert series["steps"][-1] <= gone["step"]


def test_a_stop_rule_ends_runs_early(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    experiment = create(served, {**SMALL, "stop": {"measure": "train_loss", "at_most": 1.2, "for_checkpoints": 2}})
    served.worker()
    answer = served.wait(experiment, over)
    assert answer["state"] == "finished"
    assert answer["progress"]["by_state"]["stopped"] > 0
    for run in served.http.get(f"/api/experiments/{experiment}/runs").json():
        if run["state"] == "stopped":
            values = served.http.get(f"/api/runs/{run['id']}/series/train_loss").json()["values"]
            assert max(values[-2:]) <= 1.2 + 1e-6


def test_a_worker_told_to_end_between_two_checkpoints_keeps_its_work_and_gives_its_shard_back(
    serve: Callable[..., Any],
) -> None:
    served = serve("--workers", "0", "--no-demo")
    far_apart = {**SMALL, "steps": 1_000_000, "checkpoints": {"at": [1, 2]}, "seeds": 1}
    experiment = create(served, far_apart)
    worker = served.worker(name="first")
    served.wait(experiment, lambda a: a["progress"]["newest_step"] >= 2)
    time.sleep(1)  # now it is on its way to step 1,000,000
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert served.http.get(f"/api/experiments/{experiment}").json()["progress"]["by_state"]["queued"] == 3
    lease = {"worker": served.http.get("/api/workers").json()[0]["id"], "runs_at_most": 10}
    taken = served.http.post("/api/worker/lease", json=lease).json()
    assert taken["snapshot_step"] > 2

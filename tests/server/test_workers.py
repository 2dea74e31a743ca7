"""The worker's protocol over HTTP: lease, values, snapshot, finish; stale and strange messages change nothing."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from phasescope.core.wire import LOST_AFTER_SECONDS
from phasescope.server import context
from phasescope.server.reaper import Reaper

from .toy_worker import SERIES, ToyWorker, made_up_block

BYTES = {"Content-Type": "application/octet-stream"}


def states(client: TestClient, experiment: int) -> list[str]:
    return [run["state"] for run in client.get(f"/api/experiments/{experiment}/runs").json()]


def test_from_lease_to_curves(client: TestClient, experiment: int) -> None:
    worker = ToyWorker(client)
    assert client.get("/api/health").json()["workers"] == 1
    lease = worker.lease()
    assert (lease.attempt, len(lease.runs), lease.steps) == (1, 4, (0, 50, 100))
    assert states(client, experiment) == ["running"] * 4
    assert client.get("/api/workers").json()[0]["state"] == "training"
    assert worker.put_block(lease, (0, 50)).json() == {"ok": True}
    half = client.get(f"/api/runs/{lease.runs[0].run}/series/test_accuracy").json()
    assert (half["steps"], half["values"]) == ([0, 50], [0.1, 0.95])
    assert worker.put_block(lease, (100,)).status_code == 200
    assert worker.finish(lease).json() == {"ok": True}
    assert states(client, experiment) == ["finished"] * 4
    made = client.get(f"/api/experiments/{experiment}").json()
    assert set(SERIES) <= set(made["series"])
    assert made["state"] == "finished"
    whole = client.get(f"/api/runs/{lease.runs[0].run}/series/test_accuracy").json()
    assert whole["steps"] == [0, 50, 100]


def test_nothing_to_do_is_204_without_a_body(client: TestClient) -> None:
    answer = client.post("/api/worker/lease", json={"worker": ToyWorker(client).number, "runs_at_most": 4})
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_worker_that_comes_back_keeps_its_number(client: TestClient) -> None:
    assert ToyWorker(client).number == ToyWorker(client).number
    assert ToyWorker(client, "another").number != ToyWorker(client).number


def test_a_block_sent_twice_counts_once(client: TestClient, experiment: int) -> None:
    worker = ToyWorker(client)
    lease = worker.lease()
    for _ in range(2):
        assert worker.put_block(lease, (0, 50)).status_code == 200
    assert client.get(f"/api/runs/{lease.runs[0].run}/series/train_loss").json()["steps"] == [0, 50]


def test_a_snapshot_comes_back_as_it_was_sent_and_only_to_its_worker(client: TestClient, experiment: int) -> None:
    worker = ToyWorker(client)
    lease = worker.lease()
    address, token, data = f"/api/worker/shards/{lease.shard}/snapshot", worker.token(lease), bytes(range(256)) * 100
    assert client.get(address, params=token).status_code == 404
    assert client.put(address, params={**token, "step": 50}, content=data, headers=BYTES).status_code == 200
    back = client.get(address, params=token)
    assert (back.content, back.headers["Content-Type"]) == (data, "application/octet-stream")
    stale = client.get(address, params={**token, "attempt": lease.attempt + 1})
    assert (stale.status_code, stale.json()["error"]["kind"]) == (409, "stale")


def test_a_worker_that_fell_silent_loses_its_shard_and_its_late_words_are_stale(
    client: TestClient, app: FastAPI, experiment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent, other = ToyWorker(client, "silent"), ToyWorker(client, "other")
    lease = silent.lease()
    assert silent.put_block(lease, (0, 50)).status_code == 200
    later = context.now() + timedelta(seconds=LOST_AFTER_SECONDS + 1)
    monkeypatch.setattr("phasescope.server.reaper.now", lambda: later)
    Reaper(app.state.context).reap()
    assert set(states(client, experiment)) <= {"queued", "lost"}
    again = other.lease()
    assert (again.shard, again.attempt) == (lease.shard, 2)
    for answer in (silent.put_block(lease, (100,)), silent.finish(lease)):
        assert (answer.status_code, answer.json()["error"]["kind"]) == (409, "stale")
    sign = {"worker": silent.number, "shard": lease.shard, "attempt": 1, "run_steps_per_second": 1.0}
    assert client.post("/api/worker/heartbeat", json=sign).status_code == 409
    assert states(client, experiment) == ["running"] * 4


def test_heartbeats_say_when_to_stop(client: TestClient, experiment: int) -> None:
    worker = ToyWorker(client)
    lease = worker.lease()
    sign = {"worker": worker.number, "shard": lease.shard, "attempt": lease.attempt, "run_steps_per_second": 1000.0}
    assert worker.post("heartbeat", sign) == {"order": "continue", "trial": False}
    assert client.get("/api/workers").json()[0]["run_steps_per_second"] == 1000.0
    client.post(f"/api/experiments/{experiment}/cancel")
    assert worker.post("heartbeat", sign) == {"order": "stop", "trial": False}


def test_a_heartbeat_without_a_shard_says_only_that_the_worker_is_there(client: TestClient) -> None:
    sign = {"worker": ToyWorker(client).number, "shard": None, "attempt": None, "run_steps_per_second": None}
    assert client.post("/api/worker/heartbeat", json=sign).json() == {"order": "continue", "trial": False}


def test_unknown_workers_and_shards_are_404(client: TestClient, experiment: int) -> None:
    assert client.post("/api/worker/lease", json={"worker": 99, "runs_at_most": 4}).status_code == 404
    end = {"worker": ToyWorker(client).number, "attempt": 1, "runs": []}
    assert client.post("/api/worker/shards/99/finish", json=end).status_code == 404


def strange_blocks(client: TestClient, worker: ToyWorker) -> dict[str, bytes]:
    lease = worker.lease()
    good = made_up_block(lease, (0, 50))
    data = good.to_bytes()

    def changed(**fields: Any) -> bytes:
        return dataclasses.replace(good, **fields).to_bytes()

    return {
        "address": str(lease.shard).encode(),
        "empty": b"",
        "noise": b"\x80\x04\x95" * 40,
        "cut": data[: len(data) // 2],
        "huge header": (2**60).to_bytes(8, "little") + data[8:],
        "foreign run": changed(runs=good.runs + 10_000),
        "repeated run": changed(runs=np.full_like(good.runs, good.runs[0])),
        "steps backwards": changed(steps=good.steps[::-1].copy()),
        "counts too many": changed(counts=good.counts + 5),
        "counts negative": changed(counts=good.counts - 5),
        "floats for runs": changed(runs=good.runs.astype(np.float64)),
        "flat values": changed(values=good.values.reshape(-1)),
        "runs in a square": changed(runs=good.runs.reshape(2, 2), counts=good.counts.reshape(2, 2)),
        "a series twice": changed(series=("train_loss",) * len(SERIES)),
        "too few names": changed(series=SERIES[:2]),
    }


def test_strange_blocks_are_refused_and_nothing_of_them_is_kept(client: TestClient, experiment: int) -> None:
    worker = ToyWorker(client)
    blocks = strange_blocks(client, worker)
    address = f"/api/worker/shards/{blocks.pop('address').decode()}/blocks"
    told = {}
    for name, data in blocks.items():
        answer = client.put(address, params={"worker": worker.number, "attempt": 1}, content=data, headers=BYTES)
        told[name] = (answer.status_code, answer.json()["error"]["kind"] if answer.status_code != 200 else "")
    assert {name: told[name] for name in told if told[name] not in {(422, "invalid"), (409, "stale")}} == {}
    assert client.get(f"/api/experiments/{experiment}").json()["series"] == []


def test_a_worker_cannot_bring_a_schema_that_the_server_would_fetch(client: TestClient) -> None:
    entry = {"kind": "task", "name": "mine", "settings": {"$ref": "http://127.0.0.1:1/"}}
    body = {"name": "bad", "device": "cpu", "catalogue": {"entries": [entry]}}
    assert client.post("/api/worker/register", json=body).status_code == 422
    assert client.get("/api/workers").json() == []


def test_what_a_worker_brings_is_in_the_catalogue_and_cannot_replace_what_is_built_in(client: TestClient) -> None:
    mine = {"kind": "task", "name": "mine", "settings": {"properties": {}}}
    fake = {"kind": "task", "name": "toy_addition", "label": "fake", "settings": {}}
    body = {"name": "plug", "device": "cpu", "catalogue": {"entries": [mine, fake]}}
    assert client.post("/api/worker/register", json=body).status_code == 200
    entries = {(e["kind"], e["name"]): e for e in client.get("/api/catalogue").json()["entries"]}
    assert ("task", "mine") in entries
    assert entries["task", "toy_addition"]["label"] != "fake"

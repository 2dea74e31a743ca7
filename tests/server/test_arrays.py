"""Arrays over HTTP: a worker brings them, anybody reads them as numpy's own files."""

from __future__ import annotations

import io

import numpy as np
import pytest
from fastapi.testclient import TestClient

from phasescope.core.arrays import ArrayKind, part_of, to_bytes
from phasescope.core.wire import Lease

from .toy_worker import ToyWorker

BYTES = {"Content-Type": "application/octet-stream"}


def file(runs: list[int], step: int) -> bytes:
    numbers = ArrayKind(
        name="representations.hidden_1", measure="representations", version=1, dtype="float16", shape=(6, 2),
        examples="e", about={"examples": 6, "of_examples": 21},
    )  # fmt: skip
    bits = numbers.model_copy(update={"name": "correctness.train", "dtype": "bool", "shape": (11,)})
    values = np.arange(12.0).reshape(6, 2)
    right = np.arange(11) % 2 == 0
    return to_bytes(step, [part_of(numbers, runs, np.stack([values] * len(runs))),
                           part_of(bits, runs, np.stack([right] * len(runs)))])  # fmt: skip


def put(client: TestClient, worker: ToyWorker, lease: Lease, data: bytes, attempt: int = 1) -> tuple[int, str]:
    owner = {"worker": worker.number, "attempt": attempt}
    answer = client.put(f"/api/worker/shards/{lease.shard}/arrays", params=owner, content=data, headers=BYTES)
    return answer.status_code, "" if answer.is_success else answer.json()["error"]["kind"]


@pytest.fixture
def kept(client: TestClient, experiment: int) -> list[int]:
    """Four runs with arrays at steps 0 and 100; sent twice, they count once."""
    worker = ToyWorker(client)
    lease = worker.lease()
    runs = [leased.run for leased in lease.runs]
    for step in (0, 100, 100):
        assert put(client, worker, lease, file(runs, step)) == (200, "")
    assert put(client, worker, lease, b"noise") == (422, "invalid")
    assert put(client, worker, lease, file([9999], 0)) == (409, "stale")
    assert put(client, worker, lease, file(runs, 0), attempt=7) == (409, "stale")
    return runs


def test_arrays_are_listed_with_what_was_kept_of_what(client: TestClient, kept: list[int]) -> None:
    found = client.get(f"/api/runs/{kept[0]}/arrays").json()
    assert [(a["kind"]["name"], a["step"], a["bytes"]) for a in found] == [
        ("representations.hidden_1", 0, 24), ("representations.hidden_1", 100, 24),
        ("correctness.train", 0, 2), ("correctness.train", 100, 2),
    ]  # fmt: skip
    assert found[0]["kind"]["about"] == {"examples": 6, "of_examples": 21}


def test_an_array_is_a_file_that_numpy_opens(client: TestClient, kept: list[int]) -> None:
    answer = client.get(f"/api/runs/{kept[1]}/arrays/representations.hidden_1/100")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert f"run_{kept[1]}_step_100.npy" in answer.headers["content-disposition"]
    values = np.load(io.BytesIO(answer.content), allow_pickle=False)
    np.testing.assert_array_equal(values, np.arange(12, dtype=np.float32).reshape(6, 2))
    bits = np.load(io.BytesIO(client.get(f"/api/runs/{kept[1]}/arrays/correctness.train/0").content))
    assert bits.dtype == np.bool_
    assert bits.sum() == 6


@pytest.mark.parametrize(
    "address", ["arrays/representations.hidden_1/50", "arrays/predictions/0", "arrays/..%2F..%2Fx/0"]
)
def test_what_is_not_there_is_404_and_says_what_is(client: TestClient, kept: list[int], address: str) -> None:
    answer = client.get(f"/api/runs/{kept[0]}/{address}")
    assert answer.status_code == 404
    assert answer.json()["error"]["kind"] == "not_found"
    assert client.get("/api/runs/9999/arrays").status_code == 404


def test_a_run_without_arrays_has_an_empty_list(client: TestClient, trained: int) -> None:
    (run, *_) = client.get(f"/api/experiments/{trained}/runs").json()
    assert client.get(f"/api/runs/{run['id']}/arrays").json() == []

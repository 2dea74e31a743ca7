"""Arrays over HTTP: a worker brings them, anybody reads them as numpy's own files."""

from __future__ import annotations

import io

import numpy as np
import pytest
from fastapi.testclient import TestClient

from phasescope.core.arrays import ArrayKind, part_of, to_bytes
from phasescope.core.wire import Lease

from .toy_worker import ToyWorker, family

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


def clouds(client: TestClient, name: str, examples: str, cloud: np.ndarray) -> int:
    """A run of an experiment of its own, with two layers kept at steps 0 and 100."""
    client.post("/api/experiments", json=family(name=name, axes=[], steps=100 + len(name)))
    worker = ToyWorker(client, name)
    lease = worker.lease()
    (run,) = [leased.run for leased in lease.runs]
    for step, size in ((0, 1.0), (100, 2.0)):
        layers = {"hidden_1": size * cloud, "hidden_2": cloud[:, ::-1] ** 2}
        kinds = {
            layer: ArrayKind(
                name=f"representations.{layer}", measure="representations", version=1, dtype="float16",
                shape=cloud.shape, examples=examples, about={"examples": len(cloud), "of_examples": 21},
            )
            for layer in layers
        }  # fmt: skip
        parts = [part_of(kinds[layer], [run], values[None]) for layer, values in layers.items()]
        assert put(client, worker, lease, to_bytes(step, parts)) == (200, "")
    return run


def test_layers_of_runs_of_two_experiments_are_compared_on_the_same_examples(client: TestClient) -> None:
    random = np.random.default_rng(0)
    cloud = random.normal(size=(12, 2))
    turned = cloud @ np.array([[0.6, -0.8], [0.8, 0.6]])
    one, other = clouds(client, "one", "probe", cloud), clouds(client, "another", "probe", turned)
    stranger = clouds(client, "a stranger", "other probe", cloud)
    answer = client.get(f"/api/runs/{one}/similarity/{other}", params={"step": 99}).json()
    assert (answer["step"], answer["other_step"], answer["examples"]) == (0, 100, 12)
    assert answer["layers"] == answer["other_layers"] == ["hidden_1", "hidden_2"]
    assert answer["values"][0][0] == pytest.approx(1, abs=1e-3)
    assert answer["values"][0][1] < 0.9
    angle = client.get(f"/api/runs/{one}/similarity/{other}", params={"estimator": "procrustes"}).json()
    assert angle["values"][0][0] == pytest.approx(0, abs=0.01)
    refused = client.get(f"/api/runs/{one}/similarity/{stranger}")
    assert refused.status_code == 409
    assert "probe examples differ" in refused.json()["error"]["message"]


def test_runs_of_which_nothing_is_kept_are_not_compared(client: TestClient, kept: list[int]) -> None:
    run = client.post("/api/experiments", json=family(name="another", steps=50)).json()["id"]
    run = client.get(f"/api/experiments/{run}/runs").json()[0]["id"]
    answer = client.get(f"/api/runs/{kept[0]}/similarity/{run}")
    assert answer.status_code == 404
    assert "Add representations to the measures" in answer.json()["error"]["message"]
    assert client.get(f"/api/runs/{kept[0]}/similarity/{kept[1]}", params={"estimator": "none"}).status_code == 422


def test_figures_of_kept_arrays_are_asked_for_with_an_estimator(client: TestClient, kept: list[int]) -> None:
    experiment = client.get(f"/api/runs/{kept[0]}").json()["experiments"][0]
    for figure in ("similarity", "drift_matrix"):
        address, view = f"/api/experiments/{experiment}/figures/{figure}", {"runs": kept[:2], "run": kept[0]}
        drawn = client.get(address, params={**view, "estimator": "procrustes"}).json()
        assert drawn["layout"]["meta"]["estimator"] == "procrustes"
        assert "Procrustes angle" in drawn["layout"]["coloraxis"]["colorbar"]["title"]["text"]
        refused = client.get(address, params={**view, "estimator": "cosine"})
        assert refused.status_code == 422
        assert "estimator" in refused.text

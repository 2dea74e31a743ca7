"""Experiments grow while they live: more points, more seeds, forks and closer looks, each from what is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from fastapi.testclient import TestClient

from .toy_worker import ToyWorker, family, made_up_block

RATE = "optimizer.learning_rate"


def test_an_experiment_grows_by_seeds_and_the_new_runs_are_trained(client: TestClient, trained: int) -> None:
    before = client.get(f"/api/experiments/{trained}").json()
    runs = client.get(f"/api/experiments/{trained}/runs").json()
    answer = client.post(f"/api/experiments/{trained}/extensions", json=[{"first_seed": 5, "seeds": 2}])
    assert answer.status_code == 201, answer.text
    grown = answer.json()
    assert (before["state"], grown["state"]) == ("finished", "running")
    cells = len({str(run["point"]) for run in runs})
    assert grown["progress"]["runs"] == len(runs) + 2 * cells
    after = client.get(f"/api/experiments/{trained}/runs").json()
    assert after[: len(runs)] == runs
    assert {run["seed"] for run in after[len(runs) :]} == {5, 6}
    worker = ToyWorker(client)
    trained_since: set[int] = set()
    while client.get(f"/api/experiments/{trained}").json()["state"] != "finished":
        lease = worker.lease()
        assert worker.put_block(lease, lease.steps).status_code == 200
        assert worker.finish(lease).status_code == 200
        trained_since |= {run.run for run in lease.runs}
    assert trained_since == {run["id"] for run in after[len(runs) :]}


def test_what_it_has_already_is_not_trained_again(client: TestClient, trained: int) -> None:
    runs = client.get(f"/api/experiments/{trained}/runs").json()
    assert client.post(f"/api/experiments/{trained}/extensions", json=[{}]).status_code == 201
    assert client.get(f"/api/experiments/{trained}/runs").json() == runs


def test_growth_that_makes_no_sense_is_refused(client: TestClient, experiment: int) -> None:
    address = f"/api/experiments/{experiment}/extensions"
    assert "seeds" in client.post(address, json=[{"seeds": 0}]).json()["error"]["message"]
    wrong = {"axes": [{"path": "model.depth", "values": [1]}]}
    assert "no field 'model.depth'" in client.post(address, json=[wrong]).json()["error"]["message"]
    assert client.get(f"/api/experiments/{experiment}").json()["spec"]["extensions"] == []
    client.post(f"/api/experiments/{experiment}/cancel")
    answer = client.post(address, json=[{"first_seed": 5}])
    assert answer.status_code == 409
    assert "cancelled; requeue it before it can grow" in answer.json()["error"]["message"]
    assert client.post("/api/experiments/99/extensions", json=[{}]).status_code == 404


def test_drafts_of_a_fork_and_a_microscope_can_be_started(client: TestClient, trained: int) -> None:
    runs = client.get(f"/api/experiments/{trained}/runs").json()
    steps = client.get(f"/api/experiments/{trained}").json()["spec"]["steps"]
    fork = client.get(
        f"/api/experiments/{trained}/fork",
        params={"run": runs[1]["id"], "step": 2, "field": "learning_rate", "value": [0.1, 0.2]},
    )
    assert fork.status_code == 200, fork.text
    made = client.post("/api/experiments", json=fork.json())
    assert made.status_code == 201, made.text
    assert made.json()["progress"]["runs"] == 2
    chosen = [run["id"] for run in runs[:2]]
    closer = client.get(
        f"/api/experiments/{trained}/microscope", params={"runs": chosen, "begin": 0, "end": steps, "count": 4}
    )
    assert client.post("/api/experiments", json=closer.json()).json()["progress"]["runs"] == 2


def test_drafts_of_what_is_not_there_are_refused(client: TestClient, trained: int) -> None:
    other = client.post("/api/experiments", json=family(name="other", steps=7)).json()["id"]
    strange = client.get(f"/api/experiments/{other}/runs").json()[0]["id"]
    asked = {"run": strange, "step": 2, "field": "learning_rate", "value": 0.1}
    assert client.get(f"/api/experiments/{trained}/fork", params=asked).status_code == 404
    own = client.get(f"/api/experiments/{trained}/runs").json()[0]["id"]
    late = client.get(f"/api/experiments/{trained}/microscope", params={"runs": own, "begin": 5, "end": 10**6})
    assert late.status_code == 422
    assert "begin < end" in late.json()["error"]["message"]
    many = client.get(f"/api/experiments/{trained}/microscope", params={"runs": [own] * 300, "begin": 0, "end": 1})
    assert "at most 256" in many.json()["error"]["message"]


def test_growth_is_proposed_at_the_boundary_and_can_be_sent_as_it_is(client: TestClient) -> None:
    rates = {"path": RATE, "linear": [0.1, 0.8, 8]}
    made = client.post("/api/experiments", json=family(axes=[rates])).json()["id"]
    address = f"/api/experiments/{made}/refinement"
    assert client.get(address).json() == []  # nothing was measured yet
    worker = ToyWorker(client)
    lease = worker.lease()
    block = made_up_block(lease, lease.steps)
    rates_of_runs = np.array([float(str(leased.spec.optimizer["learning_rate"])) for leased in lease.runs])
    values = block.values.copy()
    values[:, :, block.series.index("test_accuracy")] = rates_of_runs[:, None]
    assert worker.put(lease, replace(block, values=values)).status_code == 200
    worker.finish(lease)
    asked: dict[str, Any] = {"colour": "test_accuracy", "levels": [0.55], "count": 2}
    proposals = client.get(address, params=asked).json()
    assert 1 <= len(proposals) <= 2
    places = [axis["values"][0] for proposal in proposals for axis in proposal["axes"]]
    assert all(0.4 < place < 0.7 for place in places), places
    grown = client.post(f"/api/experiments/{made}/extensions", json=proposals)
    assert grown.json()["progress"]["runs"] == 8 + len(proposals)


def proposed_after_training(
    client: TestClient, axes: list[dict[str, Any]], count: int, **look: Any
) -> list[dict[str, Any]]:
    """What is proposed where the test accuracy is the share of the width, and the level lies in the middle."""
    made = client.post("/api/experiments", json=family(axes=axes)).json()["id"]
    worker = ToyWorker(client)
    while client.get(f"/api/experiments/{made}").json()["state"] != "finished":
        lease = worker.lease()
        block = made_up_block(lease, lease.steps)
        widths = np.array([float(str(leased.spec.model["width"])) for leased in lease.runs])
        values = block.values.copy()
        values[:, :, block.series.index("test_accuracy")] = widths[:, None] / 20
        assert worker.put(lease, replace(block, values=values)).status_code == 200
        worker.finish(lease)
    asked: dict[str, Any] = {"colour": "test_accuracy", "levels": [0.5], "count": count, **look}
    answer = client.get(f"/api/experiments/{made}/refinement", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def test_whole_settings_are_proposed_whole_and_only_while_some_are_left(client: TestClient) -> None:
    spaced = proposed_after_training(client, [{"path": "model.width", "values": [2, 5, 8, 12, 15, 18]}], 20)
    widths = [proposal["axes"][0]["values"][0] for proposal in spaced]
    assert widths
    assert len(set(widths)) == len(widths)
    assert all(isinstance(width, int) and width not in (2, 5, 8, 12, 15, 18) for width in widths)
    close = proposed_after_training(client, [{"path": "model.width", "values": list(range(7, 14))}], 20)
    assert close == []


def test_only_the_slice_that_is_shown_grows_at_its_boundary(client: TestClient) -> None:
    axes = [
        {"path": "model.width", "values": [2, 8, 14, 19]},
        {"path": RATE, "values": [0.1, 0.4]},
        {"path": "task.train_examples", "values": [10, 15]},
    ]
    sliced = proposed_after_training(client, axes, 3, at=["task.train_examples:10"])
    assert sliced
    assert [proposal["axes"][0]["values"] for proposal in sliced] == [[10]] * len(sliced)
    (made,) = client.get("/api/experiments").json()
    grown = client.post(f"/api/experiments/{made['id']}/extensions", json=sliced).json()
    assert grown["progress"]["runs"] == 16 + len(sliced)
    asked: dict[str, Any] = {"colour": "test_accuracy", "levels": [0.5], "count": 3, "at": ["task.train_examples:15"]}
    other = client.get(f"/api/experiments/{made['id']}/refinement", params=asked).json()
    assert [one["axes"][1:] for one in other] == [one["axes"][1:] for one in sliced]  # trained in the other slice alone
    whole = client.get(f"/api/experiments/{made['id']}/refinement", params={**asked, "at": []}).json()
    assert all(len(one["axes"]) == 2 for one in whole)

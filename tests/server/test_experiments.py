"""Experiments are checked whole; after a refusal nothing is there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from phasescope.server.messages import ErrorBody

from .toy_worker import ToyWorker, family

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown task": (family(task={"name": "modular_arithmetics"}), "There is no task 'modular_arithmetics'. Did you"),
    "out of range": (family(steps=0), "steps: 0 was given; input should be greater than or equal to 1."),
    "misspelt field": (family(stepz=3), "There is no field 'stepz'. Did you mean 'steps'?"),
    "misspelt setting": (family(optimizer={"name": "adamw", "learning_rat": 1}), "has no setting 'learning_rat'. Did"),
    "no such axis": (
        family(axes=[{"path": "optimizer.lr", "values": [1]}]),
        "there is no field 'optimizer.lr' to vary",
    ),
    "a million runs": (
        family(axes=[{"path": "optimizer.learning_rate", "log": [1e-5, 1, 1_000_000]}]),
        "this grid has 1,000,000 runs; allowed: at most 65,536",
    ),
    "a million million runs": (
        family(axes=[{"path": "optimizer.learning_rate", "log": [1e-5, 1, 10**12]}]),
        "allowed: at most 65,536",
    ),
    "a bad cell": (family(axes=[{"path": "model.width", "values": [8, -1]}]), "model.width: -1 was given; allowed: at"),
    "not a number": (family(task={"name": "toy_addition", "symbols": float("nan")}), "symbols"),
    "nothing": ({}, "name is missing."),
}


@pytest.mark.parametrize("address", ["/api/experiments", "/api/experiments/check"])
@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_experiment_is_refused_by_a_sentence_and_nothing_is_made(
    client: TestClient, case: str, address: str
) -> None:
    data, sentence = REFUSED[case]
    answer = client.post(address, content=as_json(data), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    error = ErrorBody.model_validate(answer.json()).error
    assert sentence in error.message
    assert error.kind == "invalid"
    assert error.problems
    assert client.get("/api/experiments").json() == []
    assert client.get("/api/runs/1").status_code == 404
    assert client.post("/api/worker/lease", json={"worker": ToyWorker(client).number, "runs_at_most": 9}).content == b""


@pytest.mark.parametrize("data", [family(name="\ud800"), {"\ud800": 1}, family(task={"name": "\ud800"})])
def test_half_a_character_is_refused(client: TestClient, data: dict[str, Any]) -> None:
    answer = client.post("/api/experiments", content=as_json(data), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert client.get("/api/experiments").json() == []


def as_json(data: Any) -> str:
    return json.dumps(data)


def test_an_experiment_is_made_listed_and_read(client: TestClient, experiment: int) -> None:
    made = client.get(f"/api/experiments/{experiment}").json()
    assert made["spec"]["optimizer"]["learning_rate"]  # completed: every default is written out
    assert made["steps"] == [0, 50, 100]
    assert (made["state"], made["progress"]["runs"], made["recipe"]) == ("queued", 4, None)
    runs = client.get(f"/api/experiments/{experiment}/runs").json()
    assert [run["point"]["optimizer.weight_decay"] for run in runs] == [0.0, 1.0, 0.0, 1.0]
    detail = client.get(f"/api/runs/{runs[2]['id']}").json()
    assert detail["spec"]["optimizer"]["learning_rate"] == 0.01
    assert detail["experiments"] == [experiment]


def test_the_list_is_newest_first_and_pages(client: TestClient) -> None:
    made = [client.post("/api/experiments", json=family(name=f"number {n}")).json()["id"] for n in range(3)]
    first = client.get("/api/experiments", params={"limit": 2}).json()
    assert [each["id"] for each in first] == [made[2], made[1]]
    rest = client.get("/api/experiments", params={"limit": 2, "before": made[1]}).json()
    assert [each["id"] for each in rest] == [made[0]]


def test_the_check_tells_the_cost_and_makes_nothing(client: TestClient) -> None:
    shaping = {"path": "model.width", "values": [8, 16, 32]}
    data = family(seeds=2, axes=[*family()["axes"], shaping])
    cost = client.post("/api/experiments/check", json=data).json()
    assert (cost["runs"], cost["run_steps"], cost["signatures"], cost["workers"]) == (24, 2400, 3, 0)
    assert client.get("/api/experiments").json() == []


def test_cancelling_ends_the_runs_and_requeueing_starts_them_again(client: TestClient, experiment: int) -> None:
    assert client.post(f"/api/experiments/{experiment}/cancel").json()["state"] == "cancelled"
    assert {run["state"] for run in client.get(f"/api/experiments/{experiment}/runs").json()} == {"cancelled"}
    assert client.post(f"/api/experiments/{experiment}/requeue").json()["state"] == "queued"


@pytest.mark.parametrize("address", ["", "/runs", "/figures/phase_diagram"])
def test_an_experiment_that_is_not_there_is_404(client: TestClient, address: str) -> None:
    answer = client.get(f"/api/experiments/77{address}")
    assert answer.status_code == 404
    assert "There is no experiment 77" in answer.json()["error"]["message"]


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "abc", "1.5"])
def test_a_number_that_cannot_be_one_is_422(client: TestClient, number: str) -> None:
    assert client.get(f"/api/experiments/{number}").status_code == 422


def test_an_experiment_sent_without_saying_that_it_is_json_is_refused(client: TestClient) -> None:
    """A foreign page may post text/plain without asking first; JSON it may not."""
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = client.post("/api/experiments", content=as_json(family()), headers={"Content-Type": kind})
        assert answer.status_code == 422
    assert client.get("/api/experiments").json() == []

"""What was put away can be deleted over HTTP, is out of sight everywhere, and comes back when that is undone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from phasescope.server import context
from phasescope.server.events import Event
from phasescope.server.reaper import Reaper


def archive(client: TestClient, experiment: int) -> None:
    client.put(f"/api/experiments/{experiment}/archived", json={"archived": True})


def delete(client: TestClient, **what: Any) -> dict[str, Any]:
    answer = client.post("/api/deletions", json=what)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_deleted_experiment_is_found_nowhere_until_it_is_taken_back(client: TestClient, trained: int) -> None:
    run = client.get(f"/api/experiments/{trained}/runs").json()[0]["id"]
    view = {"view": {"experiment": trained}, "title": "Look", "note": "", "expires_in_days": None}
    token = client.post("/api/shares", json=view).json()["token"]
    addresses = [
        f"/api/experiments/{trained}", f"/api/experiments/{trained}/runs", f"/api/experiments/{trained}/table",
        f"/api/experiments/{trained}/fields", f"/api/experiments/{trained}/film", f"/api/experiments/{trained}/filter",
        f"/api/experiments/{trained}/figures/phase_diagram", f"/api/experiments/{trained}/figures/curves?runs={run}",
        f"/api/drafts/experiments/{trained}", f"/api/runs/{run}", f"/api/runs/{run}/series/test_loss",
        f"/api/runs/{run}/series/test_loss/events", f"/api/runs/{run}/arrays", f"/api/shared/{token}",
        f"/api/shared/{token}/figures/phase_diagram", f"/api/comparisons?with={trained}",
    ]  # fmt: skip
    assert {client.get(address).status_code for address in addresses} == {200}
    archive(client, trained)
    deletion = delete(client, experiment=trained)
    for address in addresses:
        assert client.get(address).status_code == 404, address
    for archived in (True, False):
        assert client.get("/api/experiments", params={"archived": archived}).json() == []
    assert client.get("/api/deletions").json() == [deletion]
    assert client.delete(f"/api/deletions/{deletion['id']}").json() == deletion
    assert {client.get(address).status_code for address in addresses} == {200}
    assert client.delete(f"/api/deletions/{deletion['id']}").status_code == 404


def test_some_runs_are_deleted_and_come_back(client: TestClient, trained: int) -> None:
    first, *rest = [run["id"] for run in client.get(f"/api/experiments/{trained}/runs").json()]
    client.patch("/api/runs/marks", json={"runs": [first], "archived": True})
    deletion = delete(client, experiment=trained, runs=[first])
    assert (deletion["runs"], deletion["experiment"]) == (1, trained)
    assert [run["id"] for run in client.get(f"/api/experiments/{trained}/runs").json()] == rest
    assert client.get(f"/api/experiments/{trained}/table", params={"filter": "archived"}).json()["runs"] == []
    client.delete(f"/api/deletions/{deletion['id']}")
    assert len(client.get(f"/api/experiments/{trained}/runs").json()) == len(rest) + 1


def test_a_short_link_is_listed_deleted_and_comes_back(client: TestClient) -> None:
    address = "/compare?with=3:1,2&" + "&".join(f"with={number}" for number in range(1, 200))
    name = client.post("/api/views", json={"address": address}).json()["name"]
    (listed,) = client.get("/api/views").json()
    assert (listed["name"], listed["path"]) == (name, f"/v/{name}")
    assert address.startswith(listed["opens"] + "&")  # whole parameters: never half a number
    deletion = delete(client, view=name)
    assert (deletion["view"], deletion["name"]) == (name, f"/v/{name}")
    assert client.get(f"/api/views/{name}").status_code == 404
    assert client.get("/api/views").json() == []
    assert client.post("/api/deletions", json={"view": name}).status_code == 404
    assert client.get("/api/deletions").json() == [deletion]
    client.delete(f"/api/deletions/{deletion['id']}")
    assert client.get(f"/api/views/{name}").json()["address"] == address
    delete(client, view=name)
    assert client.post("/api/views", json={"address": address}).json()["name"] == name, "who sends it again wants it"
    assert client.get(f"/api/views/{name}").status_code == 200
    assert client.get("/api/deletions").json() == []


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "give exactly one of experiment, share and view."),
        ({"experiment": 1, "share": 1}, 422, "give exactly one of experiment, share and view."),
        ({"share": 1, "runs": [1]}, 422, "runs are those of an experiment"),
        ({"experiment": 1, "runs": []}, 422, "at least 1"),
        ({"experiment": 1}, 409, "archive it before it is deleted"),
        ({"experiment": 1, "runs": [1]}, 409, "archive it before it is deleted"),
        ({"experiment": 9}, 404, "experiment 9"),
        ({"share": 9}, 404, "share 9"),
        ({"view": "abcdefgh"}, 404, "no kept view 'abcdefgh'"),
        ({"view": "../x"}, 422, "view: "),
    ],
)
def test_what_cannot_be_deleted_is_told(
    client: TestClient, trained: int, body: dict[str, Any], status: int, said: str
) -> None:
    answer = client.post("/api/deletions", json=body)
    assert (answer.status_code, trained) == (status, 1)
    assert said in answer.json()["error"]["message"]


def test_the_reaper_purges_what_was_deleted_long_ago(
    client: TestClient, app: FastAPI, trained: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(client, trained)
    delete(client, experiment=trained)
    Reaper(app.state.context).reap()
    assert len(client.get("/api/deletions").json()) == 1
    monkeypatch.setattr("phasescope.server.reaper.now", lambda: context.now() + timedelta(days=31))
    Reaper(app.state.context).reap()
    assert client.get("/api/deletions").json() == []


def test_open_pages_are_told_which_deletion_took_an_experiment_away(
    app: FastAPI, client: TestClient, trained: int
) -> None:
    heard: list[Event] = []
    app.state.context.broker.publish = heard.append
    archive(client, trained)
    deletion = delete(client, experiment=trained)
    assert "Archived and deleted" in client.get(f"/api/experiments/{trained}").json()["error"]["message"]
    client.delete(f"/api/deletions/{deletion['id']}")
    told = [json.loads(event.to_sse().data or "") for event in heard]
    assert [about.get("deletion") for about in told] == [None, deletion["id"], None]
    assert {about["id"] for about in told} == {trained}

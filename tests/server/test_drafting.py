"""Drafts: YAML and JSON in step, begun from recipes, experiments and cells."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from .toy_worker import family


def test_a_draft_has_two_forms_that_say_the_same(client: TestClient) -> None:
    made = client.post("/api/drafts", json={"data": family()}).json()
    assert made["data"] == family()
    back = client.post("/api/drafts", json={"text": made["text"]}).json()
    assert back == made


def test_what_a_person_wrote_stays_as_written(client: TestClient) -> None:
    text = "# mine\nname: x\nsteps: 1e3\n"
    draft = client.post("/api/drafts", json={"text": text}).json()
    assert (draft["data"], draft["text"]) == ({"name": "x", "steps": 1e3}, text)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "exactly one of data and text"),
        ({"text": "a: 1", "data": {}}, "exactly one of data and text"),
        ({"text": "x" * 300_000}, "at most"),
    ],
    ids=lambda part: str(part)[:30],
)
def test_what_is_no_draft_is_refused(client: TestClient, body: dict[str, Any], sentence: str) -> None:
    answer = client.post("/api/drafts", json=body)
    assert answer.status_code == 422
    assert sentence in answer.json()["error"]["message"]


def test_a_text_that_cannot_be_read_says_why(client: TestClient) -> None:
    draft = client.post("/api/drafts", json={"text": "a: [1"}).json()
    assert (draft["data"], draft["text"], draft["cost"]) == (None, "a: [1", None)
    assert "is not YAML" in draft["problems"][0]["sentence"]


def test_a_draft_is_checked_as_one_types(client: TestClient) -> None:
    right = client.post("/api/drafts", json={"data": family()}).json()
    assert right["problems"] == []
    assert right["cost"]["runs"] == 4
    wrong = client.post("/api/drafts", json={"data": family(steps=0)}).json()
    assert wrong["cost"] is None
    assert wrong["problems"][0]["field"] == "steps"


def test_a_draft_begins_from_a_recipe(client: TestClient) -> None:
    card = client.get("/api/recipes").json()[0]
    address = f"/api/drafts/recipes/{card['name']}"
    draft = client.get(address, params={"size": card["sizes"][0]["name"]}).json()
    cost = client.post("/api/experiments/check", json=draft["data"]).json()
    assert cost["runs"] == card["sizes"][0]["runs"]
    missing = client.get(address, params={"size": "huge"})
    assert missing.status_code == 404
    assert card["sizes"][0]["name"] in missing.json()["error"]["message"]


def test_a_draft_begins_from_an_experiment_or_one_of_its_cells(client: TestClient, experiment: int) -> None:
    address = f"/api/drafts/experiments/{experiment}"
    runs = client.get(f"/api/experiments/{experiment}/runs").json()
    whole = client.get(address).json()
    assert client.post("/api/experiments/check", json=whole["data"]).json()["runs"] == len(runs) == 4
    cell = client.get(address, params={"run": runs[3]["id"]}).json()["data"]
    for path, value in runs[3]["point"].items():
        root, _, field = path.partition(".")
        assert cell[root][field] == value
    assert client.post("/api/experiments/check", json=cell).json()["runs"] == 1
    closer = client.get(address, params={"run": runs[3]["id"], "around": True}).json()["data"]
    assert client.post("/api/experiments/check", json=closer).status_code == 200
    assert client.get(address, params={"run": 999_999}).status_code == 404


def test_the_fields_of_an_experiment_are_explained(client: TestClient) -> None:
    schema = client.get("/api/drafts/schema").json()
    assert schema["properties"]["steps"]["description"]
    assert schema["properties"]["seeds"]["minimum"] == 1

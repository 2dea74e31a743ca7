"""What an experiment names and does not have is refused wherever it comes in, by name, and nothing is made of it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from .toy_worker import family

CLAMP = {"name": "clamp_activation", "activation": "hidden_1", "units": [99]}
LATER = {"name": "change_task", "field": "train_examples", "value": 21, "at": 50}
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"interventions": [CLAMP]}, "interventions.0.units", "99 was given, but activation hidden_1"),
    ({"interventions": [{**CLAMP, "units": None, "activation": "hidden_9"}]}, "interventions.0.activation", "hidden_9"),
    ({"interventions": [LATER]}, "interventions.0.value", "leaves no test example"),
    ({"axes": [{"path": "batch_size", "values": [0]}]}, "batch_size", "0 was given"),
    ({"checkpoints": {"at": [101]}}, "checkpoints.at", "a run has 100 steps"),
]


@pytest.mark.parametrize("address", ["/api/experiments", "/api/experiments/check"])
@pytest.mark.parametrize(("changes", "field", "words"), BAD)
def test_by_field_and_sentence(
    client: TestClient, address: str, changes: dict[str, Any], field: str, words: str
) -> None:
    answer = client.post(address, json=family(**changes))
    assert answer.status_code == 422
    (problem,) = answer.json()["error"]["problems"]
    assert problem["field"] == field
    assert words in problem["sentence"]
    assert client.get("/api/experiments").json() == []


def test_what_an_experiment_may_not_grow_by(client: TestClient) -> None:
    axes = [{"path": "batch_size", "values": [2, 4]}]
    number = client.post("/api/experiments", json=family(batch_size=2, axes=axes)).json()["id"]
    more = [{"axes": [{"path": "batch_size", "values": [0]}]}]
    answer = client.post(f"/api/experiments/{number}/extensions", json=more)
    assert answer.status_code == 422
    assert "0 was given" in answer.json()["error"]["problems"][0]["sentence"]

"""A share opens one view for reading and nothing else; revoked and expired it opens nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from phasescope.server import context
from phasescope.server.openapi import description
from phasescope.server.settings import Settings

from .toy_worker import family


def share(client: TestClient, experiment: int, days: float | None = None, **view: Any) -> dict[str, Any]:
    body = {"view": {"experiment": experiment, **view}, "title": "Look", "note": "a note", "expires_in_days": days}
    answer = client.post("/api/shares", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def opens(client: TestClient, token: str) -> list[int]:
    addresses = (f"/api/shared/{token}", f"/api/shared/{token}/figures/phase_diagram")
    return [client.get(address).status_code for address in addresses]


def test_a_share_opens_exactly_its_view(client: TestClient, trained: int) -> None:
    runs = [run["id"] for run in client.get(f"/api/experiments/{trained}/runs").json()][:2]
    made = share(client, trained, colour="test_accuracy", runs=runs)
    assert made["path"] == f"/s/{made['token']}"
    opened = client.get(f"/api/shared/{made['token']}").json()
    assert (opened["title"], opened["note"]) == ("Look", "a note")
    assert opened["view"]["colour"] == "test_accuracy"
    assert opened["experiment"]["id"] == trained
    assert len(opened["runs"]) == 4
    shared = client.get(f"/api/shared/{made['token']}/figures/curves")
    own = client.get(f"/api/experiments/{trained}/figures/curves", params={"colour": "test_accuracy", "runs": runs})
    assert shared.content == own.content


def test_a_share_shows_the_runs_of_its_view_and_nothing_that_was_written_for_oneself(
    client: TestClient, trained: int
) -> None:
    client.put(f"/api/experiments/{trained}/notes", json={"notes": "a private thought"}).raise_for_status()
    token = share(client, trained, filter="learning_rate < 0.005")["token"]
    opened = client.get(f"/api/shared/{token}")
    assert len(opened.json()["runs"]) == 2
    assert "a private thought" in client.get(f"/api/experiments/{trained}").text
    assert "a private thought" not in opened.text


def test_only_the_clock_and_the_layer_of_a_share_can_be_moved(client: TestClient, trained: int) -> None:
    other = client.post("/api/experiments", json=family(name="other", steps=60)).json()["id"]
    token = share(client, trained, colour="test_accuracy", step=0)["token"]
    address = f"/api/shared/{token}/figures/phase_diagram"
    still = client.get(address).content
    for name, value in {"experiment": other, "colour": "phase", "x": "optimizer.weight_decay", "runs": 1}.items():
        assert client.get(address, params={name: value}).content == still, name
    assert client.get(address, params={"step": 100}).content != still


def test_the_token_is_shown_once_and_kept_nowhere(client: TestClient, experiment: int, settings: Settings) -> None:
    token = share(client, experiment)["token"]
    assert token not in client.get("/api/shares").text
    kept = [file for file in Path(settings.home).rglob("*") if file.is_file()]
    assert kept
    assert [file for file in kept if token.encode() in file.read_bytes()] == []


def test_a_revoked_share_opens_nothing(client: TestClient, experiment: int) -> None:
    made = share(client, experiment)
    assert opens(client, made["token"]) == [200, 200]
    revoked = client.delete(f"/api/shares/{made['share']['id']}").json()
    assert revoked["revoked_at"] is not None
    assert opens(client, made["token"]) == [404, 404]
    assert client.delete(f"/api/shares/{made['share']['id']}").json() == revoked
    assert len(client.get("/api/shares").json()) == 1


def test_an_expired_share_opens_nothing(client: TestClient, experiment: int, monkeypatch: pytest.MonkeyPatch) -> None:
    token = share(client, experiment, days=2)["token"]
    start = context.now()
    monkeypatch.setattr("phasescope.server.sharing.now", lambda: start + timedelta(days=1))
    assert opens(client, token) == [200, 200]
    monkeypatch.setattr("phasescope.server.sharing.now", lambda: start + timedelta(days=2, seconds=1))
    assert opens(client, token) == [404, 404]


def test_unknown_revoked_and_expired_tokens_cannot_be_told_apart(client: TestClient, experiment: int) -> None:
    made = share(client, experiment)
    client.delete(f"/api/shares/{made['share']['id']}")
    answers = [client.get(f"/api/shared/{token}").json() for token in (made["token"], "never-made")]
    messages = [answer["error"]["message"] for answer in answers]
    assert messages[0].replace(made["token"], "") == messages[1].replace("never-made", "")


def test_a_token_is_a_key_to_its_own_addresses_only(client: TestClient, experiment: int) -> None:
    token = share(client, experiment)["token"]
    opened = []
    for path, item in json.loads(description())["paths"].items():
        for method in item:
            if "{" not in path:
                continue
            address = path.replace("{figure}", "phase_diagram").replace("{form}", "csv").replace("{side}", "1")
            while "{" in address:
                address = address[: address.index("{")] + token + address[address.index("}") + 1 :]
            if client.request(method, address, params={"worker": 1, "attempt": 1, "step": 1}).is_success:
                opened.append(f"{method} {path}")
    assert sorted(opened) == [
        "get /api/shared/{token}",
        "get /api/shared/{token}/figures/{figure}",
        "get /api/shared/{token}/figures/{figure}/{form}",
        "get /api/shared/{token}/film",
        "get /api/shared/{token}/picture",
        "get /api/shared/{token}/runs/{form}",
    ]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"view": {"experiment": 77}}, 404),
        ({"view": {"experiment": 10**30}}, 422),
        ({"view": {"experiment": 1, "zoom": 3}}, 422),
        ({"title": ""}, 422),
        ({"title": "t" * 300}, 422),
        ({"expires_in_days": 0}, 422),
        ({"expires_in_days": 1e12}, 422),
    ],
    ids=str,
)
def test_a_share_that_cannot_be_is_refused_and_not_made(
    client: TestClient, experiment: int, changed: dict[str, Any], status: int
) -> None:
    body = {"view": {"experiment": experiment}, "title": "Look", "note": "", "expires_in_days": None, **changed}
    assert client.post("/api/shares", json=body).status_code == status
    assert client.get("/api/shares").json() == []

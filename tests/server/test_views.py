"""Kept views: a long address under a short name, the same each time, and never an address of elsewhere."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


def test_a_long_address_is_kept_under_a_short_name(client: TestClient) -> None:
    address = "/compare?" + "&".join(f"with={number}" for number in range(1, 20_000))
    made = client.post("/api/views", json={"address": address}).json()
    assert made["path"] == f"/v/{made['name']}"
    assert len(made["path"]) <= 12
    assert client.get(f"/api/views/{made['name']}").json()["address"] == address
    assert client.post("/api/views", json={"address": address}).json() == made
    other = client.post("/api/views", json={"address": "/experiments/3?step=100"}).json()
    assert other["name"] != made["name"]
    assert client.get(other["path"]).status_code == 200
    draft = "/new?experiment=3#text=name%3A%20half"
    named = client.post("/api/views", json={"address": draft}).json()["name"]
    assert client.get(f"/api/views/{named}").json()["address"] == draft


@pytest.mark.parametrize(
    "address",
    [
        "", "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/s/token",
        "/api/shares",
        "/experiments/3/../../shares", "/compare#x", "/compare? ", "/experiments/3\n", "/compare?" + "x" * 600_000,
        "/new\\..", "/comparexyz", "/new#a#b", "/new# ", "/new#a\n",
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_what_is_no_address_of_a_view_is_not_kept(client: TestClient, address: str) -> None:
    assert client.post("/api/views", json={"address": address}).status_code == 422


@pytest.mark.parametrize("name", ["unknown", "UPPER", "../x", "a" * 80])
def test_what_was_never_kept_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"/api/views/{name}").status_code in (404, 422)

"""The guard stands before every route: foreign hosts, foreign origins and foreign sites are refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Route

from phasescope.server.app import create_app
from phasescope.server.guard import SAFE_METHODS, host_name, same_origin
from phasescope.server.settings import Settings

OWN = "http://127.0.0.1:8787"
SETTINGS = Settings(host="127.0.0.1", port=8787)


def leaves(routes: list[BaseRoute]) -> Iterator[Route]:
    """Every route of the table, whichever routers it was included through."""
    for route in routes:
        if isinstance(route, Route):
            yield route
        else:
            inner = getattr(route, "original_router", None)
            assert inner is not None, f"{route!r} is neither a route nor a router: teach this test to walk it"
            yield from leaves(inner.routes)


def table() -> list[tuple[str, str]]:
    """(method, address) of every route, with the full address where the API's description has it."""
    app = create_app(SETTINGS)
    described = [(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item]
    found = list(leaves(app.routes))
    hidden = [(m, route.path) for route in found if not route.include_in_schema for m in sorted(route.methods or ())]
    shown = sum(len(route.methods or ()) for route in found if isinstance(route, APIRoute) and route.include_in_schema)
    assert shown == len(described)  # so that no route can hide from the description, and from these tests
    return described + hidden


ROUTES = table()
UNSAFE = [(method, path) for method, path in ROUTES if method not in SAFE_METHODS]
API = [(method, path) for method, path in ROUTES if path.startswith("/api/")]


@pytest.fixture(scope="module")
def gate() -> TestClient:
    """The app without a store: whatever the guard lets through would fail, so a 403 comes from the guard."""
    return TestClient(create_app(SETTINGS), base_url=OWN)


def filled(path: str) -> str:
    """The path with every parameter set to 1."""
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8787", "127.0.0.1.evil.example", "", "127.0.0.1@evil"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_foreign_host_is_refused_on_every_route(gate: TestClient, method: str, path: str, host: str) -> None:
    answer = gate.request(method, filled(path), headers={"Host": host})
    assert answer.status_code == 403
    if method != "HEAD":
        assert answer.json()["error"]["kind"] == "refused"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://localhost:8787"},
        {"Origin": "file://127.0.0.1:8787"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": OWN, "Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("method", "path"), sorted({*UNSAFE, *API}))
def test_a_foreign_page_is_refused_on_every_unsafe_method_and_the_whole_api(
    gate: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    assert gate.request(method, filled(path), headers=headers).status_code == 403


def test_there_are_unsafe_routes_of_every_method_to_be_checked() -> None:
    assert {method for method, _ in UNSAFE} == {"POST", "PUT", "PATCH", "DELETE"}
    assert len(API) >= 28


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:1", "localhost:8787", "LOCALHOST", "[::1]:8787", "[::1]"])
def test_this_machine_s_names_pass_with_any_port(client: TestClient, host: str) -> None:
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


def test_the_page_itself_passes(client: TestClient, app: FastAPI) -> None:
    own = {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/experiments/check", json={}, headers=own).status_code == 422


def test_a_link_from_elsewhere_opens_the_page(client: TestClient) -> None:
    assert client.get("/s/some-token", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/health", "/api/nothing", "/assets/nothing.js"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers


def test_refusals_carry_them_too(client: TestClient) -> None:
    refused = client.get("/", headers={"Host": "evil.example"})
    assert refused.status_code == 403
    assert "script-src 'self'" in refused.headers["Content-Security-Policy"]
    assert "'evil.example' is not served; allowed: 127.0.0.1, ::1, localhost" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("host", "name"),
    [("a.b:80", "a.b"), ("[::1]:80", "::1"), ("A", "a"), ("x@a", None), ("a:b", None), ("a/b", None), ("", None)],
)
def test_the_name_of_a_host(host: str, name: str | None) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize(("origin", "same"), [("http://a:1", True), ("http://a:2", False), ("a:1", False), ("", False)])
def test_an_origin_is_the_same_when_host_and_port_are(origin: str, same: bool) -> None:
    assert same_origin(origin, "a:1") is same

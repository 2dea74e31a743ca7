"""Every failure has one shape, and a fault of the server tells nothing of its inside."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from phasescope.core import errors as kinds
from phasescope.core.errors import PhasescopeError, Problem
from phasescope.server import errors
from phasescope.server.messages import ErrorBody

RAISED: dict[str, tuple[PhasescopeError, int, str]] = {
    "invalid": (kinds.InvalidSpec([Problem("steps", "steps is missing.")]), 422, "invalid"),
    "missing": (kinds.NotFound("run", 3), 404, "not_found"),
    "conflict": (kinds.Conflict("It has ended."), 409, "conflict"),
    "stale": (kinds.StaleAttempt("Another attempt owns it."), 409, "stale"),
    "refused": (kinds.Refused("Not from there."), 403, "refused"),
    "unreadable": (kinds.UnreadableStore("a.sqlite is of a newer program."), 503, "unreadable"),
}


@pytest.fixture
def client() -> Iterator[TestClient]:
    """An app whose routes only fail."""
    app = FastAPI()
    errors.install(app)

    @app.get("/raise/{name}")
    def fail(name: str, number: int = 0) -> None:
        raise RAISED[name][0] if name in RAISED else RuntimeError("the password is hunter2")

    @app.post("/number")
    def number(body: dict[str, int]) -> None: ...

    with TestClient(app) as opened:
        yield opened


@pytest.mark.parametrize("name", RAISED)
def test_errors_on_purpose_have_a_status_and_a_kind(client: TestClient, name: str) -> None:
    error, status, kind = RAISED[name]
    answer = client.get(f"/raise/{name}")
    body = ErrorBody.model_validate(answer.json()).error
    assert (answer.status_code, body.kind, body.message) == (status, kind, str(error))
    assert [problem.field for problem in body.problems] == (["steps"] if name == "invalid" else [])


def test_every_error_of_the_vocabulary_that_a_server_meets_is_in_the_table() -> None:
    known = {error for error in vars(kinds).values() if isinstance(error, type) and issubclass(error, PhasescopeError)}
    of_clients = {kinds.PhasescopeError, kinds.Unreachable}
    assert [e for e in known - of_clients if not any(base in errors.STATUS for base in e.__mro__)] == []


def test_a_fault_is_logged_with_its_traceback_and_answered_without(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/raise/anything")
    assert answer.status_code == 500
    assert ErrorBody.model_validate(answer.json()).error.kind == "internal"
    assert "hunter2" not in answer.text
    assert "hunter2" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "The body is not JSON: Expecting property name enclosed in double quotes (at character 1)."),
        (b'{"a": "b"}', 'a: "b" was given; input should be a valid integer'),
        (b"", "body is missing."),
    ],
)
def test_what_does_not_fit_is_said_field_by_field(client: TestClient, body: bytes, sentence: str) -> None:
    answer = client.post("/number", content=body, headers={"Content-Type": "application/json"})
    error = ErrorBody.model_validate(answer.json()).error
    assert (answer.status_code, error.kind) == (422, "invalid")
    assert error.problems[0].sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", b"", 404),
        ("DELETE", "/number", b"", 405),
        ("POST", "/number", b"\xff", 400),
    ],
)
def test_errors_of_the_framework_have_the_same_shape(
    client: TestClient, method: str, path: str, body: bytes, status: int
) -> None:
    answer = client.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert ErrorBody.model_validate(answer.json()).error.message.endswith(".")

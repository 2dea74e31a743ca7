"""How errors leave the server: one table from error to status, one shape for every answer that is not a success."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phasescope.core.choices import shown
from phasescope.core.errors import (
    Conflict,
    InvalidSpec,
    Missing,
    PhasescopeError,
    Problem,
    Refused,
    StaleAttempt,
    UnreadableStore,
)
from phasescope.server.messages import Error, ErrorBody, ErrorKind, ProblemBody

logger = logging.getLogger(__name__)

STATUS: Mapping[type[PhasescopeError], tuple[int, ErrorKind]] = {
    InvalidSpec: (422, "invalid"),
    Missing: (404, "not_found"),
    StaleAttempt: (409, "stale"),
    Conflict: (409, "conflict"),
    Refused: (403, "refused"),
    UnreadableStore: (503, "unreadable"),
}
"""An error that is not here is answered by its nearest base that is."""

HTTP_KINDS: Mapping[int, ErrorKind] = {400: "invalid", 403: "refused", 404: "not_found", 405: "refused", 413: "invalid"}

DECLARED: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": description}
    for status, description in {
        400: "The body could not be read.",
        403: "The request did not come from this machine's own page or program.",
        404: "There is no such thing.",
        409: "Not possible in this state, or the lease was lost.",
        413: "The body is larger than this route takes.",
        422: "Something that was sent is not valid; `problems` says what, field by field.",
        500: "A fault of the server; its log says more.",
        503: "The store cannot be opened.",
    }.items()
}
"""Declared for every route, so that the generated client knows the shape of each failure."""


def answer(status: int, kind: ErrorKind, message: str, problems: Sequence[Problem] = ()) -> Response:
    """The one shape of an error."""
    shown_problems = tuple(ProblemBody(field=p.field, sentence=p.sentence) for p in problems)
    body = ErrorBody(error=Error(kind=kind, message=message, problems=shown_problems))
    text = json.dumps(body.model_dump(mode="json"))  # in ASCII: what was sent may hold halves of characters
    return Response(text, status_code=status, media_type="application/json")


def install(app: FastAPI) -> None:
    """Give the app its handlers."""
    app.add_exception_handler(PhasescopeError, _on_purpose)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(UnicodeEncodeError, _not_text)
    app.add_middleware(LastResort)


async def _on_purpose(_request: Request, error: Exception) -> Response:
    for kind in type(error).__mro__:
        if kind in STATUS:
            status, name = STATUS[kind]
            return answer(status, name, str(error), error.problems if isinstance(error, InvalidSpec) else ())
    raise error


async def _invalid_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = [_sentence(item) for item in error.errors()]
    return answer(422, "invalid", "\n".join(problem.sentence for problem in problems), problems)


def _sentence(item: Mapping[str, Any]) -> Problem:
    """FastAPI's error as a sentence: the place without its first part (body, query, path)."""
    field = ".".join(str(part) for part in item["loc"][1:]) or str(item["loc"][0])
    if item["type"] == "missing":
        return Problem(field, f"{field} is missing.")
    if item["type"] == "json_invalid":
        return Problem("body", f"The body is not JSON: {item['ctx']['error']} (at character {field}).")
    if item["type"] == "extra_forbidden":
        return Problem(field, f"There is no field {field!r}.")
    message = str(item["msg"]).removeprefix("Value error, ")
    given = item.get("input")
    text = "bytes" if isinstance(given, bytes) else shown(given)
    return Problem(field, f"{field}: {text} was given; {message[:1].lower()}{message[1:].removesuffix('.')}.")


async def _plain(request: Request, error: Exception) -> Response:
    """Errors of the framework: no such path, wrong method, body too large, body not readable."""
    assert isinstance(error, HTTPException)
    kind = HTTP_KINDS.get(error.status_code, "invalid")
    response = answer(error.status_code, kind, _framework_sentence(request, error))
    response.headers.update(error.headers or {})
    return response


async def _not_text(_request: Request, _error: Exception) -> Response:
    """JSON can spell half of a surrogate pair; it can be neither stored nor sent."""
    sentence = "What was sent holds half a character (a lone surrogate), which is not text."
    return answer(422, "invalid", sentence, [Problem("body", sentence)])


def _framework_sentence(request: Request, error: HTTPException) -> str:
    match error.status_code:
        case 404:
            return f"There is no address {request.url.path}."
        case 405:
            return f"{request.method} is not possible at {request.url.path}."
        case _:
            return f"{error.detail.rstrip('.')}."


class LastResort:
    """Answers what nobody expected: logged with its traceback, told without details. The one broad except here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http":
                raise  # start and end of the server: uvicorn tells
            logger.exception("%s %s failed", scope["method"], scope["path"])
            if not started:
                sentence = "The server met a fault of its own. Its log has the traceback; what was stored is untouched."
                await answer(500, "internal", sentence)(scope, receive, send)

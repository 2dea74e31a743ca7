"""An answer of the server that is not what was asked for, as the error it stands for."""

from __future__ import annotations

import json

from phasescope.core.errors import (
    Conflict,
    InvalidSpec,
    Missing,
    PhasescopeError,
    Problem,
    Refused,
    StaleAttempt,
    Unreachable,
)


def bad_address(url: str) -> str:
    """What to say of an address that is none."""
    return f"PHASESCOPE_URL: {url!r} was given; allowed: an address such as http://127.0.0.1:8787."


def refusal(status: int, body: bytes) -> PhasescopeError:
    """The error that an HTTP answer stands for. A server in trouble (5xx, 429) is as good as away: try again later."""
    if status >= 500 or status == 429:
        return Unreachable(f"The server answered {status}.")
    try:
        error = json.loads(body)["error"]
        kind, message = str(error["kind"]), str(error["message"])
        problems = [Problem(str(p["field"]), str(p["sentence"])) for p in error.get("problems", ())]
    except (ValueError, KeyError, TypeError):
        return Refused(f"The server answered {status}: {body[:500].decode(errors='replace')}")
    match kind:
        case "invalid":
            return InvalidSpec(problems or [Problem("", message)])
        case "not_found":
            return Missing(message)
        case "stale":
            return StaleAttempt(message)
        case "conflict":
            return Conflict(message)
        case _:
            return Refused(message)

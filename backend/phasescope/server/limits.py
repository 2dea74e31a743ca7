"""How large a body may be: small for JSON, larger where workers send values and snapshots.

The framework has limits of its own, but answers in a shape of its own and past the guard's headers.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phasescope.server.errors import answer

MEBIBYTE = 1024 * 1024
LARGEST_JSON = MEBIBYTE
LARGEST = (
    (re.compile(r"/api/worker/shards/[^/]+/(blocks|arrays)"), 64 * MEBIBYTE),
    (re.compile(r"/api/worker/shards/[^/]+/snapshot"), 256 * MEBIBYTE),  # it is held in memory while it is written
)


def largest_body(path: str) -> int:
    """The most bytes that a body sent to this address may have."""
    return next((size for pattern, size in LARGEST if pattern.fullmatch(path)), LARGEST_JSON)


class BodyLimit:
    """Refuses a body that says it is too large before it is read, and one that turns out to be as soon as it does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        largest, read = largest_body(scope["path"]), 0
        sentence = f"The body is too large; allowed at this address: at most {largest:,} bytes."
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdecimal() and int(stated) > largest:
            await answer(413, "invalid", sentence)(scope, receive, send)
            return

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > largest:
                raise HTTPException(413, sentence)
            return message

        await self.app(scope, counted, send)

"""The stream of news for open pages."""

from __future__ import annotations

from fastapi import APIRouter
from sse_starlette import EventSourceResponse

from phasescope.server.context import Here

PING_SECONDS = 15

router = APIRouter(tags=["events"])


@router.get(
    "/events",
    response_class=EventSourceResponse,
    responses={
        200: {
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
            "description": "`experiment` {id, version, and deletion when it was deleted} and `worker` {id}, "
            "at most about four a second of each.",
        }
    },
    summary="Tell of changes as they happen",
)
async def stream_events(here: Here) -> EventSourceResponse:
    """Server-sent events; nothing of the past is repeated, so ask again for what is shown after a reconnection."""
    return EventSourceResponse(here.broker.stream(), ping=PING_SECONDS)

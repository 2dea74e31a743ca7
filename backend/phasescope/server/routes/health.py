"""Whether the server answers."""

from __future__ import annotations

from fastapi import APIRouter

from phasescope import __version__
from phasescope.server.context import Here, now
from phasescope.server.messages import Health
from phasescope.store import workers

router = APIRouter(tags=["health"])


@router.get("/health", summary="Say that the server is well")
def health(here: Here) -> Health:
    """The version, and how many workers were heard from lately."""
    with here.store.read() as session:
        heard = [worker for worker in workers.listed(session, now()) if worker.state != "silent"]
    return Health(status="ok", version=__version__, workers=len(heard))

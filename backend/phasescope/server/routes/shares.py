"""Shares, as their maker sees them."""

from __future__ import annotations

from fastapi import APIRouter

from phasescope.core.records import Share
from phasescope.server import sharing
from phasescope.server.context import Here, now
from phasescope.server.link_messages import ShareMade, ShareRequest
from phasescope.server.routes.parameters import ShareId
from phasescope.store import shares

router = APIRouter(prefix="/shares", tags=["shares"])


@router.post("", status_code=201, summary="Share a view")
def create_share(here: Here, wanted: ShareRequest) -> ShareMade:
    """The answer holds the token, this once."""
    return sharing.make_share(here, wanted)


@router.get("", summary="List shares, newest first")
def list_shares(here: Here) -> list[Share]:
    """Also those that were revoked or have expired."""
    with here.store.read() as session:
        return shares.listed(session)


@router.delete("/{share}", summary="Revoke a share")
def revoke_share(here: Here, share: ShareId) -> Share:
    """Its link opens nothing from now on."""
    with here.writing() as change:
        return shares.revoke(change.session, share, now())

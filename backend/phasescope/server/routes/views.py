"""Kept views: long addresses of the page under short names."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from phasescope.server.context import Here, now
from phasescope.server.link_messages import AddressBody, KeptView
from phasescope.store import views

router = APIRouter(prefix="/views", tags=["views"])

ViewName = Annotated[str, Path(pattern=r"^[a-z2-7]{1,64}$", description="The short name of the view.")]


@router.post("", status_code=201, summary="Keep a long address under a short name")
def keep_view(here: Here, wanted: AddressBody) -> KeptView:
    """The same address has the same name each time."""
    with here.writing() as change:
        name = views.keep(change.session, wanted.address, now())
    return KeptView(address=wanted.address, name=name, path=f"/v/{name}")


@router.get("/{name}", summary="Read a kept address")
def read_kept_view(here: Here, name: ViewName) -> KeptView:
    """Where /v/NAME leads."""
    with here.store.read() as session:
        return KeptView(address=views.address_of(session, name), name=name, path=f"/v/{name}")

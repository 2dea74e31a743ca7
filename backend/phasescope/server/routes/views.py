"""Kept views: long addresses of the page under short names."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from phasescope.server.context import Here, now
from phasescope.server.link_messages import OPENS, AddressBody, KeptView, KeptViewCard
from phasescope.server.messages import VIEW_NAME
from phasescope.store import views

router = APIRouter(prefix="/views", tags=["views"])

ViewName = Annotated[str, Path(pattern=VIEW_NAME, description="The short name of the view.")]


@router.post("", status_code=201, summary="Keep a long address under a short name")
def keep_view(here: Here, wanted: AddressBody) -> KeptView:
    """The same address has the same name each time."""
    with here.writing() as change:
        name = views.keep(change.session, wanted.address, now())
    return KeptView(address=wanted.address, name=name, path=f"/v/{name}")


@router.get("", summary="List kept addresses, newest first")
def list_kept_views(here: Here) -> list[KeptViewCard]:
    """What each opens, as far as it is short."""
    with here.store.read() as session:
        return [
            KeptViewCard(name=row.name, path=f"/v/{row.name}", opens=_beginning(row.address), created_at=row.created_at)
            for row in views.listed(session)
        ]


def _beginning(address: str) -> str:
    """As much as is listed, up to the end of a parameter where there is one."""
    if len(address) <= OPENS:
        return address
    return address[:OPENS].rpartition("&")[0] or address[:OPENS]


@router.get("/{name}", summary="Read a kept address")
def read_kept_view(here: Here, name: ViewName) -> KeptView:
    """Where /v/NAME leads."""
    with here.store.read() as session:
        return KeptView(address=views.address_of(session, name), name=name, path=f"/v/{name}")

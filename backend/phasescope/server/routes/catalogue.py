"""The catalogue: everything an experiment can be made of."""

from __future__ import annotations

from fastapi import APIRouter

from phasescope.core.catalogue import Catalogue
from phasescope.server.admission import whole_catalogue
from phasescope.server.context import Here

router = APIRouter(tags=["catalogue"])


@router.get("/catalogue", summary="List tasks, models, optimizers, interventions and measures")
def read_catalogue(here: Here) -> Catalogue:
    """What is built in, and what workers with plug-ins added."""
    with here.store.read() as session:
        return whole_catalogue(here, session)

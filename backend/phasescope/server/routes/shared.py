"""What the link of a share opens: one view and its figures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from phasescope.server import sharing
from phasescope.server.context import Here
from phasescope.server.drawing import answer_figure, answer_film
from phasescope.server.messages import FigureBody, FilmBody, SharedView
from phasescope.server.routes.figures import NOT_MODIFIED, Seen
from phasescope.server.routes.parameters import FigureName, Step, Token

router = APIRouter(prefix="/shared", tags=["shared"])

Layer = Annotated[str | None, Query(description="The layer whose drift is shown; nothing means the one of the view.")]


@router.get("/{token}", summary="Open a share")
def read_shared_view(here: Here, token: Token) -> SharedView:
    """404 when the link was revoked, has expired, or never was."""
    return sharing.open_share(here, token)


@router.get(
    "/{token}/figures/{figure}",
    response_model=FigureBody,
    responses=NOT_MODIFIED,
    summary="Draw a figure of a share",
)
def read_shared_figure(
    here: Here, token: Token, figure: FigureName, step: Step = None, layer: Layer = None, seen: Seen = None
) -> Response:
    """Exactly the view of the share; only the clock and the layer can be moved."""
    view = sharing.shared_view(here, token, step=step, layer=layer)
    return answer_figure(here, figure, view, seen)


@router.get(
    "/{token}/film",
    response_model=FilmBody,
    responses=NOT_MODIFIED,
    summary="Read the phase diagram of a share at every step",
)
def read_shared_film(here: Here, token: Token, seen: Seen = None) -> Response:
    """Of exactly the view of the share."""
    return answer_film(here, sharing.shared_view(here, token, step=None, layer=None), seen)

"""Figures, drawn on the server."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.responses import Response

from phasescope.server.context import Here
from phasescope.server.drawing import answer_figure, answer_film, cards
from phasescope.server.messages import FigureBody, FigureCard, FilmBody
from phasescope.server.routes.parameters import AskedView, FigureName

router = APIRouter(tags=["figures"])

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The drawing named in If-None-Match is still the newest."}
}
Seen = Annotated[str | None, Header(alias="If-None-Match", description="Tag of the drawing that is shown already.")]


@router.get("/figures", summary="List figures")
def list_figures() -> tuple[FigureCard, ...]:
    """In the order of the page; `drawn_from` names the fields of a view that a figure looks at."""
    return cards()


@router.get(
    "/experiments/{experiment}/figures/{figure}",
    response_model=FigureBody,
    responses=NOT_MODIFIED,
    summary="Draw a figure of an experiment",
)
def read_figure(here: Here, figure: FigureName, view: AskedView, seen: Seen = None) -> Response:
    """Plotly JSON with an entity tag; ask again with If-None-Match."""
    return answer_figure(here, figure, view, seen)


@router.get(
    "/experiments/{experiment}/film",
    response_model=FilmBody,
    responses=NOT_MODIFIED,
    summary="Read the phase diagram at every step",
)
def read_film(here: Here, view: AskedView, seen: Seen = None) -> Response:
    """All pictures of the clock in one answer, as bytes; looked at are `x`, `y`, `colour`, `at` and `filter`."""
    return answer_film(here, view, seen)

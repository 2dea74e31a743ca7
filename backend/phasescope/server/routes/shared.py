"""What the link of a share opens: one view or comparison, its figures, and its picture."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from phasescope.core.comparison import MOST_SIDES, Comparison
from phasescope.core.view import View
from phasescope.server import comparing, picturing, sharing
from phasescope.server.context import Here
from phasescope.server.drawing import answer_figure, answer_film
from phasescope.server.link_messages import SharedComparison, SharedView
from phasescope.server.messages import FigureBody, FilmBody
from phasescope.server.routes.comparisons import ComparisonName
from phasescope.server.routes.figures import NOT_MODIFIED, Seen
from phasescope.server.routes.parameters import FigureName, Step, Token

router = APIRouter(prefix="/shared", tags=["shared"])

Layer = Annotated[str | None, Query(description="The layer whose drift is shown; nothing means the one of the view.")]
SideNumber = Annotated[int, Path(ge=1, le=MOST_SIDES, description="Which side, from 1.")]


def shared_view(here: Here, token: Token, step: Step = None, layer: Layer = None) -> View:
    """Exactly the view of the share; only the clock and the layer can be moved."""
    return sharing.shared_view(here, token, step=step, layer=layer)


def shared_comparison(here: Here, token: Token, step: Step = None, layer: Layer = None) -> Comparison:
    """Exactly the comparison of the share; only the clock and the layer can be moved."""
    return sharing.shared_comparison(here, token, step=step, layer=layer)


OpenedView = Annotated[View, Depends(shared_view)]
OpenedComparison = Annotated[Comparison, Depends(shared_comparison)]


@router.get("/{token}", summary="Open a share")
def read_shared_view(here: Here, token: Token) -> SharedView | SharedComparison:
    """404 when the link was revoked, has expired, or never was."""
    return sharing.open_share(here, token)


@router.get(
    "/{token}/figures/{figure}",
    response_model=FigureBody,
    responses=NOT_MODIFIED,
    summary="Draw a figure of a share",
)
def read_shared_figure(here: Here, view: OpenedView, figure: FigureName, seen: Seen = None) -> Response:
    """Exactly the view of the share; only the clock and the layer can be moved."""
    return answer_figure(here, figure, view, seen)


@router.get(
    "/{token}/comparison/{figure}",
    response_model=FigureBody,
    responses=NOT_MODIFIED,
    summary="Draw a figure of a shared comparison",
)
def read_shared_comparison_figure(
    here: Here, comparison: OpenedComparison, figure: ComparisonName, seen: Seen = None
) -> Response:
    """A figure over all sides of the comparison of the share."""
    return comparing.answer_comparison_figure(here, figure, comparison, seen)


@router.get(
    "/{token}/sides/{side}/{figure}",
    response_model=FigureBody,
    responses=NOT_MODIFIED,
    summary="Draw a figure of one side of a shared comparison",
)
def read_shared_side_figure(
    here: Here, comparison: OpenedComparison, side: SideNumber, figure: FigureName, seen: Seen = None
) -> Response:
    """The runs that stand there and no others; only the clock and the layer can be moved."""
    return comparing.answer_side_figure(here, figure, comparison, side, seen)


@router.get(
    "/{token}/picture",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "A picture, 1200 × 630."}},
    summary="Paint the picture of a share for link previews",
)
def read_shared_picture(here: Here, token: Token) -> Response:
    """The phase diagram and the curves of the view, without words."""
    return Response(picturing.picture_of(here, token), media_type="image/png")


@router.get(
    "/{token}/film",
    response_model=FilmBody,
    responses=NOT_MODIFIED,
    summary="Read the phase diagram of a share at every step",
)
def read_shared_film(here: Here, token: Token, seen: Seen = None) -> Response:
    """Of exactly the view of the share."""
    return answer_film(here, sharing.shared_view(here, token, step=None, layer=None), seen)

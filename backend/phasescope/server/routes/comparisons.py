"""Comparisons: runs of one or several experiments beside each other, and the figures over all of them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from phasescope.core.comparison import MOST_SHOWN, MOST_SIDES, Comparison, side_of
from phasescope.core.record import Count
from phasescope.server import comparing
from phasescope.server.context import Here
from phasescope.server.link_messages import ComparisonBody, ComparisonCard
from phasescope.server.messages import FigureBody
from phasescope.server.routes.figures import NOT_MODIFIED, Seen
from phasescope.server.routes.parameters import FigureName

router = APIRouter(prefix="/comparisons", tags=["comparisons"])

ComparisonName = Annotated[str, Path(description="Name of a figure, as listed under /api/comparisons/figures.")]

SIDES = (
    "3:1,2,7-12: runs of experiment 3; 3?phase == 'grokking': those for which this holds; 3:1-9@7: run 7 stands for "
    "them where one has to. Repeated."
)


class Asked(BaseModel):
    """A comparison as query parameters; what is not known is ignored, so old links open."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sides: list[str] = Field(alias="with", min_length=1, max_length=MOST_SIDES, description=SIDES)
    step: Count | None = Field(None, description="The clock; nothing means the newest step.")
    series: str = Field("accuracy", description="What the curves show: accuracy, loss, or the name of a series.")
    step_scale: Literal["log", "linear"] = Field("log", description="Scale of the step axis.")
    layer: str | None = Field(None, description="The layer whose drift is shown; nothing means all.")
    beside: list[str] = Field(
        ["drift", "representation_film"], max_length=MOST_SHOWN, description="Figures that stand side by side."
    )


def comparison_of(asked: Annotated[Asked, Query()]) -> Comparison:
    """The comparison that the address asks for."""
    sides = tuple(side_of(text) for text in asked.sides)
    return Comparison(sides=sides, **asked.model_dump(exclude={"sides"}))


AskedComparison = Annotated[Comparison, Depends(comparison_of)]


@router.get("", summary="Read a comparison")
def read_comparison(here: Here, comparison: AskedComparison) -> ComparisonBody:
    """Who stands there, and in what they differ."""
    with here.store.read() as session:
        return comparing.read_comparison(session, comparison)


@router.get("/figures", summary="List figures of comparisons")
def list_comparison_figures() -> list[ComparisonCard]:
    """In the order of the page."""
    return list(comparing.comparison_cards())


@router.get(
    "/figures/{figure}", response_model=FigureBody, responses=NOT_MODIFIED, summary="Draw a figure of a comparison"
)
def read_comparison_figure(
    here: Here, figure: ComparisonName, comparison: AskedComparison, seen: Seen = None
) -> Response:
    """Plotly JSON with an entity tag; ask again with If-None-Match."""
    return comparing.answer_comparison_figure(here, figure, comparison, seen)


@router.get("/sides/{figure}", response_model=FigureBody, responses=NOT_MODIFIED, summary="Draw a figure of one side")
def read_side_figure(here: Here, figure: FigureName, comparison: AskedComparison, seen: Seen = None) -> Response:
    """Of the first side that is named; of a group what its runs have in common, or the run that stands for it."""
    return comparing.answer_side_figure(here, figure, comparison, 1, seen)

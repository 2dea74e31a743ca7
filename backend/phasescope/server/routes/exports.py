"""Exports: what is shown, as files that open elsewhere."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from phasescope.server import exporting, sharing
from phasescope.server.context import Here
from phasescope.server.exporting import Form, TableForm
from phasescope.server.routes.comparisons import AskedComparison, ComparisonName
from phasescope.server.routes.parameters import AskedView, FigureName, Token
from phasescope.server.routes.shared import OpenedComparison, OpenedView, SideNumber

router = APIRouter(tags=["exports"])

FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind.partition(";")[0]: {} for kind in exporting.TYPES.values()}, "description": "The file."}
}
AskedForm = Annotated[
    Form, Path(description="csv, parquet and npz: the values behind the figure; html: a page of its own.")
]
AskedTable = Annotated[TableForm, Path(description="csv or parquet.")]


@router.get(
    "/experiments/{experiment}/figures/{figure}/{form}",
    response_class=Response,
    responses=FORMS,
    summary="Save what a figure shows",
)
def export_figure(here: Here, figure: FigureName, view: AskedView, form: AskedForm) -> Response:
    """Its values as CSV or numpy arrays, or the figure as a page that needs nothing else."""
    return exporting.figure_file(here, figure, view, form)


@router.get(
    "/comparisons/figures/{figure}/{form}",
    response_class=Response,
    responses=FORMS,
    summary="Save what a figure of a comparison shows",
)
def export_comparison_figure(
    here: Here, figure: ComparisonName, comparison: AskedComparison, form: AskedForm
) -> Response:
    """Its values as CSV or numpy arrays, or the figure as a page that needs nothing else."""
    return exporting.comparison_file(here, figure, comparison, form)


@router.get(
    "/comparisons/sides/{figure}/{form}",
    response_class=Response,
    responses=FORMS,
    summary="Save what a figure of one side shows",
)
def export_side_figure(here: Here, figure: FigureName, comparison: AskedComparison, form: AskedForm) -> Response:
    """Of the first side that is named."""
    return exporting.side_file(here, figure, comparison, 1, form)


@router.get(
    "/shared/{token}/figures/{figure}/{form}",
    response_class=Response,
    responses=FORMS,
    summary="Save what a figure of a share shows",
)
def export_shared_figure(here: Here, view: OpenedView, figure: FigureName, form: AskedForm) -> Response:
    """Exactly the view of the share; only the clock and the layer can be moved."""
    return exporting.figure_file(here, figure, view, form)


@router.get(
    "/shared/{token}/comparison/{figure}/{form}",
    response_class=Response,
    responses=FORMS,
    summary="Save what a figure of a shared comparison shows",
)
def export_shared_comparison_figure(
    here: Here, comparison: OpenedComparison, figure: ComparisonName, form: AskedForm
) -> Response:
    """Exactly the comparison of the share; only the clock and the layer can be moved."""
    return exporting.comparison_file(here, figure, comparison, form)


@router.get(
    "/shared/{token}/sides/{side}/{figure}/{form}",
    response_class=Response,
    responses=FORMS,
    summary="Save what a figure of one side of a shared comparison shows",
)
def export_shared_side_figure(
    here: Here, comparison: OpenedComparison, side: SideNumber, figure: FigureName, form: AskedForm
) -> Response:
    """The runs that stand there and no others; only the clock and the layer can be moved."""
    return exporting.side_file(here, figure, comparison, side, form)


@router.get("/shared/{token}/runs/{form}", response_class=Response, responses=FORMS, summary="Save the runs of a share")
def export_shared_runs(here: Here, token: Token, form: AskedTable) -> Response:
    """A row for each run that the view of the share looks at."""
    return exporting.runs_file(here, sharing.shared_view(here, token, step=None, layer=None), form)


@router.get("/experiments/{experiment}/runs/{form}", response_class=Response, responses=FORMS, summary="Save the runs")
def export_runs(here: Here, view: AskedView, form: AskedTable) -> Response:
    """A row for each run that the view looks at: its point, its state, and the newest value of each series."""
    return exporting.runs_file(here, view, form)

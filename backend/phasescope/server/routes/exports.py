"""Exports: what is shown, as files that open elsewhere."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from phasescope.server import exporting, sharing
from phasescope.server.context import Here
from phasescope.server.exporting import Form
from phasescope.server.routes.comparisons import AskedComparison, ComparisonName
from phasescope.server.routes.parameters import AskedView, ExperimentId, FigureName, Step, Token
from phasescope.server.routes.shared import Layer

router = APIRouter(tags=["exports"])

FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind.partition(";")[0]: {} for kind in exporting.TYPES.values()}, "description": "The file."}
}
AskedForm = Annotated[Form, Path(description="csv and npz: the values behind the figure; html: a page of its own.")]


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
    "/shared/{token}/figures/{figure}/{form}",
    response_class=Response,
    responses=FORMS,
    summary="Save what a figure of a share shows",
)
def export_shared_figure(
    here: Here, token: Token, figure: FigureName, form: AskedForm, step: Step = None, layer: Layer = None
) -> Response:
    """Exactly the view of the share; only the clock and the layer can be moved."""
    return exporting.figure_file(here, figure, sharing.shared_view(here, token, step=step, layer=layer), form)


@router.get(
    "/experiments/{experiment}/runs/csv", response_class=Response, responses=FORMS, summary="Save the runs as CSV"
)
def export_runs(here: Here, experiment: ExperimentId) -> Response:
    """A row for each run: its point, its state, and the newest value of each series."""
    return exporting.runs_file(here, experiment)

"""Drafts: experiments that are being written, as JSON for the form and as YAML beside it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from phasescope.core.record import Number
from phasescope.core.spec import ExperimentSpec
from phasescope.server import drafting
from phasescope.server.context import Here
from phasescope.server.messages import Draft, DraftRequest
from phasescope.server.routes.parameters import ExperimentId

router = APIRouter(prefix="/drafts", tags=["drafts"])

InRun = Annotated[Number | None, Query(description="Begin with the cell of this run; nothing means all cells.")]
Around = Annotated[bool, Query(description="Begin with a finer grid around that cell, instead of the cell alone.")]


@router.post("", summary="Turn a draft into its other form")
def convert_draft(here: Here, wanted: DraftRequest) -> Draft:
    """YAML to JSON or JSON to YAML, with what is wrong with it or what it would cost."""
    return drafting.converted(here, wanted)


@router.get("/schema", summary="Describe the fields of an experiment")
def read_draft_schema() -> dict[str, Any]:
    """JSON schema; the settings of tasks, models, optimizers and interventions are in the catalogue."""
    return ExperimentSpec.model_json_schema()


@router.get("/recipes/{name}", summary="Begin a draft from a recipe")
def draft_from_recipe(here: Here, name: str, size: str) -> Draft:
    """One size of the recipe."""
    return drafting.from_recipe(here, name, size)


@router.get("/experiments/{experiment}", summary="Begin a draft from an experiment")
def draft_from_experiment(here: Here, experiment: ExperimentId, run: InRun = None, around: Around = False) -> Draft:
    """All of it, one of its cells, or a finer grid around that cell."""
    return drafting.from_experiment(here, experiment, run=run, around=around)

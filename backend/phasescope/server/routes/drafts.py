"""Drafts: experiments that begin from stored runs, to be looked at, changed and started."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import JsonValue

from phasescope.core import drafts
from phasescope.core.record import Count, Number
from phasescope.core.rewriting import shortened
from phasescope.server.admission import whole_catalogue
from phasescope.server.context import Here
from phasescope.server.drafts import obeys, origins
from phasescope.server.routes.parameters import ExperimentId

router = APIRouter(prefix="/experiments", tags=["drafts"])

Runs = Annotated[list[Number], Query(min_length=1, description="Numbers of the runs, repeated.")]
Values = Annotated[
    list[float], Query(min_length=1, max_length=64, alias="value", description="Its values from then on, repeated.")
]


@router.get("/{experiment}/fork", summary="Draft a fork of a run")
def draft_fork(
    here: Here,
    experiment: ExperimentId,
    run: Annotated[Number, Query(description="Number of the run.")],
    step: Annotated[Count, Query(description="The step from which on it goes on otherwise.")],
    field: Annotated[str, Query(max_length=100, description="A setting of its optimizer, such as learning_rate.")],
    values: Values,
) -> dict[str, JsonValue]:
    """The run again, with one setting of its optimizer changed from a step on; start it like any experiment."""
    with here.store.read() as session:
        catalogue = whole_catalogue(here, session)
        spec, (origin,) = origins(session, experiment, [run])
    return shortened(drafts.fork(origin, spec, step=step, field=field, values=values), catalogue)


@router.get("/{experiment}/microscope", summary="Draft a closer look at an interval")
def draft_microscope(
    here: Here,
    experiment: ExperimentId,
    runs: Runs,
    begin: Annotated[Count, Query(description="First step of the interval.")],
    end: Annotated[Count, Query(description="Last step of the interval.")],
    count: Annotated[int, Query(ge=2, le=2000, description="Checkpoints in it.")] = 100,
) -> dict[str, JsonValue]:
    """The same runs with many checkpoints in an interval; add dearer measures before starting it."""
    with here.store.read() as session:
        catalogue = whole_catalogue(here, session)
        spec, found = origins(session, experiment, runs)
    obeys(spec.steps, begin=begin, end=end)
    return shortened(drafts.microscope(found, spec, begin=begin, end=end, count=count), catalogue)

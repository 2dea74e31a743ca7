"""Runs, their series, and the events of a series with what was corrected by hand."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from phasescope.core.corrections import Correction, FoundEvents
from phasescope.core.records import Marks, Run, RunDetail, SeriesValues
from phasescope.server.context import Here, now
from phasescope.server.finding import found_events
from phasescope.server.messages import FieldCard, FilterCheck, MarksChange, RunTable
from phasescope.server.routes.parameters import AskedView, ExperimentId, RunId
from phasescope.server.run_fields import Which
from phasescope.server.run_table import field_cards, filter_check, run_table
from phasescope.store import corrections, marks, runs, series

router = APIRouter(tags=["runs"])

Time = Annotated[Literal["log", "linear"], Query(description="Whether events are sought in log or in linear time.")]
Columns = Annotated[
    tuple[Annotated[str, Query(max_length=200)], ...],
    Query(max_length=40, description="Series, events, or `phase`, repeated; what is not there is left out."),
]
Value = Annotated[
    Which, Query(description="Which value of a series: at `step`, that of the clock; at `drop`, each run's.")
]


@router.get("/experiments/{experiment}/runs", summary="List the runs of an experiment")
def list_runs(here: Here, experiment: ExperimentId) -> list[Run]:
    """In the order of the grid, each with the newest value of each series."""
    with here.store.read() as session:
        return runs.of_experiment(session, experiment)


@router.get(
    "/experiments/{experiment}/table", response_model=RunTable, summary="Read the runs of an experiment as columns"
)
def read_run_table(here: Here, view: AskedView, columns: Columns = (), value: Value = "last") -> Response:
    """Those that `filter` and `at` leave, in the order of the grid."""
    with here.store.read() as session:
        table = run_table(session, view, columns, value)
    return Response(table.model_dump_json(), media_type="application/json")  # checked as it was made, and long


@router.get("/experiments/{experiment}/filter", summary="Check a filter, or a phase rule")
def check_filter(here: Here, view: AskedView) -> FilterCheck:
    """How many runs the filter leaves, or what is wrong with it or with the rule, in words."""
    with here.store.read() as session:
        return filter_check(here, session, view)


@router.get("/experiments/{experiment}/fields", summary="List what is known of runs")
def list_fields(here: Here, experiment: ExperimentId) -> list[FieldCard]:
    """Everything that they can be coloured, filtered, sorted and grouped by."""
    with here.store.read() as session:
        return field_cards(here, session, experiment)


@router.patch("/runs/marks", summary="Tag, annotate or put away runs")
def change_marks(here: Here, change: MarksChange) -> list[Marks]:
    """Answers with the marks as they were before, so that the change can be taken back."""
    with here.writing() as writing:
        return marks.change(
            writing.session,
            change.runs,
            add=change.add,
            remove=change.remove,
            note=change.note,
            archived=change.archived,
            now=now(),
        )


@router.get("/runs/{run}", summary="Read a run")
def read_run(here: Here, run: RunId) -> RunDetail:
    """With its frozen spec and the experiments that it belongs to."""
    with here.store.read() as session:
        return runs.get(session, run)


@router.get("/runs/{run}/series/{name}", summary="Read one series of a run")
def read_series(here: Here, run: RunId, name: str) -> SeriesValues:
    """Values at all checkpoints so far."""
    with here.store.read() as session:
        return series.of_run(session, run, name)


@router.get("/runs/{run}/series/{name}/events", summary="Read the events of a series")
def read_run_events(here: Here, run: RunId, name: str, time: Time = "log") -> FoundEvents:
    """What was found, and beside it what was corrected by hand."""
    with here.store.read() as session:
        return found_events(session, run, name, time)


@router.put("/runs/{run}/series/{name}/events", summary="Correct the events of a series")
def correct_run_events(here: Here, run: RunId, name: str, correction: Correction, time: Time = "log") -> FoundEvents:
    """The correction holds in every figure; what was found stays beside it."""
    with here.writing() as change:
        series.of_run(change.session, run, name)
        corrections.put(change.session, run=run, series=name, correction=correction, now=now())
    return read_run_events(here, run, name, time)


@router.delete("/runs/{run}/series/{name}/events", summary="Take a correction back")
def restore_run_events(here: Here, run: RunId, name: str, time: Time = "log") -> FoundEvents:
    """What was found holds again."""
    with here.writing() as change:
        corrections.remove(change.session, run, name)
    return read_run_events(here, run, name, time)

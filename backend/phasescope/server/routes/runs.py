"""Runs, their series, and the events of a series with what was corrected by hand."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from phasescope.core.corrections import Correction, FoundEvents
from phasescope.core.records import Run, RunDetail, SeriesValues
from phasescope.server.context import Here, now
from phasescope.server.finding import found_events
from phasescope.server.routes.parameters import ExperimentId, RunId
from phasescope.store import corrections, runs, series

router = APIRouter(tags=["runs"])

Time = Annotated[Literal["log", "linear"], Query(description="Whether events are sought in log or in linear time.")]


@router.get("/experiments/{experiment}/runs", summary="List the runs of an experiment")
def list_runs(here: Here, experiment: ExperimentId) -> list[Run]:
    """In the order of the grid, each with the newest value of each series."""
    with here.store.read() as session:
        return runs.of_experiment(session, experiment)


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

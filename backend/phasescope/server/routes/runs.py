"""Runs and their series."""

from __future__ import annotations

from fastapi import APIRouter

from phasescope.core.records import Run, RunDetail, SeriesValues
from phasescope.server.context import Here
from phasescope.server.routes.parameters import ExperimentId, RunId
from phasescope.store import runs, series

router = APIRouter(tags=["runs"])


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

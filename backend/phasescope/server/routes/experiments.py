"""Experiments: checked, started, listed, cancelled and queued again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query

from phasescope.core.record import LARGEST_NUMBER
from phasescope.core.records import Experiment, ExperimentSummary
from phasescope.core.spec import Extension
from phasescope.server import admission, costing
from phasescope.server.admission import whole_catalogue
from phasescope.server.context import Here, now
from phasescope.server.messages import Away, Cost, Notes, RunsToQueue
from phasescope.server.refining import proposed
from phasescope.server.routes.parameters import AskedView, ExperimentId, RawExperiment
from phasescope.store import experiments, marks

Extensions = Annotated[list[Extension], Body(min_length=1, max_length=256)]
Points = Annotated[int, Query(ge=1, le=64, description="At most so many points.")]

router = APIRouter(prefix="/experiments", tags=["experiments"])

Limit = Annotated[int, Query(ge=1, le=200, description="At most so many.")]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="Only experiments numbered below this.")]
Archived = Annotated[bool, Query(description="Those that were put away, instead of those that were not.")]
Which = Annotated[RunsToQueue | None, Body(description="Which of them; nothing means all.")]


@router.post("", status_code=201, summary="Start an experiment")
def create_experiment(here: Here, data: RawExperiment) -> Experiment:
    """Check it whole and queue its runs; when anything is wrong with it, nothing is made."""
    return admission.create(here, data)


@router.post("/check", summary="Check an experiment and tell its cost")
def check_experiment(here: Here, data: RawExperiment) -> Cost:
    """The same check as when it is started; nothing is made. A worker tries what it costs: ask again in a moment."""
    return costing.cost(here, data)


@router.get("", summary="List experiments, newest first")
def list_experiments(
    here: Here, limit: Limit = 50, before: Before = None, archived: Archived = False
) -> list[ExperimentSummary]:
    """Ask again with `before` set to the last number for the next page."""
    with here.store.read() as session:
        return experiments.listed(session, limit=limit, before=before, archived=archived)


@router.get("/{experiment}", summary="Read an experiment")
def read_experiment(here: Here, experiment: ExperimentId) -> Experiment:
    """With its spec, its steps, its progress and the series stored so far."""
    with here.store.read() as session:
        return experiments.get(session, experiment)


@router.post("/{experiment}/extensions", status_code=201, summary="Let an experiment grow")
def extend_experiment(here: Here, experiment: ExperimentId, extensions: Extensions) -> Experiment:
    """More points along its axes, or more seeds: runs that it does not have yet are queued."""
    return admission.extend(here, experiment, [each.model_dump(mode="json") for each in extensions])


@router.post("/{experiment}/extensions/check", summary="Tell what it costs to let an experiment grow")
def check_extension(here: Here, experiment: ExperimentId, extensions: Extensions) -> Cost:
    """Of the runs that it does not have yet; nothing is made."""
    return costing.growth_cost(here, experiment, [each.model_dump(mode="json") for each in extensions])


@router.get("/{experiment}/refinement", summary="Propose where an experiment should grow")
def propose_refinement(here: Here, view: AskedView, count: Points = 8) -> list[Extension]:
    """Points near the boundaries of the phase diagram of this view; send them to `extensions` to train them."""
    with here.store.read() as session:
        return proposed(session, view, whole_catalogue(here, session), count)


@router.post("/{experiment}/cancel", summary="Cancel an experiment")
def cancel_experiment(here: Here, experiment: ExperimentId) -> Experiment:
    """Runs that have not ended end now; what was stored of them stays."""
    with here.writing() as change:
        return experiments.cancel(change.session, experiment)


@router.post("/{experiment}/requeue", summary="Queue failed, lost and cancelled runs again")
def requeue_experiment(here: Here, experiment: ExperimentId, which: Which = None) -> Experiment:
    """They go on from their newest snapshot, where there is one."""
    with here.writing() as change:
        return experiments.requeue(change.session, experiment, None if which is None else which.runs)


@router.put("/{experiment}/notes", summary="Write the notes of an experiment")
def put_notes(here: Here, experiment: ExperimentId, notes: Notes) -> Notes:
    """Answers with the notes as they were before, so that the change can be taken back."""
    with here.writing() as change:
        before = experiments.get(change.session, experiment).notes
        marks.put_notes(change.session, experiment, notes.notes)
    return Notes(notes=before)


@router.put("/{experiment}/archived", summary="Put an experiment away, or take it out again")
def archive_experiment(here: Here, experiment: ExperimentId, away: Away) -> Experiment:
    """An experiment that was put away is not listed, and nothing of it is lost."""
    with here.writing() as change:
        marks.archive(change.session, experiment, now=now() if away.archived else None)
        return experiments.get(change.session, experiment)

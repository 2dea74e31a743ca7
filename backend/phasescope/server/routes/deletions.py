"""Deletions: what was put away is deleted, and a deletion can be taken back for thirty days."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from phasescope.core.record import LARGEST_NUMBER
from phasescope.core.records import Deletion
from phasescope.server.context import Here, now
from phasescope.server.messages import DeletionRequest
from phasescope.store import deletions

router = APIRouter(prefix="/deletions", tags=["deletions"])

DeletionId = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Number of the deletion.")]


@router.post("", status_code=201, summary="Delete what was put away")
def delete(here: Here, wanted: DeletionRequest) -> Deletion:
    """An archived experiment, archived runs of one, a revoked share or a kept view: out of sight at once, gone for
    good later."""
    with here.writing() as change:
        if wanted.view is not None:
            return deletions.delete_view(change.session, wanted.view, now())
        if wanted.share is not None:
            return deletions.delete_share(change.session, wanted.share, now())
        experiment = wanted.experiment or 0
        if wanted.runs is not None:
            return deletions.delete_runs(change.session, experiment, wanted.runs, now())
        return deletions.delete_experiment(change.session, experiment, now())


@router.get("", summary="List what was deleted, newest first")
def list_deletions(here: Here) -> list[Deletion]:
    """What can still be taken back."""
    with here.store.read() as session:
        return deletions.listed(session)


@router.delete("/{deletion}", summary="Take a deletion back")
def take_deletion_back(here: Here, deletion: DeletionId) -> Deletion:
    """Everything that it took away is there again, as it was."""
    with here.writing() as change:
        return deletions.take_back(change.session, deletion)

"""Arrays that measures have kept: taken from workers, listed and handed out."""

from __future__ import annotations

import io
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Body, Path, Query
from starlette.responses import Response

from phasescope.core.estimators import Estimator
from phasescope.core.record import LARGEST_NUMBER, Count
from phasescope.core.records import StoredArray
from phasescope.core.wire import Acknowledged
from phasescope.server import similarity
from phasescope.server.context import Here
from phasescope.server.messages import SimilarityTable
from phasescope.server.routes.parameters import Attempt, RunId, ShardId, Step, WorkerId
from phasescope.store import arrays

router = APIRouter(tags=["arrays"])

BYTES = "application/octet-stream"
File = Annotated[bytes, Body(media_type=BYTES)]
Name = Annotated[str, Path(description="Name of the array, such as representations.hidden_1.")]
OtherRun = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Number of the run to compare with.")]
OtherStep = Annotated[Count | None, Query(description="The clock of the other run; nothing means its newest.")]
Wanted = Annotated[
    Estimator,
    Query(
        description="Linear CKA without bias or with it, canonical correlations (mean square, or weighted by "
        "projection), the Procrustes angle or distance, rank correlation of dissimilarities, or neighbours in common."
    ),
]
AtStep = Annotated[int, Path(ge=0, le=LARGEST_NUMBER, description="Training step at which it was kept.")]


@router.put("/worker/shards/{shard}/arrays", tags=["worker"], summary="Take arrays of runs at a checkpoint")
def put_arrays(here: Here, shard: ShardId, worker: WorkerId, attempt: Attempt, data: File) -> Acknowledged:
    """Durable when answered; sent twice, they count once. At most 64 MiB."""
    with here.writing() as change:
        arrays.put(change.session, shard=shard, worker=worker, attempt=attempt, data=data)
    return Acknowledged(ok=True)


@router.get("/runs/{run}/arrays", summary="List the arrays of a run")
def list_arrays(here: Here, run: RunId) -> list[StoredArray]:
    """By name and step, each with its shape and what was kept of what."""
    with here.store.read() as session:
        return arrays.listed(session, run)


@router.get(
    "/runs/{run}/arrays/{name}/{step}",
    response_class=Response,
    responses={
        200: {"content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}, "description": "A .npy file."}
    },
    summary="Download an array",
)
def read_array(here: Here, run: RunId, name: Name, step: AtStep) -> Response:
    """As numpy's own file format: numbers as float32, truth values as bool."""
    with here.store.read() as session:
        found = arrays.get(session, run, name, step)
    file = io.BytesIO()
    np.save(file, found.values, allow_pickle=False)
    title = f"run_{run}_step_{step}.npy"  # not the name from the address: it goes into a header
    return Response(
        file.getvalue(), media_type=BYTES, headers={"Content-Disposition": f'attachment; filename="{title}"'}
    )


@router.get("/runs/{run}/similarity/{other}", summary="Compare the layers of two runs")
def read_similarity(
    here: Here,
    run: RunId,
    other: OtherRun,
    step: Step = None,
    other_step: OtherStep = None,
    estimator: Wanted = "cka",
) -> SimilarityTable:
    """From kept representations, also of different experiments; 409 with the reason when their examples differ."""
    with here.store.read() as session:
        return similarity.table(session, run, other, step=step, other_step=other_step, estimator=estimator)

"""Shards: leased, filled with values and snapshots, and finished by workers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from phasescope.core.errors import NotFound
from phasescope.core.record import LARGEST_NUMBER
from phasescope.core.wire import Acknowledged, Block, Lease, LeaseRequest, ShardEnd
from phasescope.server.context import Here, now
from phasescope.server.routes.parameters import Attempt, ShardId, WorkerId
from phasescope.store import blocks, shards, snapshots

BYTES = "application/octet-stream"
BINARY = {"schema": {"type": "string", "format": "binary"}}

router = APIRouter(prefix="/worker", tags=["worker"])

File = Annotated[bytes, Body(media_type=BYTES)]
SnapshotStep = Annotated[int, Query(ge=0, le=LARGEST_NUMBER, description="Training step of the snapshot.")]


@router.post(
    "/lease",
    response_model=Lease,
    responses={204: {"description": "Nothing is queued."}},
    summary="Lease a shard",
)
def lease_shard(here: Here, wanted: LeaseRequest) -> Lease | Response:
    """Runs of one shape, at most as many as asked for."""
    with here.writing() as change:
        lease = shards.lease(change.session, worker=wanted.worker, runs_at_most=wanted.runs_at_most, now=now())
        change.workers.add(wanted.worker)
    return lease or Response(status_code=204)


@router.put("/shards/{shard}/blocks", summary="Take a block of values")
def put_block(here: Here, shard: ShardId, worker: WorkerId, attempt: Attempt, data: File) -> Acknowledged:
    """Durable when answered; sent twice, it counts once."""
    block = Block.from_bytes(data)
    with here.writing() as change:
        blocks.put(change.session, shard=shard, worker=worker, attempt=attempt, block=block)
    return Acknowledged(ok=True)


@router.put("/shards/{shard}/snapshot", summary="Take a snapshot of a shard")
def put_snapshot(
    here: Here, shard: ShardId, worker: WorkerId, attempt: Attempt, step: SnapshotStep, data: File
) -> Acknowledged:
    """Replaces the shard's earlier one. At most 256 MiB."""
    with here.writing() as change:
        owner = {"shard": shard, "worker": worker, "attempt": attempt}
        snapshots.put(change.session, **owner, step=step, data=data, blobs=here.store.blobs)
    return Acknowledged(ok=True)


@router.get(
    "/shards/{shard}/snapshot",
    response_class=Response,
    responses={200: {"content": {BYTES: BINARY}, "description": "The snapshot, as it was sent."}},
    summary="Give the newest snapshot of a shard",
)
def read_snapshot(here: Here, shard: ShardId, worker: WorkerId, attempt: Attempt) -> Response:
    """For the worker that holds the lease."""
    with here.writing() as change:  # fenced like an upload: asking is a sign of life
        shards.heartbeat(change.session, worker=worker, shard=shard, attempt=attempt, now=now(), rate=None)
        newest = snapshots.newest(change.session, shard)
    if newest is None:
        raise NotFound("snapshot of shard", shard)
    return Response(here.store.blobs.get(newest[1]), media_type=BYTES)


@router.post("/shards/{shard}/finish", summary="Take a worker's last word on runs of its shard")
def finish_shard(here: Here, shard: ShardId, end: ShardEnd) -> Acknowledged:
    """May be said again."""
    with here.writing() as change:
        shards.finish(change.session, shard=shard, worker=end.worker, attempt=end.attempt, ends=end.runs)
        change.workers.add(end.worker)
    return Acknowledged(ok=True)

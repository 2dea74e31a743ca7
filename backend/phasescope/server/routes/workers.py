"""Workers: who is there, how they introduce themselves, and their signs of life."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from phasescope.core.records import Worker
from phasescope.core.wire import (
    HEARTBEAT_SECONDS,
    Acknowledged,
    Heartbeat,
    HeartbeatAnswer,
    Registered,
    Registration,
    Trial,
    TrialResult,
)
from phasescope.server.context import Here, now
from phasescope.server.plugins import check_catalogue
from phasescope.store import shards, workers

router = APIRouter(tags=["workers"])


@router.get("/workers", summary="List workers")
def list_workers(here: Here) -> list[Worker]:
    """Also those that fell silent."""
    with here.store.read() as session:
        return workers.listed(session, now())


@router.post("/worker/register", summary="Introduce a worker")
def register_worker(here: Here, registration: Registration) -> Registered:
    """A worker that comes back under its name keeps its number."""
    check_catalogue(registration.catalogue)
    with here.writing() as change:
        number = workers.register(change.session, registration, now())
        change.workers.add(number)
    return Registered(worker=number, heartbeat_seconds=HEARTBEAT_SECONDS)


@router.post("/worker/heartbeat", summary="Take a worker's sign of life")
def heartbeat(here: Here, sign: Heartbeat) -> HeartbeatAnswer:
    """Renews the lease of its shard, and says whether to go on."""
    with here.writing() as change:
        order = shards.heartbeat(
            change.session,
            worker=sign.worker,
            shard=sign.shard,
            attempt=sign.attempt,
            now=now(),
            rate=sign.run_steps_per_second,
        )
        change.workers.add(sign.worker)
    return HeartbeatAnswer(order=order, trial=here.trials.wanted())


@router.post(
    "/worker/trial",
    response_model=Trial,
    responses={204: {"description": "Nobody asks."}},
    summary="Give a worker a trial",
)
def give_trial(here: Here) -> Trial | Response:
    """What somebody wants to know before starting an experiment."""
    return here.trials.take() or Response(status_code=204)


@router.post("/worker/trials", summary="Take the result of a trial")
def put_trial(here: Here, result: TrialResult) -> Acknowledged:
    """It answers every experiment with runs of this shape."""
    here.trials.put(result)
    return Acknowledged(ok=True)

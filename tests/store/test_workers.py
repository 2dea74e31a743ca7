"""Workers: known by their names, idle, training or silent."""

from __future__ import annotations

import pytest

from phasescope.core.catalogue import Entry
from phasescope.core.errors import NotFound
from phasescope.core.records import ShardProgress
from phasescope.core.wire import LOST_AFTER_SECONDS
from phasescope.store import workers


def listed(lab):
    with lab.store.read() as session:
        return workers.listed(session, lab.now)


def test_a_worker_is_idle_then_training_then_silent(lab):
    worker = lab.worker("ada")
    (idle,) = listed(lab)
    assert (idle.id, idle.name, idle.device, idle.state, idle.seen_at) == (worker, "ada", "CPU", "idle", lab.now)
    assert (idle.shard, idle.experiment, idle.run_steps_per_second) == (None, None, None)
    made = lab.experiment()
    lease = lab.lease(worker)
    lab.heartbeat(worker, lease, rate=12.5)
    (training,) = listed(lab)
    assert (training.state, training.shard, training.experiment) == ("training", lease.shard, made.id)
    assert training.run_steps_per_second == 12.5
    assert training.progress == ShardProgress(
        runs=3, ended=0, run_steps_done=0, run_steps_total=120, seconds_left=120 / 12.5
    )
    lab.train(worker, lease, (0, 20))
    lab.finish(worker, lease, runs=[lease.runs[0].run], state="stopped", step=20)
    (further,) = listed(lab)
    assert further.progress == ShardProgress(
        runs=3, ended=1, run_steps_done=60, run_steps_total=100, seconds_left=40 / 12.5
    )
    lab.later(LOST_AFTER_SECONDS + 1)
    assert listed(lab)[0].state == "silent"
    lab.reap()
    assert lab.heartbeat(worker) == "continue"
    assert [(each.state, each.shard) for each in listed(lab)] == [("idle", None)]


def test_workers_are_told_apart_by_name(lab):
    assert lab.worker("ada") == lab.worker("ada") != lab.worker("grace")
    assert [each.name for each in listed(lab)] == ["ada", "grace"]


def test_what_workers_can_train_is_remembered(lab):
    entry = Entry(kind="task", name="made_up", settings={"type": "object"})
    lab.worker("ada", [entry])
    lab.worker("grace")
    lab.later(10 * LOST_AFTER_SECONDS)
    with lab.store.read() as session:
        assert [catalogue.entries for catalogue in workers.catalogues(session)] == [(entry,), ()]


def test_a_worker_can_be_heard_of(lab):
    worker = lab.worker()
    lab.later(20)
    with lab.store.begin() as session:
        workers.seen(session, worker, lab.now)
        with pytest.raises(NotFound, match="worker 9"):
            workers.seen(session, 9, lab.now)
    assert listed(lab)[0].seen_at == lab.now

"""Shards: coarse to fine, one owner at a time, fenced, reaped, resumed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from phasescope.core.errors import NotFound, StaleAttempt
from phasescope.core.spec import StopRule
from phasescope.core.wire import LOST_AFTER_SECONDS, RunEnd
from phasescope.store import experiments, runs, shards, snapshots


def members(lease):
    return [leased.run for leased in lease.runs]


def state(lab, run):
    with lab.store.read() as session:
        return runs.get(session, run).state


def told(lab, run):
    with lab.store.read() as session:
        return runs.get(session, run).message


def keep_snapshot(lab, worker, lease, step):
    with lab.store.begin() as session:
        snapshots.put(
            session,
            shard=lease.shard,
            worker=worker,
            attempt=lease.attempt,
            step=step,
            data=f"state at {step}".encode(),
            blobs=lab.store.blobs,
        )


def test_a_lease_says_what_to_train(lab):
    stop = StopRule(measure="test_accuracy", at_least=0.9)
    worker, made = lab.worker(), lab.experiment(stop=stop, measures=("loss", "accuracy"))
    lease = lab.lease(worker)
    assert (lease.experiment, lease.attempt, lease.snapshot_step) == (made.id, 1, None)
    assert (lease.steps, lease.measures, lease.stop) == (lab.steps, ("loss", "accuracy"), stop)
    assert lease.until == lab.now + timedelta(seconds=LOST_AFTER_SECONDS)
    assert [leased.spec.optimizer["learning_rate"] for leased in lease.runs] == [1, 2, 3]
    assert [state(lab, run) for run in members(lease)] == ["running"] * 3
    assert lab.lease(worker) is None
    with lab.store.read() as session:
        assert shards.experiment_of(session, lease.shard) == made.id


def test_a_pass_is_divided_evenly_among_the_workers_there_are(lab):
    first, second = lab.worker("first"), lab.worker("second")
    lab.experiment(rates=1, seeds=81)  # one run in the first pass, 80 further seeds in the next
    assert len(members(lab.lease(first))) == 1
    assert [len(members(lab.lease(worker))) for worker in (second, first, second)] == [40, 20, 16]
    lab.later(LOST_AFTER_SECONDS + 1)  # nobody has been heard of lately: the one that asks takes the rest
    assert len(members(lab.lease(first))) == 4


def test_runs_are_leased_from_coarse_to_fine_and_the_older_experiment_first(lab):
    worker = lab.worker()
    first = lab.experiment(rates=16, seeds=2)
    lab.experiment(name="later", rates=2, steps=20)
    cells = list(first.spec.cells())
    with lab.store.read() as session:
        place = {run.id: cell for run, cell in zip(runs.of_experiment(session, first.id), cells, strict=True)}
    passes, sizes = [], []
    while (lease := lab.lease(worker, runs_at_most=5)) and lease.experiment == first.id:
        leased = [place[run] for run in members(lease)]
        assert len({cell.training_pass for cell in leased}) == 1
        passes += [cell.training_pass for cell in leased]
        sizes.append(len(leased))
    assert passes == sorted(cell.training_pass for cell in cells)
    assert max(sizes) == 5
    assert len(passes) == 32
    assert lease.experiment != first.id


def test_only_runs_of_one_shape_are_trained_together(lab):
    worker = lab.worker()
    spec = lab.spec(rates=4)
    cells = [(cell, cell.spec.digest(), f"shape {number % 2}") for number, cell in enumerate(spec.cells())]
    with lab.store.begin() as session:
        experiments.create(session, spec=spec, cells=cells, recipe=None)
    rates = [[leased.spec.optimizer["learning_rate"] for leased in lab.lease(worker).runs] for _ in range(2)]
    assert rates == [[1, 3], [2, 4]]


def test_heartbeats_keep_a_shard(lab):
    worker, _ = lab.worker(), lab.experiment()
    lease = lab.lease(worker)
    for _ in range(5):
        lab.later(LOST_AFTER_SECONDS - 1)
        assert lab.heartbeat(worker, lease) == "continue"
        assert lab.reap() == []


def test_the_shard_of_a_silent_worker_goes_to_another_that_resumes_it(lab):
    gone, other = lab.worker("gone"), lab.worker("other")
    lab.experiment()
    lease = lab.lease(gone)
    lab.train(gone, lease, lab.steps[:3])
    keep_snapshot(lab, gone, lease, 20)
    lab.finish(gone, lease, runs=members(lease)[:1], state="stopped", step=20)
    lab.later(LOST_AFTER_SECONDS + 1)
    assert lab.reap() == [lease.shard]
    assert lab.reap() == []
    assert [state(lab, run) for run in members(lease)] == ["stopped", "queued", "queued"]
    assert "went silent" in (told(lab, members(lease)[1]) or "")
    lab.experiment(name="waits", steps=20)  # a lost shard comes first
    second = lab.lease(other)
    assert (second.shard, second.attempt, second.snapshot_step) == (lease.shard, 2, 20)
    assert members(second) == members(lease)[1:]
    assert told(lab, members(lease)[1]) is None


def test_a_stale_attempt_is_refused_and_changes_nothing(lab):
    gone, other = lab.worker("gone"), lab.worker("other")
    made = lab.experiment()
    lease = lab.lease(gone)
    lab.later(LOST_AFTER_SECONDS + 1)
    lab.reap()
    second = lab.lease(other)
    before = lab.get(made)
    for act in (lab.heartbeat, lab.train, lab.finish, lambda owner, lease: keep_snapshot(lab, owner, lease, 20)):
        with pytest.raises(StaleAttempt, match="Drop it"):
            act(gone, lease)
    with pytest.raises(StaleAttempt):  # the newest attempt, but another worker's
        lab.heartbeat(gone, second)
    assert lab.get(made) == before
    assert lab.heartbeat(other, second) == "continue"


def test_a_worker_thought_lost_goes_on_when_nobody_took_its_shard(lab):
    worker, made = lab.worker(), lab.experiment()
    lease = lab.lease(worker)
    for _ in range(20):  # however often: it was never lost
        lab.later(LOST_AFTER_SECONDS + 1)
        lab.reap()
        assert lab.get(made).progress.by_state["running"] == 0
        assert lab.heartbeat(worker, lease) == "continue"
        assert lab.get(made).progress.by_state["running"] == 3
    lab.train(worker, lease)
    lab.finish(worker, lease)
    assert lab.get(made).state == "finished"


def test_values_of_a_worker_thought_lost_are_kept(lab):
    worker, made = lab.worker(), lab.experiment()
    lease = lab.lease(worker)
    lab.later(LOST_AFTER_SECONDS + 1)
    lab.reap()
    lab.train(worker, lease)
    lab.finish(worker, lease)
    assert lab.get(made).state == "finished"
    assert lab.lease(worker) is None


def test_a_run_that_loses_its_worker_too_often_is_left_alone_until_it_is_queued_again(lab):
    made = lab.experiment(rates=1)
    for attempt in range(1, 7):
        worker = lab.worker(f"worker {attempt}")
        lease = lab.lease(worker)
        assert lease.attempt == attempt
        lab.train(worker, lease, lab.steps[:2])
        lab.later(LOST_AFTER_SECONDS + 1)
        lab.reap()
    with lab.store.read() as session:
        lost = runs.get(session, lease.runs[0].run)
    assert (lost.state, lost.step) == ("lost", 10)
    assert "6 times" in (lost.message or "")
    assert lab.get(made).state == "failed"
    assert lab.lease(worker) is None
    with lab.store.begin() as session:
        experiments.requeue(session, made.id)
    assert lab.lease(worker).attempt == 7  # blocks of one run are told apart by it


def test_a_worker_that_starts_again_gets_its_shard_back_at_once(lab):
    lab.experiment()
    worker = lab.worker("me")
    lease = lab.lease(worker)
    assert lab.worker("me") == worker
    second = lab.lease(worker)
    assert (second.shard, second.attempt) == (lease.shard, 2)
    with pytest.raises(StaleAttempt):
        lab.train(worker, lease)


def test_a_lost_shard_is_split_for_a_worker_that_wants_fewer_runs(lab):
    big, small = lab.worker("big"), lab.worker("small")
    lab.experiment(rates=5)
    lease = lab.lease(big)
    keep_snapshot(lab, big, lease, 10)
    lab.later(LOST_AFTER_SECONDS + 1)
    lab.reap()
    parts = [lab.lease(small, runs_at_most=3) for _ in range(2)]
    assert [run for part in parts for run in members(part)] == members(lease)
    assert [(len(part.runs), part.attempt, part.snapshot_step) for part in parts] == [(3, 2, 10), (2, 2, 10)]
    for part in parts:
        lab.train(small, part)
        lab.finish(small, part)
    assert not any(file.is_file() for file in lab.store.blobs.folder.rglob("*"))


def test_what_was_cancelled_resumes_from_its_snapshot(lab):
    worker, made = lab.worker(), lab.experiment()
    lease = lab.lease(worker)
    lab.train(worker, lease, lab.steps[:3])
    keep_snapshot(lab, worker, lease, 20)
    with lab.store.begin() as session:
        experiments.cancel(session, made.id)
    with lab.store.begin() as session:
        experiments.requeue(session, made.id)
    resumed = lab.lease(worker)
    assert (resumed.shard, resumed.attempt, resumed.snapshot_step) == (lease.shard, 2, 20)


def test_ends_may_be_said_twice_and_of_some_runs(lab):
    worker, made = lab.worker(), lab.experiment()
    lease = lab.lease(worker)
    first, rest = members(lease)[:1], members(lease)[1:]
    for _ in range(2):
        lab.finish(worker, lease, runs=first)
    assert lab.heartbeat(worker, lease) == "continue"
    lab.finish(worker, lease, runs=first, state="failed")  # it ended before: that stays
    lab.finish(worker, lease, runs=rest)
    assert lab.heartbeat(worker, lease) == "stop"
    assert lab.get(made).state == "finished"


def test_ends_of_strangers_change_nothing(lab):
    worker = lab.worker()
    lab.experiment(rates=2)
    lease, other = lab.lease(worker, runs_at_most=1), lab.lease(worker, runs_at_most=1)
    end = RunEnd(run=members(other)[0], state="finished", step=40, message=None)
    with lab.store.begin() as session:
        shards.finish(session, shard=lease.shard, worker=worker, attempt=1, ends=[end])
    assert state(lab, end.run) == "running"


def test_unknown_workers_and_shards_are_not_found(lab):
    worker = lab.worker()
    lab.experiment()
    with pytest.raises(NotFound, match="worker 9"):
        lab.lease(9)
    with pytest.raises(NotFound, match="worker 9"):
        lab.heartbeat(9)
    with pytest.raises(NotFound, match="shard 9"):
        lab.heartbeat(worker, lab.lease(worker).model_copy(update={"shard": 9}))


def test_leases_at_the_same_time_never_give_a_run_twice(lab):
    workers = [lab.worker(f"worker {number}") for number in range(8)]
    lab.experiment(rates=40, seeds=3)

    def lease_all(worker):
        found = []
        while lease := lab.lease(worker, runs_at_most=7):
            found += members(lease)
            lab.train(worker, lease, lab.steps[:1])
        return found

    with ThreadPoolExecutor(len(workers)) as threads:
        leased = [run for found in threads.map(lease_all, workers) for run in found]
    assert len(leased) == len(set(leased)) == 120


ROUNDS = 6


def train_what_there_is(lab, name):
    worker = lab.worker(name)
    for _ in range(ROUNDS):
        lease = lab.lease(worker, runs_at_most=3)
        try:
            for step in lab.steps if lease else ():
                lab.train(worker, lease, [step])
            lab.heartbeat(worker, lease, rate=1.0)
            if lease:
                lab.finish(worker, lease)
        except StaleAttempt:
            continue


def disturb(lab, family, act):
    for number in range(ROUNDS):
        made = lab.experiment(family[number % 3])
        with lab.store.begin() as session:
            act(session, 1 + number % made.id)
        lab.reap()


def test_everything_at_once_neither_blocks_nor_loses(lab):
    """Workers train while experiments that share their runs are made, cancelled and queued again."""
    family = [lab.spec(rates=rates) for rates in (4, 8, 12)]
    for spec in family:
        lab.experiment(spec)
    with ThreadPoolExecutor(6) as threads:
        jobs = [threads.submit(train_what_there_is, lab, f"worker {number}") for number in range(4)]
        jobs += [threads.submit(disturb, lab, family, act) for act in (experiments.cancel, experiments.requeue)]
        for job in jobs:
            job.result(timeout=60)
    last = lab.worker("the last")
    with lab.store.begin() as session:
        for made in experiments.listed(session, limit=100, before=None):
            experiments.requeue(session, made.id)
    lab.later(LOST_AFTER_SECONDS + 1)
    lab.reap()
    while lease := lab.lease(last):
        lab.train(last, lease)
        lab.finish(last, lease)
    with lab.store.read() as session:
        assert {made.state for made in experiments.listed(session, limit=100, before=None)} == {"finished"}

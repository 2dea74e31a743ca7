"""Deletions: only of what was put away, out of sight at once, taken back whole, and purged when their time is over."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import func, select

from phasescope.core.arrays import ArrayKind, part_of, to_bytes
from phasescope.core.errors import Conflict, NotFound
from phasescope.core.view import View
from phasescope.store import (
    arrays,
    corrections,
    deletions,
    experiments,
    marks,
    purging,
    runs,
    series,
    shares,
    snapshots,
)
from phasescope.store.dialects import table
from phasescope.store.tables import ExperimentRunRow, RunRow, SeriesRow, ShardRow, SummaryRow

DAYS = 24 * 60 * 60


def finished(lab, **changes):
    """An experiment of trained runs that was put away."""
    made = lab.experiment(**changes)
    worker = lab.worker()
    while (lease := lab.lease(worker)) is not None:
        lab.train(worker, lease)
        lab.finish(worker, lease)
    archive(lab, made)
    return made


def archive(lab, made):
    with lab.store.begin() as session:
        marks.archive(session, made.id, now=lab.now)


def delete(lab, made, some=None):
    with lab.store.begin() as session:
        if some is None:
            return deletions.delete_experiment(session, made.id, lab.now)
        marks.change(session, some, archived=True, now=lab.now)
        return deletions.delete_runs(session, made.id, some, lab.now)


def take_back(lab, deletion):
    with lab.store.begin() as session:
        return deletions.take_back(session, deletion.id)


def purge(lab):
    purged = []
    while True:
        with lab.store.begin() as session:
            number = purging.purge(session, lab.now)
        if number is None:
            return purged
        purged.append(number)


def numbers(lab, made):
    with lab.store.read() as session:
        return [run.id for run in runs.of_experiment(session, made.id)]


def rows(lab, *classes):
    with lab.store.read() as session:
        return [session.scalar(select(func.count()).select_from(table(one))) for one in classes]


def test_only_what_was_put_away_and_is_not_in_training_is_deleted(lab):
    made = lab.experiment()
    with pytest.raises(Conflict, match="cancel it before"):
        delete(lab, made)
    with pytest.raises(Conflict, match="still to be trained"):
        delete(lab, made, numbers(lab, made)[:1])
    other = finished(lab, name="another", steps=20)
    with lab.store.begin() as session:
        marks.archive(session, other.id, now=None)
    with pytest.raises(Conflict, match="archive it before"):
        delete(lab, other)
    with lab.store.begin() as session, pytest.raises(Conflict, match="archive it before"):
        deletions.delete_runs(session, other.id, numbers(lab, other)[:1], lab.now)
    with pytest.raises(NotFound):
        delete(lab, other, numbers(lab, made)[:1])
    with lab.store.read() as session:
        assert deletions.listed(session) == []


def test_a_deleted_experiment_is_out_of_sight_and_comes_back_whole(lab):
    made = finished(lab)
    whole, run = lab.get(made), numbers(lab, made)[0]
    deletion = delete(lab, made)
    assert (deletion.experiment, deletion.runs, deletion.name) == (made.id, None, made.name)
    with lab.store.read() as session:
        assert deletions.listed(session) == [deletion]
        assert experiments.listed(session, limit=9, before=None, archived=True) == []
        for look in (experiments.get, experiments.version, runs.of_experiment):
            with pytest.raises(NotFound):
                look(session, made.id)
        for look in (runs.get, arrays.listed):
            with pytest.raises(NotFound):
                look(session, run)
        with pytest.raises(NotFound):
            series.of_run(session, run, "test_loss")
        with pytest.raises(NotFound):
            corrections.of_run(session, run, "test_loss")
    for change in (experiments.requeue, experiments.cancel):
        with lab.store.begin() as session, pytest.raises(NotFound):
            change(session, made.id)
    assert take_back(lab, deletion) == deletion
    assert lab.get(made) == whole
    assert numbers(lab, made)[0] == run
    with lab.store.read() as session:
        assert deletions.listed(session) == []
    with pytest.raises(NotFound):
        take_back(lab, deletion)


def test_deleted_runs_leave_their_experiment_and_come_back(lab):
    made = finished(lab)
    first, *rest = numbers(lab, made)
    deletion = delete(lab, made, [first])
    assert (deletion.experiment, deletion.runs) == (made.id, 1)
    assert numbers(lab, made) == rest
    assert lab.get(made).progress.runs == len(rest)
    with pytest.raises(NotFound):
        delete(lab, made, [first])
    take_back(lab, deletion)
    assert numbers(lab, made) == [first, *rest]


def test_a_share_is_deleted_once_it_opens_nothing(lab):
    made = finished(lab)
    with lab.store.begin() as session:
        view = View(experiment=made.id)
        share = shares.create(session, view=view, title="Look", note="", expires_at=None, token_hash="a token")
    with lab.store.begin() as session, pytest.raises(Conflict, match="revoke it before"):
        deletions.delete_share(session, share.id, lab.now)
    with lab.store.begin() as session:
        shares.revoke(session, share.id, lab.now)
        deletion = deletions.delete_share(session, share.id, lab.now)
        assert shares.listed(session) == []
    take_back(lab, deletion)
    with lab.store.begin() as session:
        assert [one.id for one in shares.listed(session)] == [share.id]
        deletions.delete_share(session, share.id, lab.now)
    lab.later(31 * DAYS)
    assert len(purge(lab)) == 1
    with lab.store.begin() as session, pytest.raises(NotFound):
        shares.revoke(session, share.id, lab.now)


def test_what_was_deleted_goes_for_good_after_thirty_days_and_not_before(lab):
    made = finished(lab)
    deletion = delete(lab, made)
    assert deletion.kept_until - deletion.deleted_at == timedelta(days=30)
    lab.later(30 * DAYS - 1)
    assert purge(lab) == []
    take_back(lab, deletion)
    deletion = delete(lab, made)
    lab.later(30 * DAYS)
    assert purge(lab) == [deletion.id]
    assert rows(lab, RunRow, ExperimentRunRow, SeriesRow, SummaryRow, ShardRow) == [0] * 5
    with pytest.raises(NotFound):
        take_back(lab, deletion)
    again = finished(lab)
    assert lab.get(again).state == "finished"


def test_files_that_nothing_refers_to_any_more_are_removed(lab):
    made = lab.experiment(rates=2)
    worker = lab.worker()
    lease = lab.lease(worker)
    lab.train(worker, lease)
    owner = {"shard": lease.shard, "worker": worker, "attempt": lease.attempt}
    kind = ArrayKind(name="weights", measure="weights", version=1, dtype="float16", shape=(2,), examples="e", about={})
    part = part_of(kind, [leased.run for leased in lease.runs], np.ones((2, 2)))
    with lab.store.begin() as session:
        snapshots.put(session, **owner, step=10, data=b"a state", blobs=lab.store.blobs)
        arrays.put(session, **owner, data=to_bytes(10, [part]))
    lab.finish(worker, lease, state="failed")
    archive(lab, made)
    files = [file for file in lab.store.blobs.folder.rglob("*") if file.is_file()]
    assert len(files) == 2
    delete(lab, made)
    assert all(file.exists() for file in files)
    lab.later(30 * DAYS)
    purge(lab)
    assert not any(file.exists() for file in files)


def test_runs_that_another_experiment_has_stay_with_it(lab):
    large = finished(lab, rates=3)
    small = lab.experiment(rates=2, name="small")
    before = numbers(lab, small)
    delete(lab, large)
    assert numbers(lab, small) == before
    lab.later(31 * DAYS)
    assert len(purge(lab)) == 1
    assert numbers(lab, small) == before
    with lab.store.read() as session:
        assert len(series.of_run(session, before[0], "test_loss").steps) == len(lab.steps)
    assert rows(lab, RunRow, ExperimentRunRow, ShardRow) == [2, 2, 1]


def test_runs_deleted_from_both_of_their_experiments_go_with_the_later_deletion(lab):
    one = finished(lab, rates=2)
    other = lab.experiment(rates=2, name="other")
    archive(lab, other)
    run = numbers(lab, one)[0]
    delete(lab, one, [run])
    lab.later(10 * DAYS)
    delete(lab, other)
    lab.later(21 * DAYS)
    assert len(purge(lab)) == 1
    assert rows(lab, SummaryRow) == [2]  # the other experiment may still be taken back
    lab.later(10 * DAYS)
    assert len(purge(lab)) == 1
    assert rows(lab, SummaryRow) == [1]


def test_a_purged_run_is_not_trained_again_when_its_experiment_grows_but_when_another_wants_it(lab):
    made = finished(lab, rates=2)
    gone, kept = numbers(lab, made)
    delete(lab, made, [gone])
    lab.later(31 * DAYS)
    purge(lab)
    spec = lab.spec(rates=3)
    cells = [(cell, cell.spec.digest(), "one") for cell in spec.cells()]
    with lab.store.begin() as session:
        grown = experiments.extend(session, made.id, spec=spec, had=0, cells=cells)
    assert grown.progress.by_state["queued"] == 1
    assert gone not in numbers(lab, made)
    other = lab.experiment(rates=2, name="other")
    assert numbers(lab, other) == [gone, kept]
    assert lab.get(other).progress.by_state["queued"] == 1
    worker = lab.worker()
    trained = [run.run for lease in iter(lambda: lab.lease(worker), None) for run in lease.runs]
    assert gone in trained


def test_nobody_trains_for_an_experiment_that_was_deleted(lab):
    """A run that another experiment wants is trained for that one, under its name."""
    first = lab.experiment(rates=2)
    with lab.store.begin() as session:
        experiments.cancel(session, first.id)
    archive(lab, first)
    second = lab.experiment(rates=2, name="second")
    delete(lab, first)
    lease = lab.lease(lab.worker())
    assert lease.experiment == second.id

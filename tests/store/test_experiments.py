"""Experiments: made whole, shared runs, progress, cancel and requeue."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from phasescope.core.axes import Axis
from phasescope.core.errors import NotFound
from phasescope.core.schedule import Checkpoints
from phasescope.store import experiments, runs, shards


def states(lab, experiment):
    with lab.store.read() as session:
        return [run.state for run in runs.of_experiment(session, experiment.id)]


def test_an_experiment_comes_back_as_it_was_made(lab):
    spec = lab.spec(name="grokking", description="why", rates=2, seeds=2, checkpoints=Checkpoints(at=(5,)))
    made = lab.experiment(spec)
    assert lab.get(made) == made
    assert made.spec == spec
    assert (made.name, made.description, made.recipe, made.state) == ("grokking", "why", None, "queued")
    assert made.steps == (0, 5, 40)
    assert made.series == ()
    assert made.created_at.tzinfo is not None
    assert made.progress.runs == made.progress.by_state["queued"] == 4
    assert (made.progress.run_steps_done, made.progress.run_steps_total, made.progress.newest_step) == (0, 160, 0)
    assert made.progress.run_steps_per_second is None
    assert made.progress.seconds_left is None


def test_runs_are_listed_in_grid_order_with_their_points(lab):
    made = lab.experiment(rates=2, seeds=2)
    with lab.store.read() as session:
        listed = runs.of_experiment(session, made.id)
        detail = runs.get(session, listed[3].id)
    assert [(run.point["optimizer.learning_rate"], run.seed) for run in listed] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    assert detail.spec.optimizer["learning_rate"] == 2
    assert detail.digest == detail.spec.digest()
    assert detail.experiments == (made.id,)
    assert detail.point == listed[3].point


def test_what_does_not_exist_is_not_found(lab):
    with lab.store.begin() as session:
        for ask in (experiments.get, experiments.cancel, experiments.requeue, experiments.version, runs.of_experiment):
            with pytest.raises(NotFound, match="experiment 7"):
                ask(session, 7)
        with pytest.raises(NotFound, match="run 7"):
            runs.get(session, 7)
        with pytest.raises(NotFound, match="shard 7"):
            shards.experiment_of(session, 7)


def test_experiments_are_listed_newest_first_page_by_page(lab):
    made = [lab.experiment(name=name).id for name in "abc"]
    with lab.store.read() as session:
        first = experiments.listed(session, limit=2, before=None)
        rest = experiments.listed(session, limit=2, before=first[-1].id)
        assert experiments.count(session) == 3
    assert [each.id for each in first] == made[:0:-1]
    assert [each.id for each in rest] == made[:1]
    assert rest[0].progress.runs == 3


def test_a_run_is_shared_by_experiments_that_observe_it_alike(lab):
    first = lab.experiment(rates=2)
    second = lab.experiment(rates=3)  # two of its runs are there already
    other = lab.experiment(rates=2, steps=80)  # observed differently: nothing is shared
    with lab.store.read() as session:
        numbers = [[run.id for run in runs.of_experiment(session, each.id)] for each in (first, second, other)]
        shared = runs.get(session, numbers[0][0])
    assert numbers[1][:2] == numbers[0]
    assert not set(numbers[2]) & {*numbers[0], *numbers[1]}
    assert shared.experiments == (first.id, second.id)


def test_an_experiment_whose_runs_are_all_there_is_finished_at_once(lab):
    worker = lab.worker()
    lab.experiment()
    lease = lab.lease(worker)
    lab.train(worker, lease)
    lab.finish(worker, lease)
    again = lab.experiment(name="again")
    assert again.state == "finished"
    assert again.series == ("train_loss", "test_loss")
    assert lab.lease(worker) is None


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_run_that_failed_elsewhere_is_trained_again_for_a_new_experiment(lab, state):
    worker = lab.worker()
    lab.experiment()
    lab.finish(worker, lab.lease(worker), state=state, step=0, message="a traceback")
    again = lab.experiment(name="again")
    assert (again.state, states(lab, again)) == ("queued", ["queued"] * 3)
    assert len(lab.lease(worker).runs) == 3


def test_equal_points_are_one_run(lab):
    twice = lab.spec(axes=(Axis(path="optimizer.learning_rate", values=(1.0, 1.0, 2.0)),))
    assert lab.experiment(twice).progress.runs == 2


def test_progress_and_state_follow_training(lab):
    worker, made = lab.worker(), lab.experiment()
    lease = lab.lease(worker)
    assert lab.get(made).state == "running"
    lab.train(worker, lease, lab.steps[:3])
    lab.heartbeat(worker, lease, rate=20.0)
    progress = lab.get(made).progress
    assert (progress.run_steps_done, progress.run_steps_total, progress.newest_step) == (60, 120, 20)
    assert (progress.run_steps_per_second, progress.seconds_left) == (20, 3)
    lab.finish(worker, lease, runs=[lease.runs[0].run], state="stopped", step=20)
    progress = lab.get(made).progress
    assert (progress.run_steps_done, progress.run_steps_total) == (60, 100)  # a run that stopped has nothing left
    lab.finish(worker, lease, runs=[lease.runs[1].run])
    assert lab.get(made).state == "running"
    lab.finish(worker, lease, runs=[lease.runs[2].run], state="diverged", step=20)
    done = lab.get(made)
    assert (done.state, done.progress.run_steps_per_second, done.progress.seconds_left) == ("finished", None, None)
    assert done.progress.run_steps_done == done.progress.run_steps_total == 80
    assert {state: n for state, n in done.progress.by_state.items() if n} == {
        "finished": 1,
        "stopped": 1,
        "diverged": 1,
    }


def test_the_rate_is_known_from_the_second_shard_on(lab):
    worker, made = lab.worker(), lab.experiment()
    first = lab.lease(worker, runs_at_most=1)
    lab.heartbeat(worker, first, rate=50.0)
    lab.heartbeat(worker, first)  # says nothing about the rate: the one that is known stays
    assert lab.get(made).progress.run_steps_per_second == 50
    lab.finish(worker, first)
    lab.lease(worker, runs_at_most=1)
    assert lab.get(made).progress.run_steps_per_second == 50


def test_an_experiment_with_a_failed_run_failed(lab):
    worker, made = lab.worker(), lab.experiment()
    lease = lab.lease(worker)
    lab.finish(worker, lease, runs=[lease.runs[0].run], state="failed", step=10, message="Traceback:\0 boom")
    lab.finish(worker, lease)
    assert lab.get(made).state == "failed"
    with lab.store.read() as session:
        failed = runs.get(session, lease.runs[0].run)
    assert (failed.state, failed.step, failed.message) == ("failed", 10, "Traceback:� boom")


def test_cancel_ends_what_goes_on_and_keeps_what_ended(lab):
    worker, made = lab.worker(), lab.experiment()
    lease = lab.lease(worker, runs_at_most=2)
    lab.train(worker, lease)
    lab.finish(worker, lease, runs=[lease.runs[0].run])
    with lab.store.begin() as session:
        cancelled = experiments.cancel(session, made.id)
    assert cancelled.state == "cancelled"
    assert states(lab, made) == ["finished", "cancelled", "cancelled"]
    assert lab.heartbeat(worker, lease) == "stop"
    lab.finish(worker, lease)  # the worker was quicker to finish than to hear of it: the state stays
    assert states(lab, made) == ["finished", "cancelled", "cancelled"]
    assert lab.lease(worker) is None


def test_cancel_changes_nothing_when_all_has_ended(lab):
    worker, made = lab.worker(), lab.experiment()
    lab.finish(worker, lab.lease(worker))
    before = lab.get(made)
    with lab.store.begin() as session:
        assert experiments.cancel(session, made.id) == before
    assert before.state == "finished"


def test_cancel_leaves_runs_that_another_experiment_wants(lab):
    worker = lab.worker()
    first, second = lab.experiment(rates=3), lab.experiment(rates=2)
    with lab.store.begin() as session:
        experiments.cancel(session, first.id)
    assert states(lab, first) == ["queued", "queued", "cancelled"]
    assert lab.get(first).state == "cancelled"
    lease = lab.lease(worker)
    assert (lease.experiment, len(lease.runs)) == (second.id, 2)
    with lab.store.begin() as session:
        experiments.cancel(session, second.id)
    assert states(lab, first) == ["cancelled"] * 3


def test_requeue_trains_what_failed_or_was_cancelled_again(lab):
    worker, made = lab.worker(), lab.experiment()
    lease = lab.lease(worker, runs_at_most=2)
    lab.finish(worker, lease, runs=[lease.runs[0].run])
    lab.finish(worker, lease, runs=[lease.runs[1].run], state="failed", message="boom")
    with lab.store.begin() as session:
        experiments.cancel(session, made.id)
    assert states(lab, made) == ["finished", "failed", "cancelled"]
    with lab.store.begin() as session:
        again = experiments.requeue(session, made.id)
    assert again.state == "running"  # one of its runs is done
    assert states(lab, made) == ["finished", "queued", "queued"]
    second = lab.lease(worker)
    assert {leased.run for leased in second.runs} == {lease.runs[1].run, lease.runs[1].run + 1}
    lab.finish(worker, second)
    assert lab.get(made).state == "finished"


def test_the_version_moves_with_what_an_experiment_shows_and_only_then(lab):
    def version_after(act):
        before = versions()
        act()
        return {number for number, version in versions().items() if version != before.get(number)}

    def versions():
        with lab.store.read() as session:
            every = experiments.versions(session)
            assert all(experiments.version(session, number) == version for number, (version, _) in every.items())
            return every

    worker = lab.worker()
    first, second = lab.experiment(rates=2), lab.experiment(rates=2, steps=20)
    sharing = lab.experiment(rates=3)
    lease = lab.lease(worker)
    assert version_after(lambda: lab.heartbeat(worker)) == set()
    assert version_after(lambda: lab.train(worker, lease)) == {first.id, sharing.id}
    assert version_after(lambda: lab.finish(worker, lease)) == {first.id, sharing.id}
    assert version_after(lambda: lab.finish(worker, lease)) == set()
    assert version_after(lambda: lab.lease(worker)) == {second.id}
    assert version_after(lambda: lab.later(31) or lab.reap()) == {second.id}

    def cancel():
        with lab.store.begin() as session:
            experiments.cancel(session, sharing.id)

    assert version_after(cancel) == {sharing.id}


def test_a_family_of_4096_is_made_by_few_statements(lab):
    """How long they take is for benchmarks/store.py."""
    square = lab.spec(
        axes=(
            Axis(path="optimizer.learning_rate", log=(1e-4, 1, 64)),
            Axis(path="optimizer.weight_decay", log=(1e-4, 1, 64)),
        )
    )
    cells = [(cell, cell.spec.digest(), "one") for cell in square.cells()]
    with lab.statements() as sent, lab.store.begin() as session:
        made = experiments.create(session, spec=square, cells=cells, recipe="a recipe")
    assert 0 < len(sent) < 100
    assert (made.progress.runs, made.recipe) == (4096, "a recipe")


def test_nothing_is_half_created(lab):
    spec = lab.spec()

    def cells():
        cell = next(spec.cells())
        yield cell, cell.spec.digest(), "one"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), lab.store.begin() as session:
        experiments.create(session, spec=spec, cells=cells(), recipe=None)
    with lab.store.read() as session:
        assert experiments.count(session) == 0


def test_reading_cannot_write(lab):
    made = lab.experiment()
    with pytest.raises(DBAPIError, match=r"read-?only"), lab.store.read() as session:
        experiments.cancel(session, made.id)
    assert lab.get(made).state == "queued"

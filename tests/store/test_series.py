"""Blocks and series: values come back as they were sent, whichever of the two they are in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import func, select

from phasescope.core.axes import Axis
from phasescope.core.errors import InvalidSpec, NotFound, StaleAttempt
from phasescope.core.wire import LOST_AFTER_SECONDS, Block
from phasescope.store import blocks, experiments, runs, series
from phasescope.store.tables import BlockRow, SeriesRow

NAMES = ("train_loss", "test_loss")


@pytest.fixture
def lease(lab):
    """Three runs, leased by worker 1."""
    lab.experiment()
    return lab.lease(lab.worker())


def curves(lab, lease, names=NAMES):
    with lab.store.read() as session:
        return series.curves(session, [leased.run for leased in lease.runs], names)


def rows(lab, row):
    with lab.store.read() as session:
        return session.scalar(select(func.count()).select_from(row))


def numbers(lease):
    return [leased.run for leased in lease.runs]


def resumed(lab):
    """The shard again, after its worker was lost."""
    lab.later(LOST_AFTER_SECONDS + 1)
    lab.reap()
    return lab.lease(1)


def same(one, other):
    assert one.runs == other.runs
    assert np.array_equal(one.steps, other.steps)
    assert one.values.keys() == other.values.keys()
    for name in one.values:
        assert np.array_equal(one.values[name], other.values[name], equal_nan=True)
    assert one.undefined == other.undefined


def test_values_come_back_to_the_last_bit(lab, lease):
    lab.train(1, lease, lab.steps[:2])
    lab.train(1, lease, lab.steps[2:])
    found = curves(lab, lease)
    expected = lab.values(numbers(lease), lab.steps, NAMES)
    assert found.runs == tuple(numbers(lease))
    assert tuple(found.steps) == lab.steps
    for column, name in enumerate(NAMES):
        assert found.values[name].dtype == np.float64
        assert np.array_equal(found.values[name], expected[:, :, column])


def test_series_are_what_the_blocks_were(lab, lease):
    reason = {"test_loss": "There is no test set."}
    block = lab.block(numbers(lease), lab.steps[:3], undefined=reason)
    block.values[0, 1, 1] = np.nan
    block.values[1, 2, 0] = np.inf
    lab.put(1, lease, block)
    lab.put(1, lease, lab.block(numbers(lease), lab.steps[3:], counts=[2, 1, 0]))
    before = curves(lab, lease)
    with lab.store.read() as session:
        singles = [series.of_run(session, run, name) for run in numbers(lease) for name in NAMES]
    lab.finish(1, lease)
    assert (rows(lab, BlockRow), rows(lab, SeriesRow)) == (0, 6)
    same(before, curves(lab, lease))
    with lab.store.read() as session:
        assert singles == [series.of_run(session, run, name) for run in numbers(lease) for name in NAMES]
    assert before.undefined == {(numbers(lease)[0], "test_loss"): "There is no test set."}
    assert np.isinf(before.values["train_loss"][1, 2])


def test_what_was_not_taken_is_told_apart_from_what_is_undefined(lab, lease):
    """train_loss at each of five steps, test_loss at the first, third and last, where it is undefined once."""
    first, second, third = numbers(lease)
    taken = np.array([[True, True], [True, False], [True, True], [True, False], [True, True]])
    block = lab.block(numbers(lease), lab.steps, counts=[5, 5, 2], undefined={"test_loss": "There is no test set."})
    block.values[1, 2, 1] = np.nan
    for part in (slice(0, 2), slice(2, 5)):
        counts = np.clip(block.counts - part.start, 0, part.stop - part.start)
        some = {"steps": block.steps[part], "values": block.values[:, part], "counts": counts, "taken": taken[part]}
        lab.put(1, lease, replace(block, **some))
    before = curves(lab, lease)
    assert before.taken["test_loss"].tolist() == [[True, False, True, False, True]] * 2 + [[True] + [False] * 4]
    assert before.undefined == {(second, "test_loss"): "There is no test set."}
    with lab.store.read() as session:
        alone = series.curves(session, numbers(lease), ["test_loss"])
        singles = [series.of_run(session, run, name) for run in numbers(lease) for name in NAMES]
    assert tuple(alone.steps) == (0, 20, 40)
    assert singles[3].steps == (0, 20, 40)
    assert singles[3].values[1] is None
    assert None not in (*singles[1].values, *singles[5].values)
    lab.finish(1, lease)
    after = curves(lab, lease)
    same(before, after)
    assert all(np.array_equal(before.taken[name], after.taken[name]) for name in NAMES)
    with lab.store.read() as session:
        assert singles == [series.of_run(session, run, name) for run in numbers(lease) for name in NAMES]
        assert np.array_equal(series.curves(session, numbers(lease), ["test_loss"]).steps, alone.steps)
        summary = {run.id: run.summary for run in runs.of_experiment(session, lease.experiment)}
    assert summary[third]["test_loss"] == block.values[2, 0, 1]
    assert summary[first]["test_loss"] == block.values[0, 4, 1]


def test_runs_of_unequal_length_stand_side_by_side(lab, lease):
    first, second, third = numbers(lease)
    lab.put(1, lease, lab.block([first, second, third], lab.steps, counts=[5, 3, 0]))
    lab.finish(1, lease, runs=[second], state="diverged", step=20)  # one in series, the others in blocks
    found = curves(lab, lease, ["train_loss"])
    taken = np.isfinite(found.values["train_loss"])
    assert taken.tolist() == [[True] * 5, [True] * 3 + [False] * 2, [False] * 5]
    assert np.array_equal(found.values["train_loss"][1, :3], lab.values([second], lab.steps, NAMES)[0, :3, 0])


def test_steps_are_the_union_of_the_runs_steps(lab):
    one, two = lab.experiment(steps=20), lab.experiment(steps=40)
    for _ in (one, two):
        lease = lab.lease(lab.worker("w"))
        lab.train(1, lease, (0, 5, 20) if lease.experiment == one.id else (0, 10, 40))
        lab.finish(1, lease, step=lease.steps[-1])
    with lab.store.read() as session:
        every = [run.id for made in (one, two) for run in runs.of_experiment(session, made.id)]
        found = series.curves(session, every, ["test_loss"])
    assert tuple(found.steps) == (0, 5, 10, 20, 40)
    assert np.isfinite(found.values["test_loss"][0]).tolist() == [True, True, False, True, False]
    assert np.isfinite(found.values["test_loss"][-1]).tolist() == [True, False, True, False, True]


def test_the_newest_attempt_holds_where_attempts_overlap(lab, lease):
    lab.put(1, lease, lab.block(numbers(lease), lab.steps[:4]))
    second = resumed(lab)
    lab.put(1, second, lab.block(numbers(lease), lab.steps[2:], plus=0.5))
    expected = lab.values(numbers(lease), lab.steps, NAMES)[:, :, 0] + np.array([0, 0, 0.5, 0.5, 0.5])
    before = curves(lab, lease)
    assert np.array_equal(before.values["train_loss"], expected)
    lab.finish(1, second)
    same(before, curves(lab, lease))
    with lab.store.read() as session:
        assert runs.get(session, numbers(lease)[0]).summary["train_loss"] == expected[0, -1]


def test_curves_are_stitched_when_a_cancelled_run_goes_on(lab, lease):
    lab.train(1, lease, lab.steps[:3])
    with lab.store.begin() as session:
        experiments.cancel(session, lease.experiment)
        experiments.requeue(session, lease.experiment)
    assert rows(lab, BlockRow) == 0
    again = lab.lease(1)
    lab.put(1, again, lab.block(numbers(lease), lab.steps[2:4], plus=0.5, series=("test_loss", "weight_norm")))
    names = (*NAMES, "weight_norm")
    before = curves(lab, lease, names)
    plain = lab.values(numbers(lease), lab.steps[:4], names)
    assert np.array_equal(before.values["test_loss"], plain[:, :, 1] + np.array([0, 0, 0.5, 0.5]))
    assert np.isfinite(before.values["train_loss"][0]).tolist() == [True, True, True, False]
    assert np.isfinite(before.values["weight_norm"][0]).tolist() == [False, False, True, True]
    lab.finish(1, again)
    same(before, curves(lab, lease, names))
    with lab.store.read() as session:
        assert series.names(session, lease.experiment) == names


def test_the_same_block_again_changes_nothing(lab, lease):
    lab.train(1, lease, lab.steps[:3])
    before, count = curves(lab, lease), rows(lab, BlockRow)
    lab.train(1, lease, lab.steps[:3])
    lab.put(1, lease, lab.block(numbers(lease), lab.steps[:3], plus=7))  # not even with other values
    same(before, curves(lab, lease))
    assert rows(lab, BlockRow) == count == 3


def test_a_block_that_comes_again_after_the_end_changes_nothing(lab, lease):
    lab.train(1, lease)
    lab.finish(1, lease)
    before = curves(lab, lease)
    lab.train(1, lease)
    same(before, curves(lab, lease))
    assert rows(lab, BlockRow) == 0


def test_values_that_come_after_a_cancel_are_kept(lab, lease):
    lab.train(1, lease, lab.steps[:2])
    with lab.store.begin() as session:
        experiments.cancel(session, lease.experiment)
    lab.train(1, lease, lab.steps[2:4])
    assert np.isfinite(curves(lab, lease).values["test_loss"]).all()
    assert rows(lab, BlockRow) == 0
    with lab.store.read() as session:
        run = runs.get(session, numbers(lease)[0])
    assert (run.state, run.step) == ("cancelled", 30)


def test_one_series_of_one_run(lab, lease):
    run = numbers(lease)[0]
    block = lab.block(numbers(lease), lab.steps[:3], undefined={"test_loss": "Nothing is tested at step 10."})
    block.values[0, 1, 1] = np.nan
    lab.put(1, lease, block)
    with lab.store.read() as session:
        found = series.of_run(session, run, "test_loss")
        assert series.of_run(session, run, "train_loss").undefined is None
        with pytest.raises(NotFound, match=r"series 'tset_loss'.*Did you mean 'test_loss'\?.*train_loss"):
            series.of_run(session, run, "tset_loss")
        with pytest.raises(NotFound, match="run 99"):
            series.of_run(session, 99, "test_loss")
    assert (found.run, found.name, found.steps) == (run, "test_loss", lab.steps[:3])
    assert found.values[1] is None
    assert found.values[0] == block.values[0, 0, 1]
    assert found.undefined == "Nothing is tested at step 10."


def test_curves_of_what_is_not_there_are_empty(lab, lease):
    found = curves(lab, lease, ["accuracy"])
    assert found.values["accuracy"].shape == (3, 0)
    lab.train(1, lease)
    assert np.isnan(curves(lab, lease, ["accuracy", "test_loss"]).values["accuracy"]).all()
    with lab.store.read() as session:
        assert series.curves(session, [], ["test_loss"]).values["test_loss"].shape == (0, 0)
        assert series.curves(session, numbers(lease), []).values == {}
        repeated = series.curves(session, [*numbers(lease), *numbers(lease)], ["test_loss"])
    assert repeated.runs == tuple(numbers(lease))


def test_a_run_shows_its_newest_values_while_it_trains_and_after(lab, lease):
    def summaries():
        with lab.store.read() as session:
            return [run.summary for run in runs.of_experiment(session, lease.experiment)]

    def last(step):
        return [dict(zip(NAMES, row[0], strict=True)) for row in lab.values(numbers(lease), [step], NAMES).tolist()]

    assert summaries() == [{}, {}, {}]
    lab.train(1, lease, lab.steps[:2])
    assert summaries() == last(10)
    block = lab.block(numbers(lease), lab.steps[2:4], series=(*NAMES, "drift"))
    block.values[:, 1, :2] = np.nan  # the newest that is defined counts
    block.values[:, :, 2] = np.nan
    lab.put(1, lease, block)
    expected = [{**summary, "drift": None} for summary in last(20)]
    assert summaries() == expected
    lab.finish(1, lease)
    assert summaries() == expected


def test_a_run_is_as_far_as_its_values(lab, lease):
    lab.put(1, lease, lab.block(numbers(lease), lab.steps[:3], counts=[1, 2, 3]))
    second = resumed(lab)
    lab.train(1, second, lab.steps[:2])  # it begins anew: what was seen is not taken back
    with lab.store.read() as session:
        assert [run.step for run in runs.of_experiment(session, lease.experiment)] == [10, 10, 20]


def test_a_block_of_runs_that_left_the_shard_is_refused(lab, lease):
    with pytest.raises(StaleAttempt, match="999"):
        lab.put(1, lease, lab.block([numbers(lease)[0], 999], lab.steps))
    assert rows(lab, BlockRow) == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"counts": [9, 0, 0]}, "from 0 to 5"),
        ({"counts": [-1, 0, 0]}, "from 0 to 5"),
        ({"steps": (0, 20, 10)}, "must increase"),
        ({"steps": (-10, 0)}, "must increase"),
        ({"series": ("loss", "loss")}, "series is in the block twice"),
    ],
)
def test_a_block_that_contradicts_itself_is_refused(lab, lease, changes, sentence):
    block = lab.block(numbers(lease), **{"steps": lab.steps, **changes})
    with pytest.raises(InvalidSpec, match=sentence):
        lab.put(1, lease, block)
    assert rows(lab, BlockRow) == 0


def test_a_run_twice_in_a_block_is_refused(lab, lease):
    run = numbers(lease)[0]
    with pytest.raises(InvalidSpec, match="run is in the block twice"):
        lab.put(1, lease, lab.block([run, run], lab.steps))


def test_compacting_a_run_without_blocks_changes_nothing(lab, lease):
    with lab.store.begin() as session:
        series.compact(session, numbers(lease)[0])
    assert rows(lab, SeriesRow) == 0


def test_one_series_of_4096_runs_is_read_by_few_statements(lab):
    """How long they take is for benchmarks/store.py."""
    rates, decays = (Axis(path=f"optimizer.{name}", log=(1e-4, 1, 64)) for name in ("learning_rate", "weight_decay"))
    spec = lab.spec(axes=(rates, decays), steps=199)
    cells = [(cell, cell.spec.digest(), "one") for cell in spec.cells()]
    steps = np.arange(200)
    generator = np.random.default_rng(0)
    with lab.store.begin() as session:
        made = experiments.create(session, spec=spec, cells=cells, recipe=None)
    worker = lab.worker()
    expected: dict[int, np.ndarray] = {}
    while lease := lab.lease(worker, runs_at_most=4096):
        values = generator.normal(size=(len(lease.runs), 200, 1))
        expected |= dict(zip(numbers(lease), values[:, :, 0], strict=True))
        counts = np.full(len(lease.runs), 200)
        block = Block(np.array(numbers(lease)), steps, counts, values, ("train_loss",))
        with lab.store.begin() as session:
            blocks.put(session, shard=lease.shard, worker=worker, attempt=lease.attempt, block=block)
        lab.finish(worker, lease, step=199)
    with lab.store.read() as session:
        every = [run.id for run in runs.of_experiment(session, made.id)]
        with lab.statements() as sent:
            found = series.curves(session, every, ["train_loss"])
    assert 0 < len(sent) < 100
    assert np.array_equal(found.values["train_loss"], np.stack([expected[run] for run in every]))

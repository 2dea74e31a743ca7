"""Arrays come back as they were sent, whole and checked; the newest attempt holds, and no file is left behind."""

from __future__ import annotations

import numpy as np
import pytest

from phasescope.core.arrays import ArrayKind, part_of, to_bytes
from phasescope.core.errors import InvalidSpec, NotFound, StaleAttempt, UnreadableStore
from phasescope.core.wire import LOST_AFTER_SECONDS
from phasescope.store import arrays, experiments


@pytest.fixture
def lease(lab):
    """Three runs, leased by worker 1."""
    lab.experiment()
    return lab.lease(lab.worker())


def numbers(lease):
    return [leased.run for leased in lease.runs]


def values(run, step, *, plus=0.0):
    """(4, 2) numbers that say where they belong and that float16 keeps."""
    return np.arange(8.0).reshape(4, 2) + 10 * run + step + plus


def file(runs, step, *, plus=0.0, names=("representations.one", "representations.two")):
    kinds = [
        ArrayKind(name=n, measure="representations", version=1, dtype="float16", shape=(4, 2), examples="e", about={})
        for n in names
    ]
    return to_bytes(step, [part_of(k, runs, np.stack([values(r, step, plus=plus) for r in runs])) for k in kinds])


def keep(lab, lease, data, *, attempt=None):
    with lab.store.begin() as session:
        arrays.put(session, shard=lease.shard, worker=1, attempt=attempt or lease.attempt, data=data)


def read(lab, runs, names=("representations.one",), **more):
    with lab.store.read() as session:
        return arrays.read(session, runs, names, **more)


def files(lab):
    return sorted(file for file in lab.store.blobs.folder.rglob("*") if file.is_file())


def test_arrays_come_back_as_they_were_sent(lab, lease):
    runs = numbers(lease)
    for step in (0, 20):
        keep(lab, lease, file(runs, step))
    found = read(lab, runs[1:], ["representations.two", "representations.one"])
    assert [(a.run, a.kind.name, a.step) for a in found] == [
        (run, f"representations.{name}", step) for run in runs[1:] for name in ("one", "two") for step in (0, 20)
    ]
    for array in found:
        np.testing.assert_array_equal(array.values, values(array.run, array.step))
    assert [a.step for a in read(lab, runs[:1], step=20)] == [20]
    with lab.store.read() as session:
        listed = arrays.listed(session, runs[0])
        assert arrays.names(session, lease.experiment) == ("representations.one", "representations.two")
    assert [(a.kind.name[16:], a.step, a.bytes) for a in listed] == [
        ("one", 0, 16), ("one", 20, 16), ("two", 0, 16), ("two", 20, 16),
    ]  # fmt: skip


def test_the_same_file_again_changes_nothing(lab, lease):
    data = file(numbers(lease), 10)
    keep(lab, lease, data)
    before = files(lab)
    keep(lab, lease, data)
    assert files(lab) == before
    assert len(read(lab, numbers(lease))) == 3


def test_the_newest_attempt_holds_and_the_file_that_nobody_needs_goes(lab, lease):
    runs = numbers(lease)
    keep(lab, lease, file(runs, 10))
    keep(lab, lease, file(runs, 20))
    lab.later(LOST_AFTER_SECONDS + 1)
    lab.reap()
    second = lab.lease(1)
    keep(lab, second, file(runs[:2], 10, plus=0.5))
    assert len(files(lab)) == 3  # the third run's array is still in the first file
    keep(lab, second, file(runs[2:], 10, plus=0.5))
    assert len(files(lab)) == 3
    for array in read(lab, runs, step=10):
        np.testing.assert_array_equal(array.values, values(array.run, 10, plus=0.5))
    assert len(read(lab, runs, step=20)) == 3
    with pytest.raises(StaleAttempt):
        keep(lab, lease, file(runs, 30))
    assert len(files(lab)) == 3


def test_arrays_raise_the_version_of_their_experiment(lab, lease):
    with lab.store.read() as session:
        before = experiments.version(session, lease.experiment)
    keep(lab, lease, file(numbers(lease), 10))
    with lab.store.read() as session:
        assert experiments.version(session, lease.experiment) > before


def test_what_is_not_kept_is_named_with_what_is(lab, lease):
    runs = numbers(lease)
    keep(lab, lease, file(runs, 10))
    with lab.store.read() as session:
        with pytest.raises(NotFound, match=r"representations\.one"):
            arrays.get(session, runs[0], "representations.three", 10)
        with pytest.raises(NotFound, match="Available: 10"):
            arrays.get(session, runs[0], "representations.one", 11)
        with pytest.raises(NotFound, match="run 999"):
            arrays.listed(session, 999)
        assert arrays.get(session, runs[0], "representations.one", 10).values[0, 1] == 21


def test_nothing_is_kept_of_a_refused_file(lab, lease):
    with pytest.raises(InvalidSpec):
        keep(lab, lease, b"noise")
    with pytest.raises(StaleAttempt, match="not part of shard"):
        keep(lab, lease, file([*numbers(lease), 999], 10))
    assert files(lab) == []
    assert read(lab, numbers(lease)) == []


def test_damaged_bytes_are_not_given_out(lab, lease):
    keep(lab, lease, file(numbers(lease), 10))
    (blob,) = files(lab)
    whole = bytearray(blob.read_bytes())
    whole[-1] ^= 1  # the last byte of the last run's second array
    blob.write_bytes(whole)
    assert len(read(lab, numbers(lease))) == 3
    with pytest.raises(UnreadableStore, match=rf"run {numbers(lease)[-1]} at step 10 is damaged"):
        read(lab, numbers(lease), ["representations.two"])

"""Snapshots and blobs: only the newest is kept, whole and checked."""

from __future__ import annotations

import pytest

from phasescope.core.errors import NotFound, StaleAttempt, UnreadableStore
from phasescope.store import Blobs, snapshots


@pytest.fixture
def lease(lab):
    lab.experiment()
    return lab.lease(lab.worker())


def keep(lab, lease, step, *, data=None, attempt=None):
    with lab.store.begin() as session:
        snapshots.put(
            session,
            shard=lease.shard,
            worker=1,
            attempt=attempt or lease.attempt,
            step=step,
            data=data or f"state at {step}".encode(),
            blobs=lab.store.blobs,
        )


def keep_and_stop(lab, lease, step):
    with lab.store.begin() as session:
        snapshots.put(session, shard=lease.shard, worker=1, attempt=1, step=step, data=b"new", blobs=lab.store.blobs)
        raise KeyboardInterrupt


def newest(lab, lease):
    with lab.store.read() as session:
        return snapshots.newest(session, lease.shard)


def files(lab):
    return [file for file in lab.store.blobs.folder.rglob("*") if file.is_file()]


def test_only_the_newest_snapshot_is_kept(lab, lease):
    assert newest(lab, lease) is None
    for step in (10, 20, 20):
        keep(lab, lease, step)
    step, digest = newest(lab, lease)
    assert step == 20
    assert lab.store.blobs.get(digest) == b"state at 20"
    assert len(files(lab)) == 1


def test_a_snapshot_that_two_shards_share_stays_until_neither_needs_it(lab, lease):
    lab.experiment(name="another", steps=20)
    other = lab.lease(1)
    for each in (lease, other):
        keep(lab, each, 10, data=b"the same")
    keep(lab, lease, 20)
    assert lab.store.blobs.get(newest(lab, other)[1]) == b"the same"
    keep(lab, other, 20, data=b"different")
    assert len(files(lab)) == 2


def test_a_snapshot_goes_when_nothing_is_left_to_resume(lab, lease):
    keep(lab, lease, 10)
    lab.finish(1, lease)
    assert newest(lab, lease) is None
    assert files(lab) == []


def test_the_old_snapshot_stays_when_the_new_one_was_not_durable(lab, lease):
    keep(lab, lease, 10)
    with pytest.raises(KeyboardInterrupt):
        keep_and_stop(lab, lease, 20)
    step, digest = newest(lab, lease)
    assert (step, lab.store.blobs.get(digest)) == (10, b"state at 10")


def test_a_stale_attempt_keeps_no_snapshot(lab, lease):
    with pytest.raises(StaleAttempt):
        keep(lab, lease, 10, attempt=7)
    assert files(lab) == []


def test_a_blob_comes_back_as_it_was_kept(tmp_path):
    blobs = Blobs(tmp_path / "blobs")
    digest = blobs.put(b"some bytes")
    assert blobs.put(b"some bytes") == digest
    assert blobs.get(digest) == b"some bytes"
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == [digest]


def test_a_blob_that_was_damaged_is_not_given_out(tmp_path):
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"some bytes")
    (file,) = [file for file in tmp_path.rglob("*") if file.is_file()]
    file.write_bytes(b"same bytes")
    with pytest.raises(UnreadableStore, match=str(file)):
        blobs.get(digest)


@pytest.mark.parametrize("digest", ["0" * 64, "../phasescope.sqlite", "", "A" * 64, "0" * 64 + "\n"])
def test_a_name_that_is_no_blob_is_not_found(tmp_path, digest):
    (tmp_path / "phasescope.sqlite").write_text("secret")
    with pytest.raises(NotFound):
        Blobs(tmp_path / "blobs").get(digest)

"""Arrays of runs: which there are is in SQL, their bytes are parts of blobs as workers sent them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phasescope.core.arrays import ArrayKind, KeptArray, Placed, from_bytes, unpacked
from phasescope.core.errors import NotFound, StaleAttempt, UnreadableStore
from phasescope.core.records import StoredArray
from phasescope.core.spec import digest_of
from phasescope.store.blobs import Blobs
from phasescope.store.database import BLOBS
from phasescope.store.dialects import add_missing, among, put_rows
from phasescope.store.ownership import owned
from phasescope.store.sight import run_in_sight
from phasescope.store.snapshots import discard
from phasescope.store.tables import ArrayKindRow, ArrayRow, ExperimentRunRow, RunRow
from phasescope.store.versions import raise_for_runs


def put(session: Session, *, shard: int, worker: int, attempt: int, data: bytes) -> None:
    """Keep a file of arrays; the same again changes nothing. Raises StaleAttempt, InvalidSpec, NotFound.

    Where an earlier attempt kept an array of the same run, name and step, this one replaces it.
    """
    owned(session, shard=shard, worker=worker, attempt=attempt)
    step, parts = from_bytes(data)
    runs = sorted({run for placed in parts for run in placed.part.runs.tolist()})
    here = set(session.scalars(select(RunRow.id).where(among(RunRow.id, runs), RunRow.shard_id == shard)))
    strangers = [run for run in runs if run not in here]
    if strangers:
        raise StaleAttempt(f"Runs {strangers[:5]} are not part of shard {shard} now. Drop it and lease another.")
    if not runs:
        return
    blob = blobs_of(session).put(data)
    kinds = _kept_kinds(session, [placed.part.kind for placed in parts])
    rows = [row for placed, kind in zip(parts, kinds, strict=True) for row in _rows(placed, kind, step, blob)]
    names = {placed.part.kind.name for placed in parts}
    before = select(ArrayRow.blob).where(
        among(ArrayRow.run_id, runs), ArrayRow.step == step, ArrayRow.name.in_(names), ArrayRow.blob != blob
    )
    replaced = session.scalars(before.distinct()).all()
    put_rows(session, ArrayRow, rows)
    for old in replaced:
        discard(session, old)
    raise_for_runs(session, runs)


def names(session: Session, experiment: int) -> tuple[str, ...]:
    """The arrays kept so far of any of its runs, in the order in which a worker sends them: that of the network."""
    places = select(ExperimentRunRow.run_id).where(ExperimentRunRow.experiment_id == experiment)
    found = select(ArrayRow.name).where(ArrayRow.run_id.in_(places)).group_by(ArrayRow.name)
    return tuple(session.scalars(found.order_by(func.min(ArrayRow.start), ArrayRow.name)))


def listed(session: Session, run: int) -> list[StoredArray]:
    """The arrays of a run, by name (in the order of the network) and step. Raises NotFound."""
    run_in_sight(session, run)
    query = select(ArrayRow.name, ArrayRow.step, ArrayRow.size, ArrayKindRow.kind).join(ArrayKindRow)
    rows = session.execute(query.where(ArrayRow.run_id == run).order_by(ArrayRow.start)).all()
    order = {name: place for place, name in enumerate(dict.fromkeys(row.name for row in rows))}
    return [
        StoredArray(run=run, step=step, kind=ArrayKind.model_validate(kind), bytes=size)
        for _, step, size, kind in sorted(rows, key=lambda row: (order[row.name], row.step))
    ]


def read(session: Session, runs: Sequence[int], names: Iterable[str], *, step: int | None = None) -> list[KeptArray]:
    """These arrays of these runs, by run, name (in the order of the network) and step; with `step`, only at that one.

    Raises UnreadableStore when the bytes of one are not those that were kept.
    """
    query = select(ArrayRow, ArrayKindRow.kind).join(ArrayKindRow)
    query = query.where(among(ArrayRow.run_id, runs), ArrayRow.name.in_(list(names)))
    if step is not None:
        query = query.where(ArrayRow.step == step)
    rows = session.execute(query.order_by(ArrayRow.run_id, ArrayRow.start)).all()
    order = {key: place for place, key in enumerate(dict.fromkeys((row.run_id, row.name) for row, _ in rows))}
    rows = sorted(rows, key=lambda found: (order[found[0].run_id, found[0].name], found[0].step))
    kinds: dict[int, ArrayKind] = {}
    found, blobs = [], blobs_of(session)
    for row, kind in rows:
        if row.kind_id not in kinds:
            kinds[row.kind_id] = ArrayKind.model_validate(kind)
        known = kinds[row.kind_id]
        found.append(KeptArray(row.run_id, row.step, known, unpacked(known, _bytes(row, blobs), row.scale)))
    return found


def get(session: Session, run: int, name: str, step: int) -> KeptArray:
    """One array. Raises NotFound, naming what there is."""
    run_in_sight(session, run)
    found = read(session, [run], [name], step=step)
    if found:
        return found[0]
    there = listed(session, run)
    steps = [str(one.step) for one in there if one.kind.name == name]
    if steps:
        raise NotFound(f"array {name} of run {run} at step", step, steps)
    raise NotFound(f"array of run {run}", name, {one.kind.name for one in there})


def blobs_of(session: Session) -> Blobs:
    """The files of the store that the session belongs to."""
    found: Blobs = session.info[BLOBS]
    return found


def _rows(placed: Placed, kind: int, step: int, blob: str) -> Iterable[dict[str, Any]]:
    part = placed.part
    for number, (run, scale) in enumerate(zip(part.runs.tolist(), part.scales.tolist(), strict=True)):
        yield {
            "run_id": run,
            "name": part.kind.name,
            "step": step,
            "kind_id": kind,
            "blob": blob,
            "start": placed.start + number * part.kind.size,
            "size": part.kind.size,
            "scale": scale,
            "checksum": hashlib.sha256(part.data[number].tobytes()).hexdigest(),
        }


def _kept_kinds(session: Session, kinds: Sequence[ArrayKind]) -> list[int]:
    """Their numbers; new ones are made."""
    content = [kind.model_dump(mode="json") for kind in kinds]
    digests = [digest_of(one) for one in content]
    known = select(ArrayKindRow.digest, ArrayKindRow.id).where(ArrayKindRow.digest.in_(digests))
    numbers = dict(session.execute(known).all())
    new = {digest: one for digest, one in zip(digests, content, strict=True) if digest not in numbers}
    if new:
        add_missing(session, ArrayKindRow, [{"digest": digest, "kind": one} for digest, one in new.items()])
        numbers = dict(session.execute(known).all())
    return [numbers[digest] for digest in digests]


def _bytes(row: ArrayRow, blobs: Blobs) -> bytes:
    data = blobs.part(row.blob, row.start, row.size)
    if hashlib.sha256(data).hexdigest() != row.checksum:
        raise UnreadableStore(
            f"Array {row.name} of run {row.run_id} at step {row.step} is damaged: its bytes in blob {row.blob} are not "
            "those that were kept. Restore the blob from a copy."
        )
    return data

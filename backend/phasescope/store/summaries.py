"""Summaries: the last, least and greatest value of each series of a run, kept up to date while it trains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from phasescope.store import sets
from phasescope.store.dialects import among, put_rows
from phasescope.store.sets import FLOAT, SeriesSet
from phasescope.store.tables import SummaryRow

STATISTICS = ("last", "minimum", "maximum", "step_of_last", "step_of_minimum", "step_of_maximum")
Floats = NDArray[np.float64]


def of_values(values: Floats, steps: NDArray[np.int64]) -> Floats:
    """(R, 6, M) from values (R, C, M) at steps (C,); values that are not finite do not count, NaN where none does."""
    defined = np.isfinite(values)
    some: NDArray[np.bool_] = np.any(defined, axis=1)
    last = len(steps) - 1 - np.argmax(defined[:, ::-1], axis=1)
    places = [
        last,
        np.argmin(np.where(defined, values, np.inf), axis=1),
        np.argmax(np.where(defined, values, -np.inf), axis=1),
    ]
    found = [np.take_along_axis(values, place[:, None], axis=1)[:, 0] for place in places]
    found += [steps[place].astype(FLOAT) for place in places]
    return np.where(some[:, None], np.stack(found, axis=1), np.nan)


def merged(old: Floats, new: Floats) -> Floats:
    """What both say together; a value at the same or a later step replaces the last one."""
    better = np.stack([new[:, 3] >= old[:, 3], new[:, 1] < old[:, 1], new[:, 2] > old[:, 2]], axis=1)
    better = (better | np.isnan(old[:, :3])) & np.isfinite(new[:, :3])
    return np.where(np.concatenate([better, better], axis=1), new, old)


def update(session: Session, runs: Sequence[int], columns: SeriesSet, found: Floats) -> None:
    """Add what was found (R, 6, M) to the summaries of these runs."""
    rows = session.execute(
        select(SummaryRow.run_id, SummaryRow.set_id, SummaryRow.matrix).where(among(SummaryRow.run_id, runs))
    )
    before = {run: (number, matrix) for run, number, matrix in rows}
    known = sets.read(session, {number for number, _ in before.values()})
    for number in {before[run][0] if run in before else None for run in runs}:
        these = [row for row, run in enumerate(runs) if before.get(run, (None, b""))[0] == number]
        some = [runs[row] for row in these]
        if number is None:
            put(session, some, columns, found[these])
            continue
        both = _union(session, known[number], columns)
        old = np.frombuffer(b"".join(before[run][1] for run in some), FLOAT).reshape(len(some), len(STATISTICS), -1)
        put(session, some, both, merged(_spread(old, known[number], both), _spread(found[these], columns, both)))


def put(session: Session, runs: Sequence[int], columns: SeriesSet, matrices: Floats) -> None:
    """The summaries of these runs are these (R, 6, M)."""
    contiguous = np.ascontiguousarray(matrices, FLOAT)
    rows = [{"run_id": run, "set_id": columns.id, "matrix": contiguous[row].tobytes()} for row, run in enumerate(runs)]
    put_rows(session, SummaryRow, rows)


def last_values(matrices: Sequence[bytes], columns: SeriesSet) -> list[dict[str, float | None]]:
    """The newest value of each series, of runs that have the same columns; None where none is defined."""
    stacked = np.frombuffer(b"".join(matrices), FLOAT).reshape(len(matrices), len(STATISTICS), -1)
    last = stacked[:, 0].astype(object)
    last[np.isnan(stacked[:, 0])] = None
    return [dict(zip(columns.names, row, strict=True)) for row in last.tolist()]


def columns(session: Session, runs: Sequence[int], names: Sequence[str]) -> dict[str, Floats]:
    """(6, R) every statistic of each of these series; NaN for runs that have none."""
    found = {name: np.full((len(STATISTICS), len(runs)), np.nan) for name in names}
    query = select(SummaryRow.run_id, SummaryRow.set_id, SummaryRow.matrix).where(among(SummaryRow.run_id, runs))
    rows = session.execute(query).all() if names else []
    place = {run: index for index, run in enumerate(runs)}
    for number, series in sets.read(session, {row.set_id for row in rows}).items():
        members = [row for row in rows if row.set_id == number]
        stacked = np.frombuffer(b"".join(row.matrix for row in members), FLOAT)
        stacked = stacked.reshape(len(members), len(STATISTICS), -1)
        here = [place[row.run_id] for row in members]
        for name in found.keys() & set(series.names):
            found[name][:, here] = stacked[:, :, series.names.index(name)].T
    return found


def _union(session: Session, old: SeriesSet, new: SeriesSet) -> SeriesSet:
    if old.names == new.names:
        return old
    names = (*old.names, *(name for name in new.names if name not in old.names))
    if names == old.names:
        return old
    versions = {**old.versions, **new.versions}
    return sets.keep(session, names, versions=versions, undefined={**old.undefined, **new.undefined})


def _spread(matrices: Floats, columns: SeriesSet, wanted: SeriesSet) -> Floats:
    """The same summaries over more columns."""
    if columns.names == wanted.names:
        return matrices
    spread = np.full((*matrices.shape[:2], len(wanted.names)), np.nan)
    spread[:, :, [wanted.names.index(name) for name in columns.names]] = matrices
    return spread

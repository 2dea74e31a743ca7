"""Reads values of many runs at once, from blocks and from series, and lays them side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from phasescope.store import sets
from phasescope.store.dialects import among
from phasescope.store.sets import FLOAT, INTEGER, SeriesSet
from phasescope.store.tables import BlockRow, SeriesRow

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Piece:
    """Some series of runs that were stored alike: the same steps, the same columns."""

    runs: list[int]
    steps: NDArray[np.int64]  # (C,)
    names: tuple[str, ...]  # (M,)
    values: Floats  # (R, C, M)
    columns: SeriesSet
    reasons: Mapping[str, str]
    taken: NDArray[np.bool_]  # (C, M) which of the values were measured at all

    def seen(self) -> NDArray[np.int64]:
        """The steps at which any of these series was measured."""
        return self.steps[self.taken.any(axis=1)]


@dataclass(frozen=True)
class Gathered:
    """Series of R runs over the union of their C steps. `taken[name]` says where a value was measured, NaN or not;
    `origin[name]` is the number of the newest series set that a run's values came with."""

    runs: tuple[int, ...]
    steps: NDArray[np.int64]
    values: dict[str, Floats]  # name -> (R, C)
    taken: dict[str, NDArray[np.bool_]]  # name -> (R, C)
    origin: dict[str, NDArray[np.int64]]  # name -> (R,)
    undefined: dict[tuple[int, str], str]


def gather(session: Session, runs: Sequence[int], names: Sequence[str] | None) -> Gathered:
    """These series (None: all) of these runs. Where attempts overlap, the newest holds."""
    unique = tuple(dict.fromkeys(runs))
    pieces = [*_from_series(session, unique, names), *_from_blocks(session, unique, names)]
    steps = np.unique(np.concatenate([piece.seen() for piece in pieces] or [np.empty(0, INTEGER)]))
    wanted = dict.fromkeys(names if names is not None else _names(pieces))
    shape = (len(unique), len(steps))
    gathered = Gathered(
        unique,
        steps,
        values={name: np.full(shape, np.nan) for name in wanted},
        taken={name: np.zeros(shape, bool) for name in wanted},
        origin={name: np.zeros(len(unique), INTEGER) for name in wanted},
        undefined={},
    )
    rows = {run: row for row, run in enumerate(unique)}
    for piece in pieces:  # the oldest first: what comes later replaces it
        _lay(gathered, piece, np.array([rows[run] for run in piece.runs]))
    return gathered


def _names(pieces: Sequence[Piece]) -> list[str]:
    """Every series of these pieces, in the order in which workers sent them."""
    here = {name for piece in pieces for name in piece.names}
    kept = sorted({piece.columns.id: piece.columns.names for piece in pieces}.items())
    return [name for name in dict.fromkeys(name for _, names in kept for name in names) if name in here]


def _lay(gathered: Gathered, piece: Piece, rows: NDArray[np.int64]) -> None:
    for column, name in enumerate(piece.names):
        measured = piece.taken[:, column]
        if not measured.any():
            continue
        where = slice(None) if measured.all() else measured
        values = piece.values[:, where, column]
        places = np.ix_(rows, np.searchsorted(gathered.steps, piece.steps[where]))
        gathered.values[name][places] = values
        gathered.taken[name][places] = True
        gathered.origin[name][rows] = piece.columns.id
        reason = piece.reasons.get(name)
        if reason is not None:
            for row in np.flatnonzero(np.isnan(values).any(axis=1)):
                gathered.undefined[piece.runs[row], name] = reason


def _from_series(session: Session, runs: Sequence[int], names: Sequence[str] | None) -> Iterator[Piece]:
    query = select(
        SeriesRow.name, SeriesRow.steps_id, SeriesRow.set_id, SeriesRow.undefined, SeriesRow.run_id, SeriesRow.matrix
    ).where(among(SeriesRow.run_id, runs))
    if names is not None:
        query = query.where(SeriesRow.name.in_(names))
    alike: dict[tuple[str, int, int, str | None], tuple[list[int], list[bytes]]] = {}
    for name, steps_id, set_id, undefined, run, matrix in session.execute(query):
        members, matrices = alike.setdefault((name, steps_id, set_id, undefined), ([], []))
        members.append(run)
        matrices.append(matrix)
    steps = sets.read_steps(session, {key[1] for key in alike})
    columns = sets.read(session, {key[2] for key in alike})
    for (name, steps_id, set_id, undefined), (members, matrices) in alike.items():
        values = np.frombuffer(b"".join(matrices), FLOAT).reshape(len(members), -1, 1)
        reasons = {} if undefined is None else {name: undefined}
        everything = np.ones((len(steps[steps_id]), 1), dtype=np.bool_)
        yield Piece(members, steps[steps_id], (name,), values, columns[set_id], reasons, everything)


def _from_blocks(session: Session, runs: Sequence[int], names: Sequence[str] | None) -> list[Piece]:
    these = among(BlockRow.run_id, runs)
    known = sets.read(session, session.scalars(select(BlockRow.set_id).distinct().where(these)).all())
    found: list[tuple[int, Piece]] = []
    for columns in known.values():
        chosen = [name for name in columns.names if names is None or name in names]
        if chosen:
            found += _pieces(session, columns, chosen, these)
    return [piece for _, piece in sorted(found, key=lambda each: each[0])]  # the oldest attempt first


def _pieces(
    session: Session, columns: SeriesSet, names: Sequence[str], these: ColumnElement[bool]
) -> Iterator[tuple[int, Piece]]:
    """Blocks with these columns, and their attempt. Only the bytes of these series leave the database."""
    everything = len(names) == len(columns.names)
    length = func.length(BlockRow.steps)  # a step is as long as a value
    starts = [columns.names.index(name) * length + 1 for name in names]
    parts = [BlockRow.matrix] if everything else [func.substr(BlockRow.matrix, start, length) for start in starts]
    query = select(BlockRow.attempt, BlockRow.steps, BlockRow.taken, BlockRow.run_id, *parts).where(
        BlockRow.set_id == columns.id, these
    )
    alike: dict[tuple[int, bytes, bytes | None], tuple[list[int], list[bytes]]] = {}
    for attempt, steps, taken, run, *matrices in session.execute(query):
        members, stored = alike.setdefault((attempt, steps, taken), ([], []))
        members.append(run)
        stored.extend(matrices)
    for (attempt, steps, taken), (members, stored) in alike.items():
        when = np.frombuffer(steps, INTEGER)
        measured = _measured(taken, columns, when)[:, [columns.names.index(name) for name in names]]
        values = np.frombuffer(b"".join(stored), FLOAT).reshape(len(members), len(names), -1).swapaxes(1, 2)
        yield attempt, Piece(members, when, tuple(names), values, columns, columns.undefined, measured)


def _measured(taken: bytes | None, columns: SeriesSet, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(C, M) of a whole block."""
    shape = (len(columns.names), len(steps))
    if taken is None:
        return np.ones(shape[::-1], dtype=np.bool_)
    bits = np.unpackbits(np.frombuffer(taken, np.uint8), count=shape[0] * shape[1])
    return bits.reshape(shape).astype(np.bool_).T

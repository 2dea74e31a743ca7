"""Series sets and step lists: what many runs have in common is kept once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from phasescope.core.spec import digest_of
from phasescope.store.dialects import add_missing, among
from phasescope.store.tables import SeriesSetRow, StepListRow

INTEGER = np.dtype("<i8")
FLOAT = np.dtype("<f8")  # values are kept as they were measured: a float32 would lose what a float64 run is made for


@dataclass(frozen=True)
class SeriesSet:
    """The columns of a block: names in order, versions of their measures, and why a value may be undefined."""

    id: int
    names: tuple[str, ...]
    versions: Mapping[str, int]
    undefined: Mapping[str, str]


def keep(
    session: Session, names: Iterable[str], *, versions: Mapping[str, int], undefined: Mapping[str, str]
) -> SeriesSet:
    """The set of these columns, made when it is new."""
    content: dict[str, Any] = {"names": list(names), "versions": dict(versions), "undefined": dict(undefined)}
    digest = digest_of(content)
    number = _number(session, SeriesSetRow, digest)
    if number is None:
        add_missing(session, SeriesSetRow, [{"digest": digest, **content}])
        number = _number(session, SeriesSetRow, digest)
    return SeriesSet(number or 0, tuple(content["names"]), content["versions"], content["undefined"])


def read(session: Session, numbers: Iterable[int]) -> dict[int, SeriesSet]:
    """Sets by their numbers."""
    columns = select(SeriesSetRow.id, SeriesSetRow.names, SeriesSetRow.versions, SeriesSetRow.undefined)
    rows = session.execute(columns.where(among(SeriesSetRow.id, set(numbers))))
    return {i: SeriesSet(i, tuple(names), versions, undefined) for i, names, versions, undefined in rows}


def keep_steps(session: Session, steps: NDArray[np.int64]) -> int:
    """The number of this list of steps, made when it is new."""
    data = np.ascontiguousarray(steps, INTEGER).tobytes()
    digest = hashlib.sha256(data).hexdigest()
    number = _number(session, StepListRow, digest)
    if number is None:
        add_missing(session, StepListRow, [{"digest": digest, "steps": data}])
        number = _number(session, StepListRow, digest)
    return number or 0


def read_steps(session: Session, numbers: Iterable[int]) -> dict[int, NDArray[np.int64]]:
    """Lists of steps by their numbers."""
    rows = session.execute(select(StepListRow.id, StepListRow.steps).where(among(StepListRow.id, set(numbers))))
    return {number: np.frombuffer(steps, INTEGER) for number, steps in rows}


def _number(session: Session, row: type[SeriesSetRow] | type[StepListRow], digest: str) -> int | None:
    return session.scalar(select(row.id).where(row.digest == digest))

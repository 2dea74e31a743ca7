"""Series: the values of runs along their checkpoints, whether they are still in blocks or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import Session

from phasescope.core.curves import Curves
from phasescope.core.errors import NotFound
from phasescope.core.records import SeriesValues
from phasescope.store import sets, summaries
from phasescope.store.dialects import among, table
from phasescope.store.gathering import Gathered, gather
from phasescope.store.sight import run_in_sight
from phasescope.store.tables import BlockRow, ExperimentRunRow, SeriesRow, SummaryRow

RUNS_AT_ONCE = 512  # compacted together: bounds the memory of a large shard's end


def curves(session: Session, runs: Sequence[int], names: Sequence[str]) -> Curves:
    """These series of these runs over the union of their steps; NaN where a run has no value."""
    found = gather(session, runs, names)
    return Curves(found.runs, found.steps, found.values, found.undefined, found.taken)


def of_run(session: Session, run: int, name: str) -> SeriesValues:
    """One series of one run. Raises NotFound, naming the series that there are."""
    run_in_sight(session, run)
    found = gather(session, [run], [name])
    taken = found.taken[name][0]
    if not taken.any():
        raise NotFound("series", name, _names_of_run(session, run))
    values = found.values[name][0][taken]
    return SeriesValues(
        run=run,
        name=name,
        steps=tuple(found.steps[taken].tolist()),
        values=tuple(
            value if defined else None for value, defined in zip(values.tolist(), np.isfinite(values), strict=True)
        ),
        undefined=found.undefined.get((run, name)),
    )


def names(session: Session, experiment: int) -> tuple[str, ...]:
    """The series stored so far for any of its runs."""
    places = exists().where(ExperimentRunRow.run_id == SummaryRow.run_id, ExperimentRunRow.experiment_id == experiment)
    numbers = session.scalars(select(SummaryRow.set_id).distinct().where(places)).all()
    found = sets.read(session, numbers)
    return tuple(dict.fromkeys(name for number in sorted(found) for name in found[number].names))


def compact(session: Session, run: int) -> None:
    """Turn the blocks of a run that ended into series; nothing happens when it has none."""
    compact_all(session, [run])


def compact_all(session: Session, runs: Sequence[int]) -> None:
    """Turn the blocks of runs that ended into series, many runs at a time."""
    some = session.scalars(select(BlockRow.run_id).distinct().where(among(BlockRow.run_id, runs))).all()
    for start in range(0, len(some), RUNS_AT_ONCE):
        part = some[start : start + RUNS_AT_ONCE]
        found = gather(session, part, None)
        session.execute(delete(table(SeriesRow)).where(among(SeriesRow.run_id, part)))
        session.execute(insert(table(SeriesRow)), list(_rows(session, found)))
        session.execute(delete(table(BlockRow)).where(among(BlockRow.run_id, part)))
        _summarise(session, found)


def _rows(session: Session, found: Gathered) -> Iterator[dict[str, Any]]:
    lists: dict[bytes, int] = {}
    for name, values in found.values.items():
        for row, run in enumerate(found.runs):
            taken = found.taken[name][row]
            if not taken.any():
                continue
            pattern = taken.tobytes()
            if pattern not in lists:
                lists[pattern] = sets.keep_steps(session, found.steps[taken])
            yield {
                "run_id": run,
                "name": name,
                "set_id": int(found.origin[name][row]),
                "steps_id": lists[pattern],
                "undefined": found.undefined.get((run, name)),
                "matrix": values[row][taken].tobytes(),
            }


def _summarise(session: Session, found: Gathered) -> None:
    """Once more from the values that hold: an attempt that was overlapped may have had other extremes."""
    known = sets.read(session, {int(number) for origin in found.origin.values() for number in np.unique(origin)})
    versions = {measure: version for number in sorted(known) for measure, version in known[number].versions.items()}
    undefined = {name: reason for number in sorted(known) for name, reason in known[number].undefined.items()}
    columns = sets.keep(session, found.values, versions=versions, undefined=undefined)
    stacked = np.stack(list(found.values.values()), axis=2)
    summaries.put(session, found.runs, columns, summaries.of_values(stacked, found.steps))


def _names_of_run(session: Session, run: int) -> tuple[str, ...]:
    number = session.scalar(select(SummaryRow.set_id).where(SummaryRow.run_id == run))
    return () if number is None else sets.read(session, [number])[number].names

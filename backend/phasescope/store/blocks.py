"""Blocks: the values of runs that are being trained, as workers send them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from phasescope.core.errors import InvalidSpec, Problem, StaleAttempt
from phasescope.core.wire import Block
from phasescope.store import series, sets, summaries
from phasescope.store.dialects import add_missing, among, table
from phasescope.store.ownership import owned
from phasescope.store.progress import OVER
from phasescope.store.sets import FLOAT, INTEGER
from phasescope.store.tables import BlockRow, RunRow
from phasescope.store.versions import raise_for_runs


def put(session: Session, *, shard: int, worker: int, attempt: int, block: Block) -> None:
    """Keep a block; the same block again changes nothing. Raises StaleAttempt, InvalidSpec, NotFound."""
    owned(session, shard=shard, worker=worker, attempt=attempt)
    _check(block)
    runs = [int(run) for run in block.runs]
    members = select(RunRow.id, RunRow.state).where(among(RunRow.id, runs), RunRow.shard_id == shard)
    states = dict(session.execute(members).all())
    strangers = [run for run in runs if run not in states]
    if strangers:
        raise StaleAttempt(f"Runs {strangers[:5]} are not part of shard {shard} now. Drop it and lease another.")
    filled = np.flatnonzero(block.counts)
    if len(filled) == 0:
        return
    columns = sets.keep(session, block.series, versions=block.versions, undefined=block.undefined)
    add_missing(session, BlockRow, list(_rows(block, attempt=attempt, set_id=columns.id)))
    _count_steps(session, block)
    absent = np.arange(len(block.steps)) >= block.counts[:, None]  # (R, C)
    missing = absent[:, :, None] if block.taken is None else absent[:, :, None] | ~block.taken
    values = np.where(missing, np.nan, block.values)[filled]
    with_values = [runs[row] for row in filled]
    summaries.update(session, with_values, columns, summaries.of_values(values, block.steps))
    # Values that come after a run was ended from outside are its values all the same.
    series.compact_all(session, [run for run in with_values if states[run] in OVER])
    raise_for_runs(session, with_values)


def _check(block: Block) -> None:
    steps, counts = block.steps, block.counts
    sentence = None
    if len(np.unique(block.runs)) != len(block.runs):
        sentence = "A run is in the block twice."
    elif len(steps) and (steps[0] < 0 or (np.diff(steps) <= 0).any()):
        sentence = "The steps of a block must increase from 0 or more."
    elif (counts < 0).any() or (counts > len(steps)).any():
        sentence = f"Each count of a block must be from 0 to {len(steps)}, the number of its steps."
    elif len(set(block.series)) != len(block.series):
        sentence = "A series is in the block twice."
    if sentence is not None:
        raise InvalidSpec([Problem("block", sentence)])


def _rows(block: Block, *, attempt: int, set_id: int) -> Iterator[dict[str, Any]]:
    steps = np.ascontiguousarray(block.steps, INTEGER)
    values = np.ascontiguousarray(block.values.transpose(0, 2, 1), FLOAT)  # (R, M, C)
    for row, (run, count) in enumerate(zip(block.runs.tolist(), block.counts.tolist(), strict=True)):
        if count:
            yield {
                "run_id": run,
                "attempt": attempt,
                "first_step": int(steps[0]),
                "set_id": set_id,
                "steps": steps[:count].tobytes(),
                "matrix": values[row, :, :count].tobytes(),
                "taken": None if block.taken is None else np.packbits(block.taken[:count].T).tobytes(),
            }


def _count_steps(session: Session, block: Block) -> None:
    """Runs are as far as the last step stored; those that got equally far are written together."""
    for count in np.unique(block.counts[block.counts > 0]).tolist():
        step = int(block.steps[count - 1])
        these = among(RunRow.id, block.runs[block.counts == count].tolist())
        session.execute(update(table(RunRow)).where(these, RunRow.step < step).values(step=step))

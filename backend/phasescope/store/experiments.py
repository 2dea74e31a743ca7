"""Experiments: made whole, listed with their progress, cancelled and queued again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from phasescope.core.errors import Conflict, NotFound
from phasescope.core.records import Experiment, ExperimentSummary
from phasescope.core.spec import Cell, ExperimentSpec
from phasescope.store import queueing, series
from phasescope.store import versions as change_counter
from phasescope.store.dialects import count_rows, table, take_turns
from phasescope.store.progress import progress, state, tallies
from phasescope.store.sight import experiment_in_sight
from phasescope.store.tables import ExperimentRow, ExperimentRunRow, RunRow

DIGESTS_AT_ONCE = 5000
Cells = Iterable[tuple[Cell, str, str]]  # each with the digest and the signature of its run


def create(session: Session, *, spec: ExperimentSpec, cells: Cells, recipe: str | None) -> Experiment:
    """Make an experiment of its cells, each with its run's digest and signature.

    A run that another experiment trained, or is training, is shared with it; one that failed or was cancelled there
    is queued again.
    """
    take_turns(session, "create experiments")
    row = ExperimentRow(
        name=spec.name,
        description=spec.description,
        recipe=recipe,
        spec=spec.model_dump(mode="json"),
        steps=spec.steps,
        created_at=datetime.now(UTC),
        version=1,
    )
    session.add(row)
    session.flush()
    return _placed(session, row, spec, cells)


def extend(session: Session, experiment: int, *, spec: ExperimentSpec, had: int, cells: Cells) -> Experiment:
    """Give an experiment that `had` so many extensions a spec with more, and the runs that it did not have.

    Two people who extend it at once both get what they asked for: a spec made from an older one is refused with
    Conflict. Raises NotFound, and Conflict for an experiment that was cancelled.
    """
    take_turns(session, "create experiments")
    row = experiment_in_sight(session, experiment)
    if row.cancelled_at is not None:
        raise Conflict(f"Experiment {experiment} was cancelled; requeue it before it can grow.")
    if len(ExperimentSpec.model_validate(row.spec).extensions) != had:
        raise Conflict(f"Experiment {experiment} has just grown otherwise; look at it again, then repeat.")
    row.spec = spec.model_dump(mode="json")
    session.flush()
    grown = _placed(session, row, spec, cells)
    change_counter.raise_for(session, [experiment])
    return grown


def _placed(session: Session, row: ExperimentRow, spec: ExperimentSpec, cells: Cells) -> Experiment:
    """Give the experiment a place for each run that has none in it, and queue the runs that are nowhere yet."""
    distinct: dict[str, tuple[Cell, str]] = {}
    for cell, digest, signature in cells:
        distinct.setdefault(digest, (cell, signature))
    observation = spec.observation()
    known = _known_runs(session, observation, list(distinct))
    place = ExperimentRunRow
    places_here = select(place.run_id, place.deletion_id).where(place.experiment_id == row.id)
    placed = dict(session.execute(places_here).all())
    again = [run for run, state in known.values() if state in queueing.AGAIN and placed.get(run) is None]
    new = [_new_run(distinct[digest], digest, observation) for digest in distinct if digest not in known]
    queueing.queue_again(session, again)
    numbers = {digest: run for digest, (run, _) in known.items()} | _insert_runs(session, new)
    places = [
        {
            "experiment_id": row.id,
            "position": position,
            "run_id": numbers[digest],
            "training_pass": cell.training_pass,
            "point": cell.point,
        }
        for position, (digest, (cell, _)) in enumerate(distinct.items())
        if numbers[digest] not in placed
    ]
    if places:
        session.execute(insert(table(place)), places)
    count_rows(session, RunRow, place)
    return get(session, row.id)


def untrained(session: Session, spec: ExperimentSpec, digests: Sequence[str]) -> list[str]:
    """Those of these runs that would be trained, were they wanted: no experiment has them, or they came to nothing."""
    known = _known_runs(session, spec.observation(), digests)
    return [digest for digest in digests if digest not in known or known[digest][1] in queueing.AGAIN]


def listed(session: Session, *, limit: int, before: int | None, archived: bool = False) -> list[ExperimentSummary]:
    """The newest experiments first, at most `limit`, with numbers below `before`; those put away, or those not."""
    put_away = ExperimentRow.archived_at.is_not(None) if archived else ExperimentRow.archived_at.is_(None)
    query = select(ExperimentRow).where(put_away, ExperimentRow.deletion_id.is_(None))
    query = query.order_by(ExperimentRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(ExperimentRow.id < before)
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    return [ExperimentSummary(**fields) for _, fields in _described(session, rows)]


def get(session: Session, experiment: int) -> Experiment:
    """An experiment with its spec and the series stored so far. Raises NotFound."""
    ((row, fields),) = _described(session, [experiment_in_sight(session, experiment)])
    spec = ExperimentSpec.model_validate(row.spec)
    steps = spec.checkpoints.steps(spec.steps)
    return Experiment(**fields, spec=spec, notes=row.notes, steps=steps, series=series.names(session, experiment))


def cancel(session: Session, experiment: int) -> Experiment:
    """End every run that no other experiment still wants; nothing changes when all have ended. Raises NotFound."""
    row = experiment_in_sight(session, experiment)
    if tallies(session, [experiment])[experiment].live():
        queueing.cancel(session, experiment)
        row.cancelled_at = datetime.now(UTC)
        session.flush()
        change_counter.raise_for(session, [experiment])
    return get(session, experiment)


def requeue(session: Session, experiment: int, runs: Collection[int] | None = None) -> Experiment:
    """Queue its failed, lost and cancelled runs again, all or some of them; else nothing changes. Raises NotFound."""
    row = experiment_in_sight(session, experiment)
    found = queueing.runs_of(session, experiment, queueing.AGAIN)
    queueing.queue_again(session, [run for run in found if runs is None or run in runs])
    if row.cancelled_at is not None:
        row.cancelled_at = None
        session.flush()
        change_counter.raise_for(session, [experiment])
    return get(session, experiment)


def count(session: Session) -> int:
    """How many experiments there are, also out of sight."""
    return session.scalar(select(func.count()).select_from(ExperimentRow)) or 0


def version(session: Session, experiment: int) -> int:
    """A number raised by every write that changes what the experiment shows. Raises NotFound."""
    number = session.scalar(
        select(ExperimentRow.version).where(ExperimentRow.id == experiment, ExperimentRow.deletion_id.is_(None))
    )
    if number is None:
        raise NotFound("experiment", experiment)
    return number


def versions(session: Session) -> dict[int, tuple[int, int | None]]:
    """The version of every experiment, and the deletion that took it out of sight."""
    query = select(ExperimentRow.id, ExperimentRow.version, ExperimentRow.deletion_id)
    return {row.id: (row.version, row.deletion_id) for row in session.execute(query)}


def _described(session: Session, rows: Sequence[ExperimentRow]) -> Iterator[tuple[ExperimentRow, dict[str, Any]]]:
    found = tallies(session, [row.id for row in rows])
    for row in rows:
        tally = found[row.id]
        yield (
            row,
            {
                "id": row.id,
                "name": row.name,
                "description": row.description,
                "recipe": row.recipe,
                "state": state(row, tally),
                "created_at": row.created_at,
                "archived_at": row.archived_at,
                "progress": progress(row, tally),
            },
        )


def _known_runs(session: Session, observation: str, digests: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Number and state, by digest, of the runs that exist already and are observed alike."""
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(digests), DIGESTS_AT_ONCE):
        query = select(RunRow.digest, RunRow.id, RunRow.state).where(
            RunRow.observation == observation, RunRow.digest.in_(digests[start : start + DIGESTS_AT_ONCE])
        )
        found |= {digest: (run, state) for digest, run, state in session.execute(query)}
    return found


def _new_run(cell: tuple[Cell, str], digest: str, observation: str) -> dict[str, Any]:
    return {
        "digest": digest,
        "observation": observation,
        "signature": cell[1],
        "spec": cell[0].spec.model_dump(mode="json"),
        "seed": cell[0].spec.seed,
        "state": "queued",
        "step": 0,
        "attempt": 0,
        "losses": 0,
    }


def _insert_runs(session: Session, rows: list[dict[str, Any]]) -> dict[str, int]:
    """Their numbers, by digest."""
    if not rows:
        return {}
    statement = insert(table(RunRow)).returning(table(RunRow).c.digest, table(RunRow).c.id)
    return dict(session.execute(statement, rows).all())

"""Runs as they are listed, with the newest value of each series."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from phasescope.core.records import Run, RunDetail
from phasescope.core.spec import RunSpec
from phasescope.store import sets, summaries
from phasescope.store.sight import experiment_in_sight, run_in_sight
from phasescope.store.tables import ExperimentRow, ExperimentRunRow, RunRow, SummaryRow


def of_experiment(session: Session, experiment: int) -> list[Run]:
    """Its runs, in grid order. Raises NotFound."""
    experiment_in_sight(session, experiment)
    columns = (RunRow.id, ExperimentRunRow.point, RunRow.seed, RunRow.state, RunRow.step, RunRow.message)
    rows = session.execute(
        select(*columns, SummaryRow.set_id, SummaryRow.matrix)
        .select_from(ExperimentRunRow)
        .join(RunRow, RunRow.id == ExperimentRunRow.run_id)
        .outerjoin(SummaryRow, SummaryRow.run_id == RunRow.id)
        .where(ExperimentRunRow.experiment_id == experiment, ExperimentRunRow.deletion_id.is_(None))
        .order_by(ExperimentRunRow.position)
    ).all()
    last = _last_values(session, [(row.id, row.set_id, row.matrix) for row in rows if row.set_id is not None])
    return [
        Run.model_construct(  # what the store has was checked when it was stored
            id=row.id,
            point=row.point,
            seed=row.seed,
            state=row.state,
            step=row.step,
            message=row.message,
            summary=last.get(row.id, {}),
        )
        for row in rows
    ]


def get(session: Session, run: int) -> RunDetail:
    """One run, with its spec, its point in the first experiment that has it, and all experiments. Raises NotFound."""
    run_in_sight(session, run)
    row = session.get_one(RunRow, run, populate_existing=True)
    places = session.execute(
        select(ExperimentRunRow.experiment_id, ExperimentRunRow.point)
        .join(ExperimentRow, ExperimentRow.id == ExperimentRunRow.experiment_id)
        .where(ExperimentRunRow.run_id == run, ExperimentRunRow.deletion_id.is_(None))
        .where(ExperimentRow.deletion_id.is_(None))
        .order_by(ExperimentRunRow.experiment_id)
    ).all()
    summary = session.get(SummaryRow, run, populate_existing=True)
    found = [] if summary is None else [(run, summary.set_id, summary.matrix)]
    return RunDetail.model_validate(
        {
            "id": run,
            "point": places[0].point,
            "seed": row.seed,
            "state": row.state,
            "step": row.step,
            "message": row.message,
            "summary": _last_values(session, found).get(run, {}),
            "digest": row.digest,
            "spec": RunSpec.model_validate(row.spec),
            "experiments": tuple(place.experiment_id for place in places),
        }
    )


def _last_values(session: Session, rows: Sequence[tuple[int, int, bytes]]) -> dict[int, dict[str, float | None]]:
    """The newest value of each series, by run; runs with the same columns are unpacked together."""
    alike: dict[int, list[tuple[int, bytes]]] = {}
    for run, number, matrix in rows:
        alike.setdefault(number, []).append((run, matrix))
    columns = sets.read(session, alike)
    found: dict[int, dict[str, float | None]] = {}
    for number, members in alike.items():
        values = summaries.last_values([matrix for _, matrix in members], columns[number])
        found.update(zip((run for run, _ in members), values, strict=True))
    return found

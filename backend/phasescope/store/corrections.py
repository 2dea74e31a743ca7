"""Corrections by hand of the events of a run's series: one per run and series, the newest holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from phasescope.core.corrections import Correction
from phasescope.store import versions
from phasescope.store.dialects import among, put_rows, table
from phasescope.store.sight import run_in_sight
from phasescope.store.tables import CorrectionRow


def put(session: Session, *, run: int, series: str, correction: Correction, now: datetime) -> None:
    """Keep it in the place of an older one. Raises NotFound for a run that is not there."""
    run_in_sight(session, run)
    body = correction.model_dump(mode="json")
    put_rows(session, CorrectionRow, [{"run_id": run, "series": series, "correction": body, "corrected_at": now}])
    versions.raise_for_runs(session, [run])


def of_run(session: Session, run: int, series: str) -> Correction | None:
    """The correction of one series; None where there is none. Raises NotFound for a run that is not there."""
    run_in_sight(session, run)
    row = session.get(CorrectionRow, (run, series), populate_existing=True)
    return None if row is None else Correction.model_validate(row.correction)


def of_runs(session: Session, runs: Sequence[int]) -> dict[tuple[int, str], Correction]:
    """By run and series, those that there are."""
    rows = session.scalars(select(CorrectionRow).where(among(CorrectionRow.run_id, runs)))
    return {(row.run_id, row.series): Correction.model_validate(row.correction) for row in rows}


def remove(session: Session, run: int, series: str) -> None:
    """What was found stands again. Raises NotFound for a run that is not there; nothing to remove is no error."""
    run_in_sight(session, run)
    session.execute(delete(table(CorrectionRow)).where(CorrectionRow.run_id == run, CorrectionRow.series == series))
    versions.raise_for_runs(session, [run])

"""The change counter of experiments: what was drawn of one is stale once its number has moved."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from phasescope.store.dialects import among, table
from phasescope.store.tables import ExperimentRow, ExperimentRunRow


def raise_for_runs(session: Session, runs: Sequence[int]) -> None:
    """Every experiment that has one of these runs shows something new."""
    places = select(ExperimentRunRow.experiment_id).where(among(ExperimentRunRow.run_id, runs))
    raise_for(session, session.scalars(places.distinct()).all())


def raise_for(session: Session, experiments: Sequence[int]) -> None:
    """These experiments show something new. Called last in a transaction: it locks their rows, in order."""
    these = among(ExperimentRow.id, experiments)
    session.execute(select(ExperimentRow.id).where(these).order_by(ExperimentRow.id).with_for_update(key_share=True))
    session.execute(update(table(ExperimentRow)).where(these).values(version=ExperimentRow.version + 1))

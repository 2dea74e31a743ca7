"""Runs as they are listed, with the newest value of each series."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phasescope.core.records import Run, RunDetail


def of_experiment(session: Session, experiment: int) -> list[Run]:
    """Its runs, in grid order. Raises NotFound."""
    raise NotImplementedError


def get(session: Session, run: int) -> RunDetail:
    """Raises NotFound."""
    raise NotImplementedError

"""Experiments: made whole, listed with their progress, cancelled and queued again."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from phasescope.core.records import Experiment, ExperimentSummary
from phasescope.core.spec import Cell, ExperimentSpec


def create(
    session: Session, *, spec: ExperimentSpec, cells: Iterable[tuple[Cell, str, str]], recipe: str | None
) -> Experiment:
    """Make an experiment of its cells, each with its run's digest and signature."""
    raise NotImplementedError


def listed(session: Session, *, limit: int, before: int | None) -> list[ExperimentSummary]:
    """The newest experiments first, at most `limit`, with numbers below `before` where it is given."""
    raise NotImplementedError


def get(session: Session, experiment: int) -> Experiment:
    """Raises NotFound."""
    raise NotImplementedError


def cancel(session: Session, experiment: int) -> Experiment:
    """End every run of it that no other experiment still wants; nothing changes when all have ended. Raises NotFound."""
    raise NotImplementedError


def requeue(session: Session, experiment: int) -> Experiment:
    """Queue its failed, lost and cancelled runs again; nothing changes when there are none. Raises NotFound."""
    raise NotImplementedError


def count(session: Session) -> int:
    """How many experiments there are."""
    raise NotImplementedError


def version(session: Session, experiment: int) -> int:
    """A number raised by every write that changes what the experiment shows. Raises NotFound."""
    raise NotImplementedError


def versions(session: Session) -> dict[int, int]:
    """The version of every experiment."""
    raise NotImplementedError

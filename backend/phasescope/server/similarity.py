"""Similarity of the layers of any two runs, also of different experiments, from what was kept of them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phasescope.analyses.similarity import check_comparable, similarities
from phasescope.core.arrays import KeptArray
from phasescope.core.errors import Missing
from phasescope.core.estimators import Estimator
from phasescope.server.messages import SimilarityTable
from phasescope.store import arrays

PREFIX = "representations."


def table(
    session: Session, run: int, other: int, *, step: int | None, other_step: int | None, estimator: Estimator
) -> SimilarityTable:
    """Raises Missing where nothing is kept, NotComparable with the reason where the examples differ."""
    one, two = _layers(session, run, step), _layers(session, other, other_step)
    for left in one.values():
        for right in two.values():
            check_comparable(left.kind, right.kind)
    found = similarities([a.values for a in one.values()], [a.values for a in two.values()], estimator)
    first, second = next(iter(one.values())), next(iter(two.values()))
    return SimilarityTable(
        run=run,
        other=other,
        step=first.step,
        other_step=second.step,
        estimator=estimator,
        examples=first.kind.shape[0],
        layers=tuple(one),
        other_layers=tuple(two),
        values=tuple(tuple(None if value != value else value for value in row) for row in found.tolist()),
    )


def _layers(session: Session, run: int, step: int | None) -> dict[str, KeptArray]:
    """The representations of a run at the newest kept step that is no later than this one, by layer."""
    there = [array for array in arrays.listed(session, run) if array.kind.name.startswith(PREFIX)]
    if not there:
        raise Missing(
            f"No representations of run {run} are kept. Add representations to the measures of its experiment, and "
            "train it again."
        )
    before = [array.step for array in there if step is None or array.step <= step]
    at = max(before) if before else min(array.step for array in there)
    names = list(dict.fromkeys(array.kind.name for array in there if array.step == at))
    return {array.kind.name.removeprefix(PREFIX): array for array in arrays.read(session, [run], names, step=at)}

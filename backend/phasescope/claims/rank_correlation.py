"""Do two numbers rise together? Spearman's rank correlation, over the checkpoints of a run or over cells."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from phasescope.claims.quantity import Evidence, Numbers, Quantity
from phasescope.claims.reading import Moment, Reading
from phasescope.core.record import Record, Rule, setting


class RankCorrelation(Record):
    """Two series along the checkpoints of each run, or a reading along an axis."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("(series != None) + (reading != None) == 1", "Give exactly one of series (two names) and reading."),
        Rule("(reading == None) or (over != '')", "A reading needs `over`, the path of an axis."),
    )

    series: tuple[str, str] | None = setting(None, "Two series of the same run.")
    since: Moment | None = setting(None, "Of the series: checkpoints before this do not count.")
    reading: Reading | None = None
    over: str = setting("", "Of the reading: the path of the axis.")
    where: dict[str, Any] = setting({}, "Axis path -> value: the cells that count.")


def names(settings: RankCorrelation) -> tuple[str, ...]:
    """Series that are read."""
    both = set(settings.series or ())
    both |= {settings.since.series} if settings.since else set()
    return tuple(sorted(both | (settings.reading.names() if settings.reading else set())))


def measure(settings: RankCorrelation, evidence: Evidence) -> dict[int, float]:
    """Of each seed: over its cells, or the mean over its runs."""
    found = {}
    for seed, cells in evidence.cells(settings.where).items():
        if settings.reading is not None:
            points = np.array([run.point.get(settings.over, np.nan) for run in cells.runs], dtype=np.float64)
            found[seed] = spearman(points, settings.reading.values(cells))
        else:
            found[seed] = float(np.mean(_of_runs(settings, cells)))
    return found


def _of_runs(settings: RankCorrelation, cells: Evidence) -> list[float]:
    one, other = (cells.series(name) for name in settings.series or ("", ""))
    begin = settings.since.steps(cells) if settings.since else np.zeros(len(one))
    values = []
    for x, y, first in zip(one, other, begin, strict=True):
        kept = np.isfinite(x) & np.isfinite(y) & (cells.curves.steps >= first)
        values.append(spearman(x[kept], y[kept]))
    return values


def spearman(x: Numbers, y: Numbers) -> float:
    """Of two rows; infinity counts as the largest. Undefined below three points, or where one does not vary."""
    if len(x) < 3 or np.isnan(x).any() or np.isnan(y).any():
        return float("nan")
    one, other = (ranks - ranks.mean() for ranks in (_ranks(x), _ranks(y)))
    length = np.sqrt((one**2).sum() * (other**2).sum())
    return float((one * other).sum() / length) if length > 0 else float("nan")


def _ranks(values: Numbers) -> Numbers:
    """Equal values share the mean of their places."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = counts.cumsum()
    return np.asarray((ends - (counts - 1) / 2)[place], dtype=np.float64)


RANK_CORRELATION = Quantity(
    name="rank_correlation",
    summary="Spearman's correlation of two series along a run, or of a reading along an axis.",
    settings=RankCorrelation,
    series=names,
    measure=measure,
)

"""Numbers read off stored series, and what an expression makes of them: `understood / fitted`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from phasescope.claims.quantity import Evidence, Numbers, Quantity
from phasescope.core.curves import Floats
from phasescope.core.expressions import evaluate, names_in
from phasescope.core.record import Record, Rule, setting

TOLERANCE = 1e-6  # nine of ten right has reached 0.9 in every precision


class Moment(Record):
    """The first step at which a series is at a bound; infinity while it is not. `times` stretches it."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("(at_least != None) + (at_most != None) == 1", "A moment has exactly one of at_least and at_most."),
    )

    series: str
    at_least: float | None = None
    at_most: float | None = None
    after: int = setting(0, "Steps before this do not count.", ge=0)
    times: float = setting(1.0, "What the step is multiplied by.", gt=0)

    def steps(self, evidence: Evidence) -> Numbers:
        """(R,) of each run."""
        values = evidence.series(self.series)
        low = -np.inf if self.at_least is None else self.at_least - TOLERANCE
        high = np.inf if self.at_most is None else self.at_most + TOLERANCE
        hits = (values >= low) & (values <= high) & (evidence.curves.steps >= self.after)
        if values.shape[1] == 0:
            return np.full(len(values), np.inf)
        return np.where(hits.any(1), evidence.curves.steps[hits.argmax(1)] * self.times, np.inf)


class Reading(Record):
    """One number of each run: a value of a series, or, with `of` `step`, the step at which `at` happens.

    `since` and `until` bound the checkpoints that count. What is read until something that never happened is
    undefined; so is what is read since then.
    """

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("(take == 'step') == (at != None)", "A reading has `at` exactly where it takes a step."),
        Rule("(take == 'step') or (series != '')", "A reading of a value names its series."),
    )

    series: str = ""
    take: Literal["last", "first", "highest", "lowest", "mean", "step"] = "last"
    at: Moment | None = None
    since: Moment | None = None
    until: Moment | None = None
    where: dict[str, Any] = setting({}, "Axis path -> value: the cells it is read at, beside those of the quantity.")
    over: Literal["mean", "highest", "lowest", "spread"] = setting("mean", "Of several cells.")

    def names(self) -> set[str]:
        """Series that it reads."""
        moments = [moment for moment in (self.at, self.since, self.until) if moment is not None]
        return {moment.series for moment in moments} | ({self.series} if self.series else set())

    def values(self, evidence: Evidence) -> Numbers:
        """(R,) of each run."""
        if self.at is not None:
            return self.at.steps(evidence)
        table = evidence.series(self.series)
        steps = evidence.curves.steps
        kept = np.isfinite(table)
        undefined = np.zeros(len(table), dtype=bool)
        for moment, later in ((self.since, True), (self.until, False)):
            if moment is not None:
                bound = moment.steps(evidence)
                undefined |= ~np.isfinite(bound)
                kept &= steps >= bound[:, None] if later else steps <= bound[:, None]
        return np.where(undefined | ~kept.any(1), np.nan, self._taken(table, kept))

    def _taken(self, table: Floats, kept: np.ndarray) -> Numbers:
        if table.shape[1] == 0:
            return np.full(len(table), np.nan)
        rows = np.arange(len(table))
        match self.take:
            case "first":
                found = table[rows, kept.argmax(1)]
            case "last":
                found = table[rows, table.shape[1] - 1 - kept[:, ::-1].argmax(1)]
            case "highest":
                found = np.where(kept, table, -np.inf).max(1)
            case "lowest":
                found = np.where(kept, table, np.inf).min(1)
            case _:
                found = np.where(kept, table, 0.0).sum(1) / np.maximum(kept.sum(1), 1)
        return np.asarray(found, dtype=np.float64)

    def of_seed(self, evidence: Evidence) -> float:
        """One number of the cells of one seed."""
        values = self.values(evidence)
        if not len(values):
            return float("nan")
        match self.over:
            case "mean":
                return float(values.mean())
            case "highest":
                return float(values.max())
            case "lowest":
                return float(values.min())
            case "spread":
                return float(values.max() - values.min())


class Readings(Record):
    """Named readings, and an expression of them."""

    readings: dict[str, Reading]
    expression: str = setting(..., "Arithmetic with the names of the readings.")
    where: dict[str, Any] = setting({}, "Axis path -> value: the cells that all are read at.")

    @model_validator(mode="after")
    def _name_what_there_is(self) -> Readings:
        unknown = names_in(self.expression) - set(self.readings)
        if unknown:
            there_are = ", ".join(self.readings)
            raise ValueError(f"expression: there is no reading {min(unknown)!r}; there are {there_are}.")
        return self


def names(settings: Readings) -> tuple[str, ...]:
    """Series that are read."""
    return tuple(sorted({name for reading in settings.readings.values() for name in reading.names()}))


def measure(settings: Readings, evidence: Evidence) -> dict[int, float]:
    """Of each seed."""
    cells = {name: evidence.cells({**settings.where, **r.where}) for name, r in settings.readings.items()}
    found = {}
    for seed in sorted({run.seed for run in evidence.runs}):
        numbers = {
            name: reading.of_seed(cells[name][seed]) if seed in cells[name] else float("nan")
            for name, reading in settings.readings.items()
        }
        found[seed] = _value(settings.expression, numbers)
    return found


def _value(expression: str, numbers: Mapping[str, float]) -> float:
    """As numpy divides: by zero it is infinity. A root or logarithm of what has none is undefined."""
    with np.errstate(all="ignore"):
        try:
            return float(evaluate(expression, {name: np.float64(value) for name, value in numbers.items()}))
        except (ValueError, OverflowError):
            return float("nan")


READING = Quantity(
    name="reading",
    summary="Values of series at moments, and steps of moments, in an expression.",
    settings=Readings,
    series=names,
    measure=measure,
)

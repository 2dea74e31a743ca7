"""A comparison: some runs beside others, also of different experiments. It is the address of the page that shows it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field

from phasescope.core.errors import InvalidSpec, Problem
from phasescope.core.record import LARGEST_NUMBER, Count, Number, Record, setting
from phasescope.core.spec import MAXIMUM_RUNS

MOST_SIDES = 6
MOST_SHOWN = 12
RANGE = re.compile(r"(\d{1,15})(?:-(\d{1,15}))?")


class Side(Record):
    """What stands on one side: runs of one experiment."""

    experiment: Number = setting(..., "Number of the experiment.")
    runs: tuple[Number, ...] = setting((), "Numbers of its runs; nothing means all of them.")


class Comparison(Record):
    """Up to six sides under one clock."""

    sides: Annotated[tuple[Side, ...], Field(min_length=1, max_length=MOST_SIDES)] = setting(..., "What is compared.")
    step: Count | None = setting(None, "The clock; nothing means the newest step.")
    series: str = setting("accuracy", "What the curves show: accuracy, loss, or the name of a series.")
    step_scale: Literal["log", "linear"] = setting("log", "Scale of the step axis.")
    layer: str | None = setting(None, "The layer whose drift is shown; nothing means all.")
    beside: Annotated[tuple[str, ...], Field(max_length=MOST_SHOWN)] = setting(
        ("drift", "representation_film"), "Names of the figures that stand side by side."
    )


def side_of(text: str) -> Side:
    """`3:1,2,7-12` are runs of experiment 3, `3` is all of it. Raises InvalidSpec."""
    number, _, listed = text.partition(":")
    if not number.isdecimal() or not 1 <= int(number) <= LARGEST_NUMBER:
        raise InvalidSpec(
            [Problem("with", f"with: {text[:60]!r} was given; allowed: 3:1,2,7-12, runs of experiment 3.")]
        )
    runs: list[int] = []
    for part in listed.split(",") if listed else ():
        found = RANGE.fullmatch(part.strip())
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 1 <= first <= last <= LARGEST_NUMBER or last - first + len(runs) >= MAXIMUM_RUNS:
            raise InvalidSpec([Problem("with", f"with: {part[:60]!r} was given; allowed: runs such as 7 or 7-12.")])
        runs.extend(range(first, last + 1))
    return Side(experiment=int(number), runs=tuple(dict.fromkeys(runs)))

"""A comparison: some runs beside others, also of different experiments. It is the address of the page that shows it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field

from phasescope.core.errors import InvalidSpec, Problem
from phasescope.core.record import LARGEST_NUMBER, Count, Number, Record, setting
from phasescope.core.spec import MAXIMUM_RUNS
from phasescope.core.view import LONGEST_CONDITION, Condition

MOST_SIDES = 6
MOST_SHOWN = 12
RANGE = re.compile(r"(\d{1,15})(?:-(\d{1,15}))?", re.ASCII)
SIDE = re.compile(
    r"(?P<experiment>\d{1,10})(?::(?P<runs>[^@?]*))?(?:@(?P<run>\d{1,15}))?(?:\?(?P<filter>.*))?", re.ASCII | re.DOTALL
)


class Side(Record):
    """What stands on one side: runs of one experiment. Several are a group, and one run stands for it."""

    experiment: Number = setting(..., "Number of the experiment.")
    runs: tuple[Number, ...] = setting((), "Numbers of its runs; nothing means all of them.")
    run: Number | None = setting(None, "The run that stands for a group where one has to; nothing: its middle run.")
    filter: Condition = setting("", "Only runs for which this expression holds stand there.")


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
    """`3` is all of experiment 3, `3:1,2,7-12` are runs of it, `3?phase == "grokking"` those for which this holds;
    `3:1-9@7` is a group for which run 7 stands. Raises InvalidSpec."""
    found = SIDE.fullmatch(text)
    if found is None or not 1 <= int(found["experiment"]) <= LARGEST_NUMBER:
        raise _refused(text, "3:1,2,7-12, runs of experiment 3, or 3?phase == 'grokking', a group of them")
    runs: list[int] = []
    for part in found["runs"].split(",") if found["runs"] else ():
        first, last = _range(part.strip())
        if last - first + len(runs) >= MAXIMUM_RUNS:
            raise _refused(part, f"at most {MAXIMUM_RUNS} runs")
        runs.extend(range(first, last + 1))
    run = None if found["run"] is None else _range(found["run"])[0]
    condition = found["filter"] or ""
    if len(condition) > LONGEST_CONDITION:
        raise _refused(condition, f"an expression of at most {LONGEST_CONDITION} letters")
    return Side(experiment=int(found["experiment"]), runs=tuple(dict.fromkeys(runs)), run=run, filter=condition)


def _range(part: str) -> tuple[int, int]:
    found = RANGE.fullmatch(part)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= LARGEST_NUMBER:
        raise _refused(part, "runs such as 7 or 7-12")
    return first, last


def _refused(given: str, allowed: str) -> InvalidSpec:
    return InvalidSpec([Problem("with", f"with: {given[:60]!r} was given; allowed: {allowed}.")])

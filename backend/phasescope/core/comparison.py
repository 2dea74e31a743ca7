"""A comparison: some runs beside others, also of different experiments. It is the address of the page that shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from phasescope.core.errors import InvalidSpec, Problem
from phasescope.core.record import LARGEST_NUMBER, Count, Number, Record, setting
from phasescope.core.records import Run
from phasescope.core.spec import MAXIMUM_RUNS, ExperimentSpec

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
        ("drift",), "Names of the figures that stand side by side."
    )


class Difference(Record):
    """A setting in which sides differ: its path, and for each side the values that its runs have."""

    path: str
    values: tuple[tuple[JsonValue, ...], ...]


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


def differences(sides: Sequence[tuple[ExperimentSpec, Sequence[Run]]]) -> tuple[Difference, ...]:
    """The settings in which the sides differ, or in which runs of one side differ, in the order of the spec.

    A setting that is an axis has the values of the runs that stand there, anything else that of the spec; a side that
    does not have the setting has no value.
    """
    told = [_settings(spec, runs) for spec, runs in sides]
    paths = dict.fromkeys(path for settings in told for path in settings)
    found = (Difference(path=path, values=tuple(settings.get(path, ()) for settings in told)) for path in paths)
    return tuple(each for each in found if len(each.values) > 0 and _differs(each.values))


def _differs(values: Sequence[tuple[JsonValue, ...]]) -> bool:
    return any(len(own) > 1 for own in values) or len({json.dumps(own, sort_keys=True) for own in values}) > 1


def _settings(spec: ExperimentSpec, runs: Sequence[Run]) -> dict[str, tuple[JsonValue, ...]]:
    own = dict(_flat(spec))
    for axis in spec.axes:
        values = {json.dumps(run.point.get(axis.path)): run.point.get(axis.path) for run in runs}
        own[axis.path] = tuple(values.values())
    own["seed"] = tuple(sorted({run.seed for run in runs}))
    return own


def _flat(spec: ExperimentSpec) -> Iterator[tuple[str, tuple[JsonValue, ...]]]:
    """Each setting of the spec by its path; what is a name or a title is left out."""
    data: dict[str, Any] = spec.model_dump(mode="json", exclude={"name", "description", "axes", "extensions", "seeds"})
    data.pop("first_seed", None)
    for root, value in data.items():
        if isinstance(value, dict):
            yield from ((f"{root}.{name}", (inner,)) for name, inner in value.items() if inner is not None)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, part in enumerate(value):
                yield from ((f"{root}.{number}.{name}", (inner,)) for name, inner in part.items() if inner is not None)
        elif value is not None and value != []:
            yield root, (value,)

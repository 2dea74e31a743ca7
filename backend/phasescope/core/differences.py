"""In what the sides of a comparison differ: setting by setting, read off their specs and their runs' points."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import JsonValue

from phasescope.core.record import Record
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec


class Difference(Record):
    """A setting in which sides differ: its path, and for each side the values that its runs have."""

    path: str
    values: tuple[tuple[JsonValue, ...], ...]


def differences(sides: Sequence[tuple[ExperimentSpec, Sequence[Run]]]) -> tuple[Difference, ...]:
    """The settings in which the sides differ, or in which runs of one side differ, in the order of the spec.

    A setting that is an axis has the values of the runs that stand there, anything else that of the spec; a side that
    does not have the setting has no value.
    """
    told = [_settings(spec, runs) for spec, runs in sides]
    paths = dict.fromkeys(path for settings in told for path in settings)
    roots = list(dict.fromkeys(path.partition(".")[0] for path in paths))
    ordered = sorted(paths, key=lambda path: roots.index(path.partition(".")[0]))
    found = (Difference(path=path, values=tuple(settings.get(path, ()) for settings in told)) for path in ordered)
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

"""An experiment written again as a person would write it: what is left out is as it would be anyway.

All of it, one of its cells, or a finer grid around that cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phasescope.core.axes import Axis
from phasescope.core.catalogue import Catalogue
from phasescope.core.errors import NotFound
from phasescope.core.spec import ExperimentSpec, RunSpec

Draft = dict[str, Any]
ALWAYS = ("name", "task", "model", "optimizer", "steps", "checkpoints")


def of_experiment(spec: ExperimentSpec, catalogue: Catalogue) -> Draft:
    """The same experiment, without what every experiment has."""
    return shortened(spec.model_dump(mode="json"), catalogue)


def of_cell(spec: ExperimentSpec, run: RunSpec, catalogue: Catalogue) -> Draft:
    """One cell of the experiment: its settings, and no axes."""
    cell = run.model_dump(mode="json", exclude={"seed"})
    return shortened({**spec.model_dump(mode="json"), **cell, "axes": [], "extensions": []}, catalogue)


def around_cell(spec: ExperimentSpec, point: Mapping[str, Any], catalogue: Catalogue) -> Draft:
    """As many points as before along each axis, but from the cell's one neighbour to the other."""
    axes = [narrowed(axis, point.get(axis.path)) for axis in spec.axes]
    name = f"{spec.name}, closer"[:200]
    return of_experiment(spec.model_copy(update={"axes": tuple(axes), "extensions": (), "name": name}), catalogue)


def narrowed(axis: Axis, value: Any) -> Axis:
    """The axis between the neighbours of one of its points; an axis of listed values stays as it is."""
    points = axis.points()
    if axis.values is not None or value not in points:
        return axis
    place = points.index(value)
    low, high = points[max(place - 1, 0)], points[min(place + 1, len(points) - 1)]
    ends = (low, high, axis.count())
    return Axis(path=axis.path, log=ends) if axis.log is not None else Axis(path=axis.path, linear=ends)


def shortened(data: Draft, catalogue: Catalogue) -> Draft:
    """Without settings that are as they would be anyway, and without nothings inside what remains."""
    least = ExperimentSpec(name="any", task={}, model={}, optimizer={}, steps=1)
    defaults = _plain(least.model_dump(mode="json"))
    kept = {name: value for name, value in data.items() if name in ALWAYS or _plain(value) != defaults.get(name)}
    for kind in ("task", "model", "optimizer"):
        kept[kind] = _choice(kind, kept[kind], catalogue)
    schedules = kept.pop("schedules", {})
    if any(written := [_measure(name, schedules, catalogue) for name in data["measures"]]):
        kept |= {"measures": written} if "measures" in kept or written != list(data["measures"]) else {}
    if "interventions" in kept:
        kept["interventions"] = [_choice("intervention", choice, catalogue) for choice in kept["interventions"]]
    return {name: _plain(value) for name, value in kept.items()}


def _choice(kind: str, choice: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The name, and the settings that are not as they would be anyway."""
    try:
        properties = catalogue.entry(kind, str(choice.get("name"))).settings.get("properties", {})
    except NotFound:  # a plug-in that no worker has any more: its settings stay as they are
        return dict(choice)
    return {
        name: value
        for name, value in choice.items()
        if name == "name" or "default" not in properties.get(name, {}) or properties[name]["default"] != value
    }


def _measure(name: str, schedules: Mapping[str, Any], catalogue: Catalogue) -> str | dict[str, Any]:
    """A measure by its name, with what its schedule says that would not be so anyway."""
    said = _plain(schedules.get(name, {}))
    if name in catalogue.names("measure") and said.get("every") == catalogue.entry("measure", name).every:
        said.pop("every")
    return {"name": name, **said} if said else name


def _plain(value: Any) -> Any:
    """Without the fields of its records that are None or empty."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part is not None and part != {}}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value

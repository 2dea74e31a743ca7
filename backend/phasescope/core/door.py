"""The door: an experiment is checked whole, against the catalogue, before anything is made of it.

`admit` gives the completed spec (every default written out, so that a digest does not depend on who wrote it), or
raises InvalidSpec with one sentence per problem: which field, what was given, what is allowed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from phasescope.core.axes import Axis
from phasescope.core.catalogue import Catalogue, Entry
from phasescope.core.choices import complete, normalised, setting_problems, shown
from phasescope.core.errors import InvalidSpec, Problem, suggestion
from phasescope.core.intervening import (
    complete_interventions,
    intervention_problems,
    normalised_interventions,
    one_class_each,
    settings_of,
)
from phasescope.core.measured import checkpoint_problems, completed_schedules, schedule_problems
from phasescope.core.schedule import MeasureSchedule
from phasescope.core.spec import AXIS_ROOTS, MAXIMUM_RUNS, Cell, ExperimentSpec

CHOICES = ("task", "model", "optimizer")


def admit(data: Mapping[str, Any], catalogue: Catalogue) -> ExperimentSpec:
    """The completed experiment; raises InvalidSpec."""
    try:
        spec = ExperimentSpec.model_validate(data)
    except ValidationError as error:
        raise InvalidSpec(problems_of(error, ExperimentSpec.model_fields)) from error
    problems: list[Problem] = []
    completed: dict[str, Any] = {kind: complete(kind, getattr(spec, kind), catalogue, problems) for kind in CHOICES} | {
        "interventions": complete_interventions(spec.interventions, catalogue, problems)
    }
    problems.extend(_measure_problems(spec, catalogue))
    problems.extend(schedule_problems(spec, catalogue))
    problems.extend(checkpoint_problems(spec))
    if problems:
        raise InvalidSpec(problems)
    problems.extend(_axis_problems(spec, catalogue))
    if problems:
        raise InvalidSpec(problems)
    spec = spec.model_copy(update={**completed, "schedules": completed_schedules(spec, catalogue)})
    problems.extend(_scale_problems(spec, catalogue))
    if problems:
        raise InvalidSpec(problems)
    problems.extend(_cell_problems(spec, catalogue))
    problems.extend(_match_problems(spec, catalogue))
    if problems:
        raise InvalidSpec(problems)
    return spec


def problems_of(error: ValidationError, fields: Mapping[str, Any] | None = None) -> list[Problem]:
    """Pydantic's errors as sentences."""
    return [_sentence(e["loc"], e["type"], e["msg"], e.get("input"), fields or {}) for e in error.errors()]


BRANCHES = frozenset({"float", "int", "str", "bool", "list", "dict"})  # of pydantic's unions; no field is called so


def _sentence(place: tuple[Any, ...], kind: str, message: str, given: Any, fields: Mapping[str, Any]) -> Problem:
    place = (*place[:1], *(part for part in place[1:] if part not in BRANCHES))
    field = ".".join(str(part) for part in place) or "experiment"
    if kind == "missing":
        return Problem(field, f"{field} is missing.")
    if kind == "extra_forbidden":
        known = MeasureSchedule.model_fields if place[0] == "schedules" else fields if len(place) == 1 else ()
        near = suggestion(str(place[-1]), known)
        return Problem(field, f"There is no field {field!r}.{near}")
    if kind == "value_error":
        return Problem(field, message.removeprefix("Value error, "))
    allowed = message[0].lower() + message[1:]
    return Problem(field, f"{field}: {shown(given)} was given; {allowed}.")


def admitted_cells(spec: ExperimentSpec, catalogue: Catalogue) -> Iterator[Cell]:
    """The runs of an admitted experiment, each with its settings as the records mean them (64.0 layers are 64)."""
    for cell in spec.cells():
        meant: dict[str, Any] = {"interventions": normalised_interventions(cell.spec.interventions, catalogue)}
        for kind in CHOICES:
            choice = getattr(cell.spec, kind)
            entry = catalogue.entry(kind, str(choice["name"]))
            meant[kind] = {"name": choice["name"], **normalised(entry, settings_of(choice))}
        yield replace(cell, spec=cell.spec.model_copy(update=meant))


def _axis_problems(spec: ExperimentSpec, catalogue: Catalogue) -> Iterator[Problem]:
    drawn = [*spec.axes, *(axis for extension in spec.extensions for axis in extension.axes)]
    size = max([spec.count(), *(axis.count() for axis in drawn)])
    if size > MAXIMUM_RUNS:  # before any point is made: a slip of the pen must not fill the memory
        yield Problem(
            "axes",
            f"axes: this grid has {size:,} runs; allowed: at most {MAXIMUM_RUNS:,} in one experiment. "
            "Use fewer points or seeds: a coarse grid can be refined where its boundary lies.",
        )
        return
    paths = available_paths(spec, catalogue)
    yield from _grid_problems("axes", spec.axes, paths)
    for number, extension in enumerate(spec.extensions):
        yield from _grid_problems(f"extensions.{number}.axes", extension.axes, [axis.path for axis in spec.axes])


def _grid_problems(place: str, axes: Sequence[Axis], allowed: Sequence[str]) -> Iterator[Problem]:
    """Every axis has points, and a path of its own that may vary."""
    paths = [axis.path for axis in axes]
    for number, axis in enumerate(axes):
        where = f"{place}.{number}"
        try:
            if not axis.points():
                yield Problem(where, f"{where}: axis {axis.path} has no values.")
        except ValueError as error:
            yield Problem(where, f"{where}: {error}")
            return
        if paths.count(axis.path) > 1:
            yield Problem(where, f"{where}: {axis.path} is on two axes; give it one.")
        if axis.path not in allowed:
            root = axis.path.partition(".")[0]
            near = suggestion(axis.path, [path for path in allowed if path.startswith(root)] or allowed)
            yield Problem(f"{where}.path", f"{where}.path: there is no field {axis.path!r} to vary.{near}")


def available_paths(spec: ExperimentSpec, catalogue: Catalogue) -> tuple[str, ...]:
    """The dotted paths that an axis of this experiment may vary."""
    paths: list[str] = []
    for root in AXIS_ROOTS:
        choice = getattr(spec, root)
        if root == "interventions":
            for number, intervention in enumerate(choice):
                fields = catalogue.entry("intervention", str(intervention["name"])).settings.get("properties", {})
                paths.extend(f"{root}.{number}.{name}" for name in fields)
        elif not isinstance(choice, dict):
            paths.append(root)
        elif choice.get("name") in catalogue.names(root):
            fields = catalogue.entry(root, str(choice["name"])).settings.get("properties", {})
            paths.extend(f"{root}.{name}" for name in fields)
    return tuple(paths)


def is_whole(spec: ExperimentSpec, path: str, catalogue: Catalogue) -> bool:
    """Whether what lies at a dotted path takes whole numbers only, as the catalogue says."""
    root, _, name = path.partition(".")
    if root == "interventions":
        number, _, name = name.partition(".")
        entry = catalogue.entry("intervention", str(spec.interventions[int(number)]["name"]))
    elif name:
        entry = catalogue.entry(root, str(getattr(spec, root)["name"]))
    else:
        return root == "batch_size"
    schema = entry.settings.get("properties", {}).get(name, {})
    kinds = {schema.get("type"), *(branch.get("type") for branch in schema.get("anyOf", ()))}
    return "integer" in kinds and "number" not in kinds


def _scale_problems(spec: ExperimentSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """What goes with an axis is a number that is there, and so are the axis' own values."""
    for number, axis in enumerate(spec.axes):
        where = f"axes.{number}.scales"
        if axis.scales and not all(_is_number(value) and value > 0 for value in axis.points()):
            yield Problem(where, f"{where}: only an axis of numbers above 0 can scale others.")
        for path in axis.scales:
            if path not in available_paths(spec, catalogue):
                near = suggestion(path, available_paths(spec, catalogue))
                yield Problem(where, f"{where}: there is no field {path!r} to scale.{near}")
            elif path == axis.path or not _is_number(spec.at(path)):
                yield Problem(where, f"{where}: {path} must be another field, set to a number that is scaled.")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _measure_problems(spec: ExperimentSpec, catalogue: Catalogue) -> Iterator[Problem]:
    known = catalogue.names("measure")
    for number, name in enumerate(spec.measures):
        if name not in known:
            yield Problem(
                f"measures.{number}", f"measures.{number}: there is no measure {name!r}.{suggestion(name, known)}"
            )
    if spec.stop is not None:
        taken = [s for name in spec.measures if name in known for s in catalogue.entry("measure", name).series]
        if not any(spec.stop.measure == s or (s.endswith("*") and spec.stop.measure.startswith(s[:-1])) for s in taken):
            near = suggestion(spec.stop.measure, taken)
            yield Problem(
                "stop.measure", f"stop.measure: {spec.stop.measure!r} is not measured in this experiment.{near}"
            )


def _cell_problems(spec: ExperimentSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """Every distinct choice of the grid obeys its schema and rules; the first that does not is named."""
    try:
        yield from _wrong_cell(spec, catalogue)
    except ValidationError as error:  # what is no choice: the batch size
        yield from problems_of(error)


def _wrong_cell(spec: ExperimentSpec, catalogue: Catalogue) -> Iterator[Problem]:
    seen: set[str] = set()
    fine: set[str] = set()
    for cell in spec.with_one_seed().cells():
        for kind in CHOICES:
            choice = getattr(cell.spec, kind)
            key = json.dumps([kind, choice], sort_keys=True)
            if key in seen:
                continue
            seen.add(key)
            problems = list(setting_problems(catalogue.entry(kind, str(choice["name"])), settings_of(choice)))
            if problems:
                yield from _at(cell, problems)
                return
        if cell.spec.interventions:
            problems = list(intervention_problems(cell.spec, spec.steps, catalogue, fine))
            if problems:
                yield from _at(cell, problems)
                return


def _at(cell: Cell, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems of one cell, with its point."""
    at = ", ".join(f"{path} = {shown(value)}" for path, value in cell.point.items())
    yield from (Problem(p.field, f"{p.sentence} (at {at})" if at else p.sentence) for p in problems)


def _match_problems(spec: ExperimentSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """Task, model and measures go together."""
    task = catalogue.entry("task", str(spec.task["name"]))
    model = catalogue.entry("model", str(spec.model["name"]))
    if task.inputs not in model.accepts:
        fitting = [n for n in catalogue.names("model") if task.inputs in catalogue.entry("model", n).accepts]
        yield Problem(
            "model.name",
            f"model.name: {model.name} reads {' or '.join(model.accepts)}, but task {task.name} gives {task.inputs}. "
            f"Models that fit: {', '.join(fitting)}.",
        )
    yield from _need_problems(spec, task, model, catalogue)
    if not one_class_each(task) and _says(spec, "task.label_noise"):
        yield Problem("task.label_noise", f"task.label_noise: the answers of task {task.name} are not one class each.")
    if None in _values(spec, "batch_size") and _says(spec, "task.fresh"):
        sentence = "batch_size: nothing was given; with task.fresh, say how many new examples a step takes."
        yield Problem("batch_size", sentence)
    offered = {*task.offers, *model.offers, task.inputs}
    for number, name in enumerate(spec.measures):
        missing = set(catalogue.entry("measure", name).needs) - offered
        if missing:
            fitting = [m for m in catalogue.names("measure") if set(catalogue.entry("measure", m).needs) <= offered]
            yield Problem(
                f"measures.{number}",
                f"measures.{number}: {name} needs {', '.join(sorted(missing))}, which task {task.name} with model "
                f"{model.name} does not offer. Measures that apply: {', '.join(fitting)}.",
            )


def _need_problems(spec: ExperimentSpec, task: Entry, model: Entry, catalogue: Catalogue) -> Iterator[Problem]:
    """Settings of the model that not every task can serve."""
    for name, schema in model.settings.get("properties", {}).items():
        needs = set(schema.get("x-needs", ()))
        if needs - set(task.offers) and _says(spec, where := f"model.{name}"):
            tasks = [catalogue.entry("task", one) for one in catalogue.names("task")]
            fitting = [one.name for one in tasks if needs <= set(one.offers) and one.inputs in model.accepts]
            lacking = ", ".join(sorted(needs - set(task.offers)))
            sentence = (
                f"it needs {lacking}, which task {task.name} does not offer. Tasks that do: {', '.join(fitting)}."
            )
            yield Problem(where, f"{where}: {sentence}")


def _says(spec: ExperimentSpec, path: str) -> bool:
    """Does some run have this setting of the task or the model at something else than zero, no or nothing?"""
    return any(_values(spec, path))


def _values(spec: ExperimentSpec, path: str) -> list[Any]:
    """All values that runs have there."""
    axes = [axis for part in spec.parts() for axis in part.axes if axis.path == path]
    return [value for axis in axes for value in axis.points()] if axes else [spec.at(path)]

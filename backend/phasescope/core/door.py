"""The door: an experiment is checked whole, against the catalogue, before anything is made of it.

`admit` gives the completed spec (every default written out, so that a digest does not depend on who wrote it), or
raises InvalidSpec with one sentence per problem: which field, what was given, what is allowed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as SchemaError
from pydantic import ValidationError

from phasescope.core.catalogue import Catalogue, Entry
from phasescope.core.errors import InvalidSpec, NotFound, Problem, suggestion
from phasescope.core.expressions import evaluate
from phasescope.core.spec import AXIS_ROOTS, MAXIMUM_RUNS, Cell, ExperimentSpec

CHOICES = ("task", "model", "optimizer")


def admit(data: Mapping[str, Any], catalogue: Catalogue) -> ExperimentSpec:
    """The completed experiment; raises InvalidSpec."""
    try:
        spec = ExperimentSpec.model_validate(data)
    except ValidationError as error:
        raise InvalidSpec(problems_of(error, ExperimentSpec.model_fields)) from error
    problems: list[Problem] = []
    completed = {kind: _complete(kind, getattr(spec, kind), catalogue, problems) for kind in CHOICES}
    problems.extend(_measure_problems(spec, catalogue))
    if problems:
        raise InvalidSpec(problems)
    problems.extend(_axis_problems(spec, catalogue))
    if problems:
        raise InvalidSpec(problems)
    spec = spec.model_copy(update=completed)
    problems.extend(_cell_problems(spec, catalogue))
    problems.extend(_match_problems(spec, catalogue))
    if problems:
        raise InvalidSpec(problems)
    return spec


def problems_of(error: ValidationError, fields: Mapping[str, Any] | None = None) -> list[Problem]:
    """Pydantic's errors as sentences."""
    return [_sentence(e["loc"], e["type"], e["msg"], e.get("input"), fields or {}) for e in error.errors()]


def _sentence(place: tuple[Any, ...], kind: str, message: str, given: Any, fields: Mapping[str, Any]) -> Problem:
    field = ".".join(str(part) for part in place) or "experiment"
    if kind == "missing":
        return Problem(field, f"{field} is missing.")
    if kind == "extra_forbidden":
        near = suggestion(str(place[-1]), fields if len(place) == 1 else ())
        return Problem(field, f"There is no field {field!r}.{near}")
    if kind == "value_error":
        return Problem(field, message.removeprefix("Value error, "))
    allowed = message[0].lower() + message[1:]
    return Problem(field, f"{field}: {shown(given)} was given; {allowed}.")


def shown(value: Any) -> str:
    """A value as a person wrote it, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def setting_problems(entry: Entry, given: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the settings of one chosen thing (its name not among them)."""
    validator = Draft202012Validator(entry.settings)
    found = False
    for error in validator.iter_errors(dict(given)):
        found = True
        yield from _schema_problems(entry, error)
    if found:
        return
    for rule in entry.settings.get("x-rules", ()):
        if not evaluate(rule["holds"], {**_defaults(entry), **given}):
            yield Problem(entry.kind, f"{entry.kind} {entry.name}: {rule['otherwise']}")


def _schema_problems(entry: Entry, error: SchemaError) -> Iterator[Problem]:
    available = entry.settings.get("properties", {})
    given: Any = error.instance
    if error.validator == "additionalProperties":
        for name in sorted(set(given) - set(available)):
            where = f"{entry.kind}.{name}"
            near = suggestion(name, available)
            yield Problem(where, f"{where}: {entry.kind} {entry.name!r} has no setting {name!r}.{near}")
        return
    if error.validator == "required":
        missing = [name for name in entry.settings["required"] if name not in given]
        yield Problem(entry.kind, f"{entry.kind} {entry.name}: {', '.join(missing)} is missing.")
        return
    branches = [e for e in error.context or () if e.validator != "type" or e.validator_value != "null"]
    where = ".".join([entry.kind, *(str(part) for part in error.absolute_path)])
    allowed = " or ".join(dict.fromkeys(_allowed(branch) for branch in branches or [error]))
    yield Problem(where, f"{where}: {shown(given)} was given; allowed: {allowed}.")


def _allowed(error: SchemaError) -> str:
    value: Any = error.validator_value
    match error.validator:
        case "minimum":
            return f"at least {value}"
        case "exclusiveMinimum":
            return f"more than {value}"
        case "maximum":
            return f"at most {value}"
        case "exclusiveMaximum":
            return f"less than {value}"
        case "enum":
            return ", ".join(str(item) for item in value)
        case "const":
            return str(value)
        case "type":
            return {"integer": "a whole number", "number": "a number", "boolean": "true or false"}.get(
                value, f"{value}"
            )
        case _:
            return error.message


def _defaults(entry: Entry) -> dict[str, Any]:
    properties = entry.settings.get("properties", {})
    return {name: schema["default"] for name, schema in properties.items() if "default" in schema}


def _complete(kind: str, choice: Mapping[str, Any], catalogue: Catalogue, problems: list[Problem]) -> dict[str, Any]:
    """The choice with every default written out and whole numbers made floats where floats are meant."""
    given = {name: value for name, value in choice.items() if name != "name"}
    if not isinstance(choice.get("name"), str):
        near = suggestion("", catalogue.names(kind))
        problems.append(Problem(f"{kind}.name", f"{kind}.name is missing.{near}"))
        return {}
    try:
        entry = catalogue.entry(kind, str(choice["name"]))
    except NotFound as error:
        problems.append(Problem(f"{kind}.name", f"{kind}.name: {error}"))
        return {}
    found = list(setting_problems(entry, given))
    problems.extend(found)
    return {"name": entry.name, **normalised(entry, given)}


def normalised(entry: Entry, given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with defaults filled in, in the order of the record; numbers of float fields become floats."""
    completed = {**_defaults(entry), **given}
    properties = entry.settings.get("properties", {})
    return {name: _as_meant(properties[name], completed[name]) for name in properties if name in completed}


def _as_meant(schema: Mapping[str, Any], value: Any) -> Any:
    kinds = {schema.get("type"), *(branch.get("type") for branch in schema.get("anyOf", ()))}
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if "integer" in kinds and float(value).is_integer():
        return int(value)
    return float(value) if "number" in kinds else value


def admitted_cells(spec: ExperimentSpec, catalogue: Catalogue) -> Iterator[Cell]:
    """The runs of an admitted experiment, each with its settings as the records mean them (64.0 layers are 64)."""
    for cell in spec.cells():
        meant = {}
        for kind in CHOICES:
            choice = getattr(cell.spec, kind)
            given = {name: value for name, value in choice.items() if name != "name"}
            meant[kind] = {"name": choice["name"], **normalised(catalogue.entry(kind, str(choice["name"])), given)}
        yield replace(cell, spec=cell.spec.model_copy(update=meant))


def _axis_problems(spec: ExperimentSpec, catalogue: Catalogue) -> Iterator[Problem]:
    size = max([spec.count(), *(axis.count() for axis in spec.axes)])
    if size > MAXIMUM_RUNS:  # before any point is made: a slip of the pen must not fill the memory
        yield Problem(
            "axes",
            f"axes: this grid has {size:,} runs; allowed: at most {MAXIMUM_RUNS:,} in one experiment. "
            "Use fewer points or seeds: a coarse grid can be refined where its boundary lies.",
        )
        return
    paths = [axis.path for axis in spec.axes]
    for number, axis in enumerate(spec.axes):
        where = f"axes.{number}"
        try:
            if not axis.points():
                yield Problem(where, f"{where}: axis {axis.path} has no values.")
        except ValueError as error:
            yield Problem(where, f"{where}: {error}")
            return
        if paths.count(axis.path) > 1:
            yield Problem(where, f"{where}: {axis.path} is on two axes; give it one.")
        if axis.path not in available_paths(spec, catalogue):
            near = suggestion(axis.path, available_paths(spec, catalogue))
            yield Problem(f"{where}.path", f"{where}.path: there is no field {axis.path!r} to vary.{near}")


def available_paths(spec: ExperimentSpec, catalogue: Catalogue) -> tuple[str, ...]:
    """The dotted paths that an axis of this experiment may vary."""
    paths: list[str] = []
    for root in AXIS_ROOTS:
        choice = getattr(spec, root)
        if not isinstance(choice, dict):
            paths.append(root)
        elif choice.get("name") in catalogue.names(root):
            fields = catalogue.entry(root, str(choice["name"])).settings.get("properties", {})
            paths.extend(f"{root}.{name}" for name in fields)
    return tuple(paths)


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
    seen: set[str] = set()
    for cell in spec.model_copy(update={"seeds": 1}).cells():
        for kind in CHOICES:
            choice = getattr(cell.spec, kind)
            key = json.dumps([kind, choice], sort_keys=True)
            if key in seen:
                continue
            seen.add(key)
            given = {name: value for name, value in choice.items() if name != "name"}
            problems = list(setting_problems(catalogue.entry(kind, str(choice["name"])), given))
            if problems:
                at = ", ".join(f"{path} = {shown(value)}" for path, value in cell.point.items())
                yield from (Problem(p.field, f"{p.sentence} (at {at})" if at else p.sentence) for p in problems)
                return


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

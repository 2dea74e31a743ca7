"""One chosen thing (a task, a model, an optimizer, an intervention): its settings checked and written out in full."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as SchemaError

from phasescope.core.catalogue import Catalogue, Entry
from phasescope.core.errors import NotFound, Problem, suggestion
from phasescope.core.expressions import evaluate


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
        case "minItems":
            return "one or more" if value == 1 else f"at least {value}"
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


def with_defaults(entry: Entry, choice: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting of a choice as it counts, those that say nothing and are left out of a completed spec as well."""
    return {**_defaults(entry), **{name: value for name, value in choice.items() if name != "name"}}


def complete(kind: str, choice: Mapping[str, Any], catalogue: Catalogue, problems: list[Problem]) -> dict[str, Any]:
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
    """Settings with defaults filled in, in the order of the record; numbers of float fields become floats.

    A neutral setting at its default is left out: it came later and does nothing, and older digests stay true.
    """
    completed = {**_defaults(entry), **given}
    properties = entry.settings.get("properties", {})
    meant = {name: _as_meant(properties[name], completed[name]) for name in properties if name in completed}
    return {name: value for name, value in meant.items() if not _says_nothing(properties[name], value)}


def _says_nothing(schema: Mapping[str, Any], value: Any) -> bool:
    return bool(schema.get("x-neutral")) and value == schema.get("default")


def _as_meant(schema: Mapping[str, Any], value: Any) -> Any:
    kinds = {schema.get("type"), *(branch.get("type") for branch in schema.get("anyOf", ()))}
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if "integer" in kinds and float(value).is_integer():
        return int(value)
    return float(value) if "number" in kinds else value

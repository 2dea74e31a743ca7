"""What a worker says it can train is checked when it introduces itself: the server will check experiments with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from phasescope.core.catalogue import Catalogue, Entry
from phasescope.core.errors import InvalidSpec, Problem
from phasescope.core.expressions import parse

REFERENCES = frozenset({"$ref", "$dynamicRef", "$schema", "$id"})


def check_catalogue(catalogue: Catalogue) -> None:
    """Raises InvalidSpec when an entry's settings are not a schema that can be used here."""
    problems = [Problem(f"catalogue.{e.kind}.{e.name}", sentence) for e in catalogue.entries for sentence in _wrong(e)]
    if problems:
        raise InvalidSpec(problems)


def _wrong(entry: Entry) -> Iterator[str]:
    label = f"The settings of {entry.kind} {entry.name!r}"
    try:
        Draft202012Validator.check_schema(entry.settings)
    except SchemaError as error:
        yield f"{label} are not a JSON schema: {error.message}."
        return
    for reference in _references(entry.settings):
        if not reference.startswith("#"):  # a foreign one would be fetched by the server when it checks an experiment
            yield f"{label} refer to {reference!r}; allowed: references within the schema, which begin with '#'."
    rules = entry.settings.get("x-rules", [])
    if not isinstance(rules, list):
        yield f"{label} have rules that are not a list."
        return
    for rule in rules:
        try:
            parse(rule["holds"])
            str(rule["otherwise"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield f"{label} have a rule that cannot be used: {error}."


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for name, value in schema.items():
            if name in REFERENCES:
                yield str(value)
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)

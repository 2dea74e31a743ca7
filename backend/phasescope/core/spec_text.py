"""An experiment as text: YAML (or JSON, which is YAML) read safely, and written as a person would write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

import yaml

from phasescope.core.errors import InvalidSpec, Problem

LARGEST_TEXT = 256 * 1024
MOST_PARTS = 50_000  # aliases can make a few lines mean millions
WIDTH = 100


class Loader(yaml.SafeLoader):
    """Safe YAML in which 1e-3 is a number, as everywhere else (YAML 1.1 wants 1.0e-3)."""


class Dumper(yaml.SafeDumper):
    """Puts in quotes what the loader would read as a number."""


for reader_or_writer in (Loader, Dumper):
    reader_or_writer.add_implicit_resolver(
        "tag:yaml.org,2002:float",
        re.compile(r"^[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)[eE][-+]?[0-9]+$"),
        list("-+0123456789."),
    )


def read_text(text: str, called: str = "The text") -> dict[str, Any]:
    """The raw experiment in a text; raises InvalidSpec, which names the text as `called`, and the line."""
    if len(text) > LARGEST_TEXT:
        raise InvalidSpec([Problem("text", f"{called} is too long; allowed: at most {LARGEST_TEXT:,} characters.")])
    try:
        data = yaml.load(text, Loader)  # a SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidSpec([Problem("text", f"{called} is not YAML: {error}")]) from error
    except RecursionError as error:
        raise InvalidSpec([Problem("text", f"{called} is nested too deeply.")]) from error
    if not isinstance(data, dict):
        raise InvalidSpec([Problem("text", f"{called}: an experiment is a mapping with task, model, optimizer, …")])
    _refuse_what_is_no_json(data)
    return data


def _refuse_what_is_no_json(data: dict[Any, Any]) -> None:
    """What YAML can say and JSON cannot: infinity, dates, keys that are no words, more than anybody would write."""
    waiting: list[tuple[str, Any]] = [("", data)]
    parts = 0
    while waiting:
        path, value = waiting.pop()
        parts += 1
        if parts > MOST_PARTS:
            raise InvalidSpec([Problem("text", f"There is too much in it; allowed: at most {MOST_PARTS:,} values.")])
        if isinstance(value, float) and not isfinite(value):
            raise InvalidSpec([Problem(path, f"{path}: {value} was given; allowed: a finite number.")])
        if isinstance(value, dict):
            wrong = next((key for key in value if not isinstance(key, str)), None)
            if wrong is not None:
                where = path or "experiment"
                raise InvalidSpec([Problem(where, f"{where}: {wrong!r} was given as a name; allowed: a word.")])
            waiting.extend((f"{path}.{key}" if path else key, part) for key, part in value.items())
        elif isinstance(value, list):
            waiting.extend((f"{path}.{number}", part) for number, part in enumerate(value))
        elif value is not None and not isinstance(value, (str, int, float)):
            raise InvalidSpec([Problem(path, f"{path}: {value} was given; put it in quotes to make it a text.")])


def written(data: Mapping[str, Any]) -> str:
    """YAML with a line for each field, and one for each part of a field that would be too long."""
    return "".join(_field(name, value) for name, value in data.items())


def _field(name: str, value: Any) -> str:
    key = _flow(name)
    line = f"{key}: {_flow(value)}\n"
    if isinstance(value, list) and any(isinstance(part, (dict, list)) for part in value):
        return f"{key}:\n" + "".join(f"  - {_flow(part)}\n" for part in value)
    if isinstance(value, dict) and len(line) > WIDTH:
        return f"{key}:\n" + "".join(f"  {_flow(inner)}: {_flow(part)}\n" for inner, part in value.items())
    return line


def _flow(value: Any) -> str:
    """A value on one line."""
    text: str = yaml.dump(
        value, Dumper=Dumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return text.removesuffix("\n").removesuffix("\n...")

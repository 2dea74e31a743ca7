"""Experiments from a file: YAML or JSON."""

from __future__ import annotations

import re
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from phasescope.core.errors import InvalidSpec, Problem


class Loader(yaml.SafeLoader):
    """Safe YAML in which 1e-3 is a number, as everywhere else (YAML 1.1 wants 1.0e-3)."""


Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)[eE][-+]?[0-9]+$"),
    list("-+0123456789."),
)


def read_spec(path: Path) -> dict[str, Any]:
    """The raw experiment in a file; raises InvalidSpec naming the file and the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InvalidSpec([Problem("file", f"{path} cannot be read: {reason}.")]) from error
    try:
        data = yaml.load(text, Loader)  # a SafeLoader
    except yaml.YAMLError as error:
        raise InvalidSpec([Problem("file", f"{path} is not YAML: {error}")]) from error
    if not isinstance(data, dict):
        raise InvalidSpec([Problem("file", f"{path}: an experiment is a mapping with task, model, optimizer, …")])
    _refuse_what_is_not_finite(data, "")
    return data


def _refuse_what_is_not_finite(value: Any, path: str) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise InvalidSpec([Problem(path, f"{path}: {value} was given; allowed: a finite number.")])
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        _refuse_what_is_not_finite(part, f"{path}.{key}" if path else str(key))

"""Sizes as expressions over settings: what can be said of shapes without making a task or a network.

In such an expression a setting that is nothing is 0, and a list is its length. The door reads them from the catalogue.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from phasescope.core.expressions import evaluate, names_in, parse
from phasescope.core.shape import Inputs, Shape

Expressions = Mapping[str, str]


def shape_of(inputs: Inputs, dimensions: Expressions, settings: Mapping[str, Any]) -> Shape:
    """The shape that a task with these settings has; raises ValueError where an expression names what is not there."""
    names = _as_numbers(settings)
    found = {name: evaluate(_parsed(text), names) for name, text in dimensions.items()}
    sizes: dict[str, Any] = {name: value if isinstance(value, str) else int(value) for name, value in found.items()}
    return Shape(inputs=inputs, **sizes)


def sizes_of(axes: Sequence[str], known: Mapping[str, Any]) -> tuple[int | None, ...]:
    """Sizes of an activation along its axes behind the examples; None where they are not said or not known.

    `known` are the model's settings, the task's sizes as `task.positions` …, and the layer's `number`. An axis of size
    0 is not there.
    """
    names = _as_numbers(known)
    sizes = (_size(text, names) if text else None for text in axes)
    return tuple(size for size in sizes if size != 0)


def _size(text: str, names: Mapping[str, Any]) -> int | None:
    tree = _parsed(text)
    return int(evaluate(tree, names)) if names_in(ast.unparse(tree)) <= names.keys() else None


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ast.expr:
    return parse(text)


def _as_numbers(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _as_number(value) for name, value in settings.items()}


def _as_number(value: Any) -> Any:
    if value is None:
        return 0
    return len(value) if isinstance(value, list | tuple) else value

"""Names and numbers as people read them: `optimizer.learning_rate` is learning rate, 0.30000001 is 0.3."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any


def words(path: str, among: Iterable[str] = ()) -> str:
    """A path in words; with its root where another path `among` them would read the same."""
    root, _, field = path.partition(".")
    name = field or root
    alike = any(other != path and other.rpartition(".")[2] == name.rpartition(".")[2] for other in among)
    return (f"{root} {name}" if alike and field else name).replace("_", " ").replace(".", " ")


def series_words(name: str) -> str:
    """The name of a series in words; the layer after a comma."""
    measure, _, layer = name.partition(".")
    return measure.replace("_", " ") + (f", {layer}" if layer else "")


def with_unit(text: str, key: str, known: Mapping[str, str]) -> str:
    """A title and its unit in brackets, where one is known for the path or series `key`; `name.*` serves all layers."""
    unit = known.get(key) or known.get(f"{key.partition('.')[0]}.*", "")
    return f"{text} ({unit})" if unit else text


def number(value: Any) -> str:
    """A number to four digits; anything else as it is written."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if not isinstance(value, (int, float)):
        return str(value)
    if math.isinf(value):
        return "never"
    if math.isnan(value):
        return "none"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"


def many(count: int, noun: str) -> str:
    """`1 run`, `2 runs`, `1,024 runs`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

"""Names of the layers, weights and activations of a model, from the patterns of its catalogue entry and its settings.

A pattern is a name in which a counting setting stands for a number: `block_{layers}.query` of a model of two layers is
block_1.query and block_2.query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

COUNTER = re.compile(r"\{(\w+)\}")


def written_out(patterns: Iterable[str], settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that the patterns mean, in order; a pattern whose setting is not among the settings is left out."""
    names: dict[str, None] = {}
    for pattern in patterns:
        counter = COUNTER.search(pattern)
        if counter is None:
            names[pattern] = None
        elif isinstance(count := settings.get(counter[1]), int):
            names |= {COUNTER.sub(str(number), pattern): None for number in range(1, count + 1)}
    return tuple(names)

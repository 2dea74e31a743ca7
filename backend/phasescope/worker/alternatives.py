"""Lists of choices that are said shortly: alternatives that differ in one choice alone become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phasescope.core.catalogue import Choices


def merged(having: Sequence[Mapping[str, Any]], possible: Mapping[str, Sequence[Any]]) -> tuple[Choices, ...]:
    """Alternatives, each a value for every choice, as few sets of values; a choice that is free is not named.

    Nothing where all is free: there is no condition.
    """
    found: list[Choices] = [{name: (value,) for name, value in one.items()} for one in having]
    while (pair := _joined(found, possible)) is not None:
        first, second, both = pair
        found = [one for one in found if one is not first and one is not second] + [both]
    kept = [{n: values for n, values in one.items() if len(values) < len(possible[n])} for one in found]
    return () if {} in kept else tuple(kept)


def _joined(found: Sequence[Choices], possible: Mapping[str, Sequence[Any]]) -> tuple[Choices, Choices, Choices] | None:
    """The first two that differ in one choice alone, and both as one."""
    for place, first in enumerate(found):
        for second in found[place + 1 :]:
            differing = [name for name in first if first[name] != second[name]]
            if len(differing) == 1:
                name = differing[0]
                values = tuple(v for v in possible[name] if v in first[name] or v in second[name])
                return first, second, {**first, name: values}
    return None

"""Which parts of an activation an intervention may ask for: one rule for the door and for the worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MAP, HEADS = ".attention_weights", ".heads"  # how names of activations with an axis of heads end
Sizes = Sequence[int | None]
Misfit = tuple[str, str]  # the setting, and what is wrong with it


def misfit(activation: str, asked: Mapping[str, Any], sizes: Sizes, of: str = "") -> Misfit | None:
    """What in the settings does not go with an activation of these sizes behind the examples; nothing where all does.

    `asked` are the settings of the intervention: head, units, first_position, distances, entries; `of` says whose the
    activation is.
    """
    it = f"activation {activation}{of}"
    is_map, has_heads = activation.endswith(MAP), activation.endswith((MAP, HEADS))
    has_positions = has_heads or len(sizes) == 2
    for wrong in (
        _too_many("head", asked.get("head"), sizes[0] if has_heads else 0, it=it),
        None if is_map else _of_maps(asked, it),
        _too_many("units", _most(asked.get("units")), _units(sizes, is_map=is_map, has_heads=has_heads), it=it),
        _places(asked, sizes[-2] if has_positions else 0, it=it),
    ):
        if wrong is not None:
            return wrong
    return None


def _units(sizes: Sizes, *, is_map: bool, has_heads: bool) -> int | None:
    """How many units there are to choose; of an image its channels."""
    if is_map:
        return 0
    return sizes[0] if len(sizes) == 3 and not has_heads else sizes[-1]


def _too_many(setting: str, asked: int | None, count: int | None, *, it: str) -> Misfit | None:
    if asked is None or count is None or asked <= count:
        return None
    if not count:
        return setting, f"{it} has no {setting.rstrip('s')}s; leave {setting} out."
    return setting, f"{asked} was given, but {it} has {count} {setting.rstrip('s')}s, counted from 1."


def _of_maps(asked: Mapping[str, Any], it: str) -> Misfit | None:
    given = next((name for name in ("distances", "entries") if asked.get(name) is not None), None)
    return None if given is None else (given, f"{it} is no attention map; leave {given} out.")


def _places(asked: Mapping[str, Any], positions: int | None, *, it: str) -> Misfit | None:
    """An activation without positions has one."""
    entries = [max(entry) for entry in asked.get("entries") or ()]
    far = {"first_position": asked.get("first_position"), "distances": _most(asked.get("distances")),
           "entries": _most(entries)}  # fmt: skip
    for name, place in far.items():
        counted = 0 if place is None else place + (name == "distances")
        if positions is not None and counted > max(positions, 1):
            counts = f" of which the last looks back {positions - 1}" if name == "distances" else ""
            return name, f"{place} was given, but {it} has {positions or 'no'} positions{counts}."
    return None


def _most(values: Sequence[int] | None) -> int | None:
    return max(values) if values else None

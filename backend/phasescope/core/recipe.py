"""A recipe: an experiment that reproduces a paper's finding, as data."""

from __future__ import annotations

from typing import Any

from phasescope.core.record import Record, setting


class Size(Record):
    """One size of a recipe: `small` for CPU minutes, `paper` as published."""

    name: str
    note: str = setting(..., "What differs from the paper, how long it takes, and on what.")
    experiment: dict[str, Any] = setting(..., "The raw experiment, checked at the door like any other.")


class Recipe(Record):
    """A paper's finding as an experiment. Names, not imports: a server without torch can list and launch it."""

    name: str
    title: str
    reference: str = setting(..., "Authors, year, title, identifier.")
    question: str = setting(..., "What the paper asks, in one sentence.")
    summary: str = setting(..., "What one sees and why, in our own words.")
    look_for: tuple[str, ...] = setting((), "What to look at, in order.")
    sizes: tuple[Size, ...]
    demo: bool = setting(False, "Started by itself on an empty store.")

    def size(self, name: str) -> Size | None:
        """The size of that name, if there is one."""
        return next((size for size in self.sizes if size.name == name), None)

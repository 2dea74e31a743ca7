"""An analysis: a statement about stored series, described so that the page and the docs can name it."""

from __future__ import annotations

from phasescope.core.record import Record, setting


class Analysis(Record):
    """What an analysis is called, what it states, by which rule, and from which series."""

    name: str
    title: str
    description: str = setting(..., "One sentence that states the rule.")
    source: str = setting("", "Paper and equation.")
    series: tuple[str, ...] = setting((), "The series it reads; none means any.")

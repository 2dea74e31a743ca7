"""Everything that can go wrong on purpose: leaf classes of one base, each message says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class PhasescopeError(Exception):
    """Base of every error that Phasescope raises on purpose; `str(error)` is for people."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: `field` (dotted path), a `sentence` naming what was given and what is allowed."""

    field: str
    sentence: str


class InvalidSpec(PhasescopeError):
    """An experiment, view or setting that was refused at the door; nothing was created."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.sentence for problem in self.problems))


class Missing(PhasescopeError):
    """Something that was asked for does not exist."""


class NotFound(Missing):
    """A noun and a name or number that does not exist."""

    def __init__(self, noun: str, name: object, available: Iterable[str] = (), *, hint: str = "") -> None:
        self.noun, self.name = noun, name
        super().__init__(f"There is no {noun} {name!r}.{suggestion(str(name), available)}{hint}")


class Conflict(PhasescopeError):
    """The thing is not in a state in which this can be done."""


class NotComparable(Conflict):
    """Two things were measured on different examples; the message says how they differ."""


class StaleAttempt(Conflict):
    """The lease was lost: another attempt owns this shard now. Drop it and lease another."""


class UnreadableStore(PhasescopeError):
    """The store cannot be opened; it was left untouched."""


class Refused(PhasescopeError):
    """The request is not allowed from here; the message names the setting that would allow it."""


class Unreachable(PhasescopeError):
    """No server answers at the address."""


def suggestion(given: str, available: Iterable[str]) -> str:
    """' Did you mean …? Available: …' or an empty string where nothing is known."""
    names = sorted(available)
    if not names:
        return ""
    close = get_close_matches(given, names, n=1)
    start = f" Did you mean {close[0]!r}?" if close else ""
    shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    return f"{start} Available: {shown}."

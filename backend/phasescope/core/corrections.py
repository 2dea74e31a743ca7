"""Corrections by hand: what a person says about the events of one series of one run, kept beside what was found."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from phasescope.core.record import LARGEST_NUMBER, Count, Record, Rule, setting

MOST = 64  # events of one kind
Step = Annotated[float, Field(ge=0, le=LARGEST_NUMBER)]


class PlateauMark(Record):
    """A plateau from one step to another."""

    rules: ClassVar[tuple[Rule, ...]] = (Rule("start < end", "plateau: end has to be later than start."),)

    start: Step
    end: Step


class DropMark(Record):
    """A drop: the steps at which it begins, is half done, and ends."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("onset <= midpoint and midpoint <= end", "drop: onset, midpoint and end have to follow each other."),
    )

    onset: Step
    midpoint: Step
    end: Step


class Correction(Record):
    """What holds instead of what was found, kind by kind; nothing (null) means that what was found stands.

    An empty list says that there is no such event.
    """

    plateaus: tuple[PlateauMark, ...] | None = Field(None, max_length=MOST)
    drops: tuple[DropMark, ...] | None = Field(None, max_length=MOST)
    spikes: tuple[Count, ...] | None = Field(None, max_length=MOST)
    note: Annotated[str, Field(max_length=2_000)] = setting("", "Why, for whoever reads it later.")


class FoundPlateau(PlateauMark):
    """A plateau that was found, and how sure that is."""

    confidence: float


class FoundDrop(DropMark):
    """A drop that was found: its size in nats of a loss, else in shares of the range, and how sure that is."""

    fall: float
    confidence: float


class FoundSpike(Record):
    """A spike that was found."""

    step: Count
    height: float
    confidence: float


class FoundEvents(Record):
    """What was found on a series, and what a person said about it. `too_few` checkpoints: nothing can be found."""

    run: int
    series: str
    time: Literal["log", "linear"]
    plateaus: tuple[FoundPlateau, ...]
    drops: tuple[FoundDrop, ...]
    spikes: tuple[FoundSpike, ...]
    too_few: bool
    correction: Correction | None

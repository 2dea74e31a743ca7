"""A recipe: an experiment that reproduces a paper's finding, and the claims that training must bear out, as data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

from phasescope.core.record import Record, Rule, setting

MAIN = "main"
"""The name of a recipe's own experiment, beside those of its companions."""


class Companion(Record):
    """A further experiment that a recipe needs: a control, or the same finding in another network or task."""

    name: str
    title: str
    experiment: dict[str, Any] = setting(..., "The raw experiment, checked at the door like any other.")


class Size(Record):
    """One size of a recipe: `small` for CPU minutes, `paper` as published."""

    name: str
    note: str = setting(..., "What differs from the paper, how long it takes, and on what.")
    experiment: dict[str, Any] = setting(..., "The raw experiment, checked at the door like any other.")
    companions: tuple[Companion, ...] = ()

    def experiments(self) -> dict[str, dict[str, Any]]:
        """All raw experiments of this size by name, the main one first."""
        return {MAIN: self.experiment} | {each.name: each.experiment for each in self.companions}


class Claim(Record):
    """A statement that training must bear out: a number of each seed, and the bound that it keeps in each seed."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("(at_least != None) or (at_most != None)", "A claim has at_least, at_most, or both."),
        Rule(
            "(at_least == None) or (at_most == None) or (at_least <= at_most)",
            "A claim's at_least must not be above its at_most.",
        ),
    )

    name: str
    statement: str = setting(..., "What is claimed, in one sentence.")
    measured: str = setting(..., "What the number is, in words, with its unit.")
    quantity: dict[str, Any] = setting(..., "How it is computed: a kind of quantity and its settings.")
    at_least: float | None = None
    at_most: float | None = None
    in_share: float = setting(1.0, "Share of the seeds in which the bound must be kept.", gt=0, le=1)
    of: str = setting(MAIN, "The experiment that it is about: the main one, or a companion.")
    sizes: tuple[str, ...] = setting((), "Sizes that it is made for; nothing means all.")

    def criterion(self) -> str:
        """The bound in words: `from 0.38 to 0.44`."""
        match self.at_least, self.at_most:
            case None, high:
                bound = f"at most {high:g}"
            case low, None:
                bound = f"at least {low:g}"
            case low, high:
                bound = f"from {low:g} to {high:g}"
        return bound if self.in_share == 1 else f"{bound} in {self.in_share:.0%} of the seeds"

    def kept_by(self, value: float) -> bool:
        """Is the bound kept? Never by an undefined value."""
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most) and value == value


class Picture(Record):
    """What the picture of a recipe shows of its verified runs: a map of two axes, or lines over the step."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("(kind == 'lines') or (x != '' and y != '')", "A map has two axes, x and y."),
        Rule("(kind == 'map') or (series != [])", "Lines need a series."),
    )

    caption: str = setting(..., "What one sees, in one sentence.")
    kind: Literal["map", "lines"]
    of: str = setting(MAIN, "The experiment: the main one, or a companion.")
    series: tuple[str, ...] = setting((), "What is drawn; of a map, one, or none for the phase.")
    x: str = setting("", "Of a map: path of the horizontal axis.")
    y: str = setting("", "Of a map: path of the vertical axis.")
    by: str = setting("", "Of lines: path of the axis that tells them apart.")
    where: dict[str, Any] = setting({}, "Axis path -> value: the cells that are drawn.")
    seed: int | None = setting(
        None, "Of lines: the seed that is drawn, where seeds drop at different times; nothing: the median over seeds."
    )


class Recipe(Record):
    """A paper's finding as an experiment. Names, not imports: a server without torch can list and launch it."""

    name: str
    title: str
    reference: str = setting(..., "Authors, year, title, identifier.")
    question: str = setting(..., "What the paper asks, in one sentence.")
    summary: str = setting(..., "What one sees and why, in our own words.")
    look_for: tuple[str, ...] = setting((), "What to look at, in order.")
    try_next: tuple[str, ...] = setting((), "What to change next, and what may come of it.")
    figures: tuple[str, ...] = setting((), "The figures that show it, the most telling one first.")
    sizes: tuple[Size, ...]
    claims: tuple[Claim, ...] = ()
    picture: Picture
    demo: bool = setting(False, "Started by itself on an empty store.")

    def size(self, name: str) -> Size | None:
        """The size of that name, if there is one."""
        return next((size for size in self.sizes if size.name == name), None)

    def claims_of(self, size: str) -> tuple[Claim, ...]:
        """The claims that are made for a size."""
        return tuple(claim for claim in self.claims if not claim.sizes or size in claim.sizes)


class Verdict(Record):
    """What training said to one claim."""

    claim: str
    statement: str
    measured: str
    criterion: str
    values: tuple[float | None, ...] = setting(..., "The number of each seed; None where undefined or infinite.")
    found: str = setting(..., "The median and the range over seeds, or why there is none, in words.")
    holds: bool
    lacking: tuple[str, ...] = setting(..., "Series that it needs and that were not measured.")


class Verification(Record):
    """The verdicts on all claims of one size of a recipe, when they were found, and where the runs were trained."""

    recipe: str
    size: str
    seeds: int
    holds: bool
    verdicts: tuple[Verdict, ...]
    experiments: dict[str, int]
    made_at: datetime
    machine: str
    processor_seconds: float | None

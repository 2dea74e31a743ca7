"""Questions and answers about recipes: their cards, what is started, and what is to be verified."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from phasescope.core.recipe import Verification
from phasescope.core.record import Number, Record


class CompanionCard(Record):
    """A further experiment of a recipe: a control, or the same finding elsewhere."""

    name: str
    title: str
    runs: int
    steps: int


class SizeCard(Record):
    """One size of a recipe, and what it costs."""

    name: str
    runs: int
    steps: int
    note: str
    companions: tuple[CompanionCard, ...]


class ClaimCard(Record):
    """What a recipe claims, and the bound that decides. No sizes: it is claimed of all."""

    statement: str
    measured: str
    criterion: str
    sizes: tuple[str, ...]


class RecipeCard(Record):
    """A recipe as the gallery shows it, with the newest verification of each size."""

    name: str
    title: str
    reference: str
    question: str
    summary: str
    look_for: tuple[str, ...]
    try_next: tuple[str, ...]
    figures: tuple[str, ...]
    sizes: tuple[SizeCard, ...]
    claims: tuple[ClaimCard, ...]
    picture: Annotated[str | None, Field(description="What its picture shows; nothing where none was drawn.")]
    verifications: tuple[Verification, ...]


class RecipeChoice(Record):
    """Which size of a recipe to start, or which companion of it, and on how many seeds."""

    size: str
    companion: str | None = None
    seeds: Annotated[int, Field(ge=1, le=10_000)] | None = None


class VerificationRequest(Record):
    """Experiments that a size of a recipe was trained as, by name (`main`, or a companion's), and where."""

    size: str
    experiments: dict[str, Number]
    machine: Annotated[str, Field(max_length=200)]
    processor_seconds: Annotated[float, Field(ge=0)] | None = None

"""Questions and answers that exist only over HTTP; the nouns themselves are in `core/records.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from phasescope.core.recipe import Verification
from phasescope.core.record import Number, Record
from phasescope.core.records import Experiment, Run, Share
from phasescope.core.view import View

ErrorKind = Literal["invalid", "not_found", "conflict", "stale", "refused", "unreadable", "internal"]


class ProblemBody(Record):
    """One thing wrong with what was sent."""

    field: str
    sentence: str


class Error(Record):
    """What went wrong, for programs (`kind`) and for people (`message`)."""

    kind: ErrorKind
    message: str
    problems: tuple[ProblemBody, ...]


class ErrorBody(Record):
    """Every answer that is not a success has this shape."""

    error: Error


class Health(Record):
    """The server answers, and so many workers were heard from lately."""

    status: Literal["ok"]
    version: str
    workers: int


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
    picture: bool
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


class Cost(Record):
    """What an experiment would cost. What a worker has to try first is None until one did: ask again in a moment."""

    runs: int
    run_steps: int  # training steps of all runs together
    signatures: int  # kinds of runs; those of one kind are trained together
    workers: int  # that were heard from lately and share the work
    seconds: float | None  # until all of it is trained and measured
    memory_bytes: int | None  # of what one worker trains at a time
    stored_bytes: int | None  # of all values


class FigureCard(Record):
    """A figure that can be asked for."""

    name: str
    title: str
    description: str
    scope: Literal["all", "selection"]
    drawn_from: tuple[str, ...]


class FigureBody(Record):
    """A Plotly figure without a template: colours of paper, grid and text are the page's."""

    data: tuple[dict[str, Any], ...]
    layout: dict[str, Any]
    config: dict[str, Any] | None = None


class ShareRequest(Record):
    """A view to be shown to somebody else."""

    view: View
    title: Annotated[str, Field(min_length=1, max_length=200)]
    note: Annotated[str, Field(max_length=10_000)]
    expires_in_days: Annotated[float, Field(gt=0, le=36_500)] | None


class ShareMade(Record):
    """A new share. The token is shown this once; only its digest is kept."""

    share: Share
    token: str
    path: str


class SharedView(Record):
    """Everything that the page of a share shows, but its figures."""

    title: str
    note: str
    expires_at: datetime | None
    view: View
    figures: tuple[FigureCard, ...]
    experiment: Experiment
    runs: tuple[Run, ...]

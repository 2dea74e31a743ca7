"""Questions and answers that exist only over HTTP; the nouns themselves are in `core/records.py`."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, JsonValue

from phasescope.core.estimators import Estimator
from phasescope.core.record import Number, Record, Rule
from phasescope.core.records import Marks, RunState
from phasescope.core.spec_text import LARGEST_TEXT

VIEW_NAME = r"^[a-z2-7]{1,64}$"
Tag = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^,\x00-\x1f]+$")]
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


class Cost(Record):
    """What an experiment would cost. What a worker has to try first is None until one did: ask again in a moment."""

    runs: int
    run_steps: int  # training steps of all runs together
    signatures: int  # kinds of runs; those of one kind are trained together
    workers: int  # that were heard from lately and share the work
    seconds: float | None  # until all of it is trained and measured
    memory_bytes: int | None  # of what one worker trains at a time
    stored_bytes: int | None  # of all values and arrays
    array_bytes: int | None  # of it, of arrays
    refusal: str | None = None  # why a worker that tried could not train some of the runs


class DraftRequest(Record):
    """A draft, in one of its two forms."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("(data != None) + (text != None) == 1", "draft: give exactly one of data and text."),
    )

    data: Annotated[dict[str, JsonValue] | None, Field(description="The draft as JSON.")] = None
    text: Annotated[str | None, Field(description="The draft as YAML.", max_length=LARGEST_TEXT)] = None


class Draft(Record):
    """An experiment as a person writes it, in both of its forms, with what is wrong with it or what it would cost.

    A text that cannot be read has no data. That a draft is not right yet is no failure: it is being written.
    """

    data: dict[str, JsonValue] | None
    text: str
    problems: tuple[ProblemBody, ...]
    cost: Cost | None


class FigureCard(Record):
    """A figure that can be asked for."""

    name: str
    title: str
    description: str
    scope: Literal["all", "selection"]
    drawn_from: tuple[str, ...]


class FilmBody(Record):
    """The phase diagram at every step. Where `steps` is empty, what is coloured is not known step by step.

    `codes` are bytes in base64, a picture after the other, its cells in rows from below: a place in the palette, that
    place + the length of the palette where a value is borrowed from a neighbour, 255 where there is none.
    `drop_steps` are float32 in base64, one for each cell: the step of its deepest drop, NaN where there is none.
    """

    rows: int
    columns: int
    steps: tuple[int, ...]
    palette: tuple[str, ...]
    names: tuple[str, ...]
    codes: str
    drop_steps: str


class FieldCard(Record):
    """Something that is known of runs, by which they can be coloured, filtered, sorted and grouped."""

    name: str
    label: str
    kind: Literal["setting", "phase", "event", "series"]
    unit: str | None
    values: tuple[Any, ...]  # of a setting: those that runs have, in order


class RunTable(Record):
    """The runs of an experiment as columns: all lists are as long as `runs`, and in its order."""

    runs: tuple[int, ...]
    points: dict[str, tuple[Any, ...]]
    seeds: tuple[int, ...]
    states: tuple[RunState, ...]
    steps: tuple[int, ...]
    messages: dict[int, str]
    marks: tuple[Marks, ...]
    values: dict[str, tuple[float | str | None, ...]]


class FilterCheck(Record):
    """How many runs fulfil a filter, or what is wrong with it."""

    runs: int
    problem: str | None


class MarksChange(Record):
    """What to change on the marks of some runs; what is null stays as it is."""

    runs: Annotated[tuple[Number, ...], Field(min_length=1, max_length=65_536)]
    add: Annotated[tuple[Tag, ...], Field(max_length=20)] = ()
    remove: Annotated[tuple[Tag, ...], Field(max_length=20)] = ()
    note: Annotated[str, Field(max_length=10_000)] | None = None
    archived: bool | None = None


class Notes(Record):
    """What people write on an experiment."""

    notes: Annotated[str, Field(max_length=100_000)]


class Away(Record):
    """Whether a thing is put away."""

    archived: bool


class DeletionRequest(Record):
    """What is to be deleted: a kept view, a share, an experiment, or some runs of one. All but a kept view must have
    been put away before."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "(experiment != None) + (share != None) + (view != None) == 1",
            "deletion: give exactly one of experiment, share and view.",
        ),
        Rule("runs == None or experiment != None", "deletion: runs are those of an experiment; give it too."),
    )

    experiment: Number | None = None
    runs: Annotated[tuple[Number, ...], Field(min_length=1, max_length=65_536)] | None = None
    share: Number | None = None
    view: Annotated[str, Field(pattern=VIEW_NAME)] | None = None


class RunsToQueue(Record):
    """Which runs are queued again; null means all that can be."""

    runs: Annotated[tuple[Number, ...], Field(max_length=65_536)] | None = None


class FigureBody(Record):
    """A Plotly figure without a template: colours of paper, grid and text are the page's."""

    data: tuple[dict[str, Any], ...]
    layout: dict[str, Any]
    config: dict[str, Any] | None = None
    frames: tuple[dict[str, Any], ...] | None = None  # of a figure that is filmed: what it shows at each kept step


class SimilarityTable(Record):
    """How alike the layers of two runs are: `values` (layers, other layers), None where undefined."""

    run: int
    other: int
    step: int
    other_step: int
    estimator: Estimator
    examples: int
    layers: tuple[str, ...]
    other_layers: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]

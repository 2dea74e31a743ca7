"""Questions and answers about comparisons, shares and kept views: what a link opens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from phasescope.core.comparison import Comparison
from phasescope.core.differences import Difference
from phasescope.core.record import Record
from phasescope.core.records import Experiment, Run, Share
from phasescope.core.view import View
from phasescope.server.messages import FigureCard

OPENS = 300  # letters of an address that are listed
LARGEST_ADDRESS = 500_000  # of a comparison of tens of thousands of runs


class ComparisonCard(Record):
    """A figure of comparisons that can be asked for, and the fields of a comparison it is drawn from."""

    name: str
    title: str
    description: str
    drawn_from: tuple[str, ...]


class ComparedSide(Record):
    """One side of a comparison: its letter, what tells it apart, its colour in all figures, and who stands there.

    `run` is shown where only one can be: in films and in the similarity of layers.
    """

    letter: str
    label: str
    colour: str
    experiment: Experiment
    runs: tuple[Run, ...]
    run: int | None


class ComparisonBody(Record):
    """Everything that the page of a comparison shows, but its figures."""

    comparison: Comparison
    sides: tuple[ComparedSide, ...]
    differences: tuple[Difference, ...]
    together: tuple[ComparisonCard, ...]  # figures over all sides
    apart: tuple[FigureCard, ...]  # figures of one side


class ShareRequest(Record):
    """A view to be shown to somebody else."""

    view: View | Comparison
    title: Annotated[str, Field(min_length=1, max_length=200)]
    note: Annotated[str, Field(max_length=10_000)]
    expires_in_days: Annotated[float, Field(gt=0, le=36_500)] | None
    embeddable: Annotated[bool, Field(description="Whether pages of other sites may show it inside them.")] = False


class ShareMade(Record):
    """A new share. The token is shown this once; only its digest is kept."""

    share: Share
    token: str
    path: str


class SharedComparison(Record):
    """Everything that the page of a shared comparison shows, but its figures."""

    title: str
    note: str
    expires_at: datetime | None
    body: ComparisonBody


class AddressBody(Record):
    """An address of the page: what comes after the name of the server. Behind the `#` of a new one stands its draft."""

    address: Annotated[
        str,
        Field(
            pattern=r"^/(experiments/\d{1,10}|compare|new)(\?[^#\s\\]*)?$|^/new(\?[^#\s\\]*)?#[^#\s\\]*$",
            max_length=LARGEST_ADDRESS,
        ),
    ]


class KeptView(AddressBody):
    """An address and the short name under which it is kept."""

    name: str
    path: str


class KeptViewCard(Record):
    """A kept address as it is listed: `opens` is how it begins."""

    name: str
    path: str
    opens: str
    created_at: datetime


class SharedView(Record):
    """Everything that the page of a share shows, but its figures."""

    title: str
    note: str
    expires_at: datetime | None
    view: View
    figures: tuple[FigureCard, ...]
    experiment: Experiment
    runs: tuple[Run, ...]

"""What a figure of a comparison is drawn from, and what its figures share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import plotly.graph_objects as go

from phasescope.core.comparison import Comparison
from phasescope.core.curves import Floats
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.figures import lines, style, words
from phasescope.figures.band_lines import Look, band_lines
from phasescope.figures.curves import DASHES, names_of
from phasescope.figures.material import Material
from phasescope.figures.style import Part

LETTERS = "ABCDEF"
POINTS = 36_000  # of all lines together
TEACHING = "Add runs or groups of runs to compare them."


@dataclass(frozen=True)
class Compared:
    """One side: its letter, its name, its colour, and the material of its runs (`runs` are those that stand there).

    `run` is the one that stands for them where only one can be drawn; nothing where the figure draws all of them.
    """

    letter: str
    label: str
    colour: str
    material: Material
    runs: tuple[Run, ...]
    run: Run | None = None

    @property
    def name(self) -> str:
        """As legends have it."""
        return f"{self.letter} {self.label}"


class ComparisonFigure(Protocol):
    """One figure over several sides: what it is called, what it needs, and how it is drawn."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def description(self) -> str: ...

    @property
    def drawn_from(self) -> tuple[str, ...]:
        """The fields of a comparison it is drawn from, besides its sides; the clock is moved without a new drawing."""
        ...

    def needs(self, experiment: ExperimentSpec, comparison: Comparison) -> tuple[str, ...]:
        """Names of the series it reads of each side; `name.*` stands for one per layer."""
        ...

    def draw(self, sides: Sequence[Compared], comparison: Comparison) -> go.Figure:
        """The figure, without a template. It draws none, one, six, and unfinished sides."""
        ...


@runtime_checkable
class ComparesArrays(Protocol):
    """A figure over several sides that is drawn from kept arrays of the run that stands for each as well."""

    def wants(self, comparison: Comparison) -> tuple[str, ...]:
        """Names of the arrays it reads; `name.*` stands for one per layer."""
        ...


def last_step(sides: Sequence[Compared]) -> int:
    """Where the step axis ends: the longest training of any side."""
    ends = [max(side.material.experiment.steps, int(side.material.curves.steps.max(initial=0))) for side in sides]
    return max(ends, default=1)


def side_lines(side: Compared, series: str, budget: int, axes: tuple[str, str] = ("x", "y")) -> list[Part]:
    """The curves of one side: the median of its runs and a band where there are several, test solid, train dashed."""
    return [part for name in names_of(series) for part in _line(side, series, name, budget, axes)]


def _line(side: Compared, series: str, name: str, budget: int, axes: tuple[str, str]) -> list[Part]:
    values = lines.drawn(side.material, side.runs, name)
    said = f"<b>{side.letter}</b> {words.series_words(name)}"
    dash = DASHES.get(name.partition("_")[0], "solid")
    look = Look(side.name, side.letter, side.colour, said, dash, name == names_of(series)[0], axes)
    return band_lines(values, side.material.curves.steps, look, budget, tuple(run.id for run in side.runs))


def values_of(sides: Sequence[Compared], series: str) -> Floats:
    """All values that are drawn, in one row."""
    parts = [lines.drawn(side.material, side.runs, name).ravel() for side in sides for name in names_of(series)]
    return np.concatenate(parts)[None] if parts else np.zeros((1, 0))


def notes(sides: Sequence[Compared], series: str, *, drew: bool) -> list[Part]:
    """A sentence where there is nothing to see."""
    if drew:
        return []
    return [style.note(f"No {words.series_words(series)} recorded yet." if sides else TEACHING)]


def blank() -> Part:
    """Axes are only drawn where a trace belongs to them."""
    return {**style.legend_entry("", mode="lines"), "showlegend": False}


def meta(kind: str, sides: Sequence[Compared], comparison: Comparison) -> Part:
    """What the page reads."""
    return {
        "kind": kind, "step": comparison.step, "step_scale": comparison.step_scale, "series": comparison.series,
        "sides": [{"letter": side.letter, "colour": side.colour, "runs": len(side.runs)} for side in sides],
    }  # fmt: skip

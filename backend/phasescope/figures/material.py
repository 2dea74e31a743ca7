"""What a figure is drawn from, and what the server asks of every figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import plotly.graph_objects as go

from phasescope.core.arrays import KeptArray
from phasescope.core.corrections import Correction
from phasescope.core.curves import Curves, Floats
from phasescope.core.phase_rule import PhaseRule, rule_from_text
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View

Scope = Literal["all", "selection"]
"""Which runs a figure reads: every run of the experiment, or those that `selected` names."""


@dataclass(frozen=True)
class Material:
    """An experiment, runs, their stored series and the view: everything a figure may look at.

    `runs` and `curves` may hold more runs than the figure draws; a run without a row in `curves` has no values yet.
    `units` maps an axis path or the name of a series to its unit, where one is known.
    """

    experiment: ExperimentSpec
    runs: tuple[Run, ...]
    curves: Curves
    view: View
    units: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[tuple[int, str], Correction] = field(default_factory=dict)
    arrays: tuple[KeptArray, ...] = ()  # those that the figure wants, by run, name and step

    @property
    def rule(self) -> PhaseRule:
        """The phase rule: that of the view, else that of the experiment."""
        return rule_of(self.experiment, self.view)

    def series(self, name: str) -> Floats:
        """(R, C) values of one series, a row for each of `curves.runs`; NaN throughout when it was never stored."""
        missing = np.full((len(self.curves.runs), len(self.curves.steps)), np.nan, dtype=np.float32)
        return self.curves.values.get(name, missing)


def rule_of(experiment: ExperimentSpec, view: View) -> PhaseRule:
    """The phase rule: that of the view, else that of the experiment. Raises ValueError."""
    return rule_from_text(view.rule, experiment.phases)


class Figure(Protocol):
    """One figure: what it is called, what it needs, and how it is drawn."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def description(self) -> str: ...

    @property
    def scope(self) -> Scope: ...

    @property
    def drawn_from(self) -> tuple[str, ...]:
        """The fields of a view that it looks at; the page asks again only when one of these changes.

        The page gives `run` always, and among `runs`. A shape named `clock` is moved by the page and does not count.
        """
        ...

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        """Names of the series it reads; `name.*` stands for one per layer. `expanded` makes them plain names."""
        ...

    def draw(self, material: Material) -> go.Figure:
        """The figure, without a template. It draws none, one, many and unfinished runs."""
        ...


@dataclass(frozen=True)
class Wanted:
    """Arrays that a figure reads: their names (`name.*` stands for one per layer), and of which runs."""

    names: tuple[str, ...]
    runs: tuple[int, ...]


@runtime_checkable
class DrawsArrays(Protocol):
    """A figure that is drawn from kept arrays as well."""

    def wants(self, view: View) -> Wanted:
        """The arrays it reads; of a run of another experiment none is given."""
        ...


def selected(view: View) -> tuple[int, ...]:
    """The runs that a figure of scope `selection` reads: the selected ones and the one whose drift is shown."""
    drift = (view.run,) if view.run is not None else ()
    return tuple(dict.fromkeys((*view.runs, *drift)))


def expanded(needs: Iterable[str], available: Sequence[str]) -> tuple[str, ...]:
    """The series among `available` that are needed: `drift_to_initial.*` becomes one name per layer, in their order."""
    found: dict[str, None] = {}
    for need in needs:
        prefix = need.removesuffix("*")
        found.update({name: None for name in available if name == need or (need != prefix and name.startswith(prefix))})
    return tuple(found)

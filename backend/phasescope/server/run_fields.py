"""What is known of each run under a name: settings, state, marks, statistics of series, phase and events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from phasescope.analyses import events, phases
from phasescope.analyses.run_numbers import EVENT_SERIES
from phasescope.core.curves import Curves
from phasescope.core.errors import suggestion
from phasescope.core.phase_rule import PhaseRule
from phasescope.core.records import Experiment, Marks, Run
from phasescope.figures.cell_values import PHASE
from phasescope.store import corrections, series, summaries
from phasescope.store.summaries import STATISTICS

Values = NDArray[np.float64]
Which = Literal["last", "minimum", "maximum", "step", "drop"]
OWN = ("run", "seed", "state", "step", "tags", "note", "archived")


@dataclass(frozen=True)
class RunFields:
    """Runs of one experiment, and every name that an expression or a table may ask for. Columns are (R,)."""

    session: Session
    experiment: Experiment
    runs: Sequence[Run]
    marks: dict[int, Marks]
    rule: PhaseRule

    @property
    def ids(self) -> list[int]:
        """Numbers of the runs, in their order."""
        return [run.id for run in self.runs]

    @property
    def paths(self) -> dict[str, str]:
        """Paths of what varies by the names they go by: all of it, or the last part where no other ends the same."""
        full = list(dict.fromkeys(path for run in self.runs for path in run.point))
        ends = [path.rpartition(".")[2] for path in full]
        short = {end: path for end, path in zip(ends, full, strict=True) if ends.count(end) == 1}
        return {**short, **{path: path for path in full}}

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that may be asked for."""
        measured = [name for one in self.experiment.series for name in (one, *(f"{one}.{s}" for s in STATISTICS))]
        return (*OWN, *self.paths, PHASE, *events.COLOURS, *measured)

    def columns(self, names: Sequence[str]) -> dict[str, list[Any]]:
        """The columns of these names. Raises ValueError for a name that is not known, naming those that are."""
        known = set(self.names)
        for name in names:
            if name not in known:
                plain = [one for one in known if one.rpartition(".")[2] not in STATISTICS]
                raise ValueError(f"There is nothing called {name!r} here.{suggestion(name, plain)}")
        found: dict[str, list[Any]] = {name: self._own(name) for name in names if name in OWN}
        found |= {name: [run.point.get(self.paths[name]) for run in self.runs] for name in names if name in self.paths}
        rest = [name for name in names if name not in found]
        if PHASE in rest:
            found[PHASE] = self._phases()
        if any(name in events.COLOURS for name in rest):
            found |= {name: values.tolist() for name, values in self.events().items() if name in rest}
        return {**found, **self._statistics([name for name in rest if name not in found])}

    def measured(self, names: Sequence[str], which: Which, step: int | None) -> dict[str, Values]:
        """The last, least or greatest value of these series, or that at a step, or that at each run's own drop."""
        if which in ("step", "drop"):
            curves = series.curves(self.session, self.ids, names)
            at = self.events()["drop_step"] if which == "drop" else np.full(len(self.runs), np.inf)
            limits = at if step is None or which == "drop" else np.full(len(self.runs), float(step))
            return {name: _no_later_than(curves, name, self.ids, limits) for name in names}
        found = summaries.columns(self.session, self.ids, names)
        return {name: values[STATISTICS.index(which)] for name, values in found.items()}

    def events(self) -> dict[str, Values]:
        """What the events of the test loss tell, for each run."""
        curves = series.curves(self.session, self.ids, [EVENT_SERIES])
        if EVENT_SERIES not in curves.values or not len(curves.steps):
            return {name: np.full(len(self.runs), np.nan) for name in events.COLOURS}
        by_hand = corrections.of_runs(self.session, self.ids)
        found = events.of_series(curves.of(self.ids), EVENT_SERIES, corrections=by_hand)
        return found.numbers(len(self.runs))

    def _own(self, name: str) -> list[Any]:
        nothing = Marks(run=0, tags=(), note="", archived=False)
        if name in ("tags", "note", "archived"):
            return [getattr(self.marks.get(run.id, nothing), name) for run in self.runs]
        return [getattr(run, "id" if name == "run" else name) for run in self.runs]

    def _phases(self) -> list[str | None]:
        curves, names = series.curves(self.session, self.ids, self.rule.series()), phases.names_of(self.rule)
        codes = dict(zip(curves.runs, phases.label(curves, self.rule).tolist(), strict=True))
        found = [codes.get(run, phases.UNKNOWN) for run in self.ids]
        return [names[code] if code >= 0 else None for code in found]

    def _statistics(self, names: Sequence[str]) -> dict[str, list[float]]:
        parts = {name: self._split(name) for name in names}
        found = summaries.columns(self.session, self.ids, list({one for one, _ in parts.values()}))
        return {name: found[one][STATISTICS.index(which)].tolist() for name, (one, which) in parts.items()}

    def _split(self, name: str) -> tuple[str, str]:
        if name in self.experiment.series:
            return name, "last"
        whole, _, which = name.rpartition(".")
        return whole, which


def _no_later_than(curves: Curves, name: str, runs: Sequence[int], limits: Values) -> Values:
    """(R,) the newest value of each run no later than its own limit; NaN where there is none."""
    row = {run: place for place, run in enumerate(curves.runs)}
    rows = np.array([row.get(run, -1) for run in runs], dtype=np.int64)
    values = curves.values.get(name)
    if values is None or not len(curves.steps):
        return np.full(len(runs), np.nan)
    seen = np.isfinite(values[rows]) & (curves.steps <= limits[:, None]) & (rows >= 0)[:, None]
    last = values.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1)
    newest = np.take_along_axis(values[rows], last[:, None], axis=1)[:, 0]
    return np.where(seen.any(axis=1), newest, np.nan)

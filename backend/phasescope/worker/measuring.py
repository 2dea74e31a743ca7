"""From checkpoints to blocks: take the measures a shard asks for and keep them until they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from phasescope.core.spec import StopRule
from phasescope.core.wire import Block
from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures import MEASURES


@dataclass(frozen=True)
class Taken:
    """Values of all series of the runs at one checkpoint."""

    step: int
    runs: tuple[int, ...]
    series: tuple[str, ...]
    values: NDArray[np.float64]  # (R, M)
    undefined: dict[str, str]  # series -> why some of its values are missing


def take(checkpoint: Checkpoint, measures: Sequence[str]) -> Taken:
    """Take measures by name; raises NotFound."""
    columns: dict[str, NDArray[np.float64]] = {}
    undefined: dict[str, str] = {}
    with torch.no_grad():
        for name in measures:
            measure = MEASURES[name]
            for series, per_run in measure.measure(checkpoint).items():
                column = per_run.to(device="cpu", dtype=torch.float64).numpy()
                finite = np.isfinite(column)
                columns[series] = np.where(finite, column, np.nan)
                if not finite.all():
                    undefined[series] = measure.undefined
    values = np.stack(list(columns.values()), axis=1) if columns else np.zeros((len(checkpoint.runs), 0))
    return Taken(checkpoint.step, checkpoint.runs, tuple(columns), values, undefined)


class StopWatch:
    """Which runs have been on the right side of a stop rule's bound for long enough."""

    def __init__(self, rule: StopRule | None, in_a_row: Mapping[int, int] | None = None) -> None:
        self.rule = rule
        self.in_a_row = dict(in_a_row or {})  # run -> at how many checkpoints; kept in snapshots

    def over(self, taken: Taken) -> tuple[int, ...]:
        """Runs that should stop at this checkpoint."""
        if self.rule is None:
            return ()
        if self.rule.measure not in taken.series:  # not taken at this checkpoint, which then does not count
            return ()
        column = taken.values[:, taken.series.index(self.rule.measure)]
        tolerance = 1e-6  # the float nearest to 9/10 must count as 0.9 in every precision
        if self.rule.at_least is not None:
            inside = column >= self.rule.at_least - tolerance
        else:
            inside = column <= (self.rule.at_most or 0.0) + tolerance
        for run, holds in zip(taken.runs, inside, strict=True):
            self.in_a_row[run] = self.in_a_row.get(run, 0) + 1 if holds else 0
        return tuple(run for run in taken.runs if self.in_a_row[run] >= self.rule.for_checkpoints)


@dataclass
class Pile:
    """Values waiting to be sent as one block. Runs only ever leave, so each run has a first part of the steps."""

    measures: tuple[str, ...]
    taken: list[Taken] = field(default_factory=list)

    def add(self, taken: Taken) -> None:
        """Put a checkpoint's values on the pile."""
        self.taken.append(taken)

    def block(self) -> Block | None:
        """Everything on the pile as a block, or None when there is nothing; the pile is empty afterwards."""
        if not self.taken or not self.taken[0].runs:
            self.taken = []
            return None
        runs = self.taken[0].runs
        series = {name: column for column, name in enumerate(dict.fromkeys(n for t in self.taken for n in t.series))}
        values = np.full((len(runs), len(self.taken), len(series)), np.nan)
        measured = np.zeros((len(self.taken), len(series)), dtype=np.bool_)
        counts = np.zeros(len(runs), dtype=np.int64)
        place = {run: row for row, run in enumerate(runs)}
        undefined: dict[str, str] = {}
        for number, taken in enumerate(self.taken):
            rows, columns = [place[run] for run in taken.runs], [series[name] for name in taken.series]
            values[np.ix_(rows, [number], columns)] = taken.values[:, None]
            measured[number, columns] = True
            counts[rows] = number + 1
            undefined |= taken.undefined
        block = Block(
            runs=np.array(runs, dtype=np.int64),
            steps=np.array([taken.step for taken in self.taken], dtype=np.int64),
            counts=counts,
            values=values,
            series=tuple(series),
            versions={name: MEASURES[name].version for name in self.measures},
            undefined=undefined,
            taken=None if measured.all() else measured,
        )
        self.taken = []
        return block

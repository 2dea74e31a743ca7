"""How far experiments are, counted by the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phasescope.core.records import ENDED, ExperimentState, Progress, RunState, ShardProgress
from phasescope.store.dialects import among
from phasescope.store.tables import ExperimentRow, ExperimentRunRow, RunRow, ShardRow

OVER = ENDED | {"lost"}  # a run that stays lost has used up its attempts: nothing happens to it by itself


@dataclass
class Tally:
    """Runs of one experiment, by their states."""

    runs: dict[str, int] = field(default_factory=lambda: dict.fromkeys(get_args(RunState), 0))
    steps: dict[str, int] = field(default_factory=dict)
    newest_step: int = 0
    rate: float | None = None

    def live(self) -> int:
        """Runs that are still to be trained, wholly or in part."""
        return sum(count for state, count in self.runs.items() if state not in OVER)


def tallies(session: Session, experiments: Sequence[int]) -> dict[int, Tally]:
    """The runs of these experiments, counted."""
    found = {experiment: Tally() for experiment in experiments}
    place = ExperimentRunRow.experiment_id
    counted = (
        select(place, RunRow.state, func.count(), func.sum(RunRow.step), func.max(RunRow.step))
        .join(RunRow, RunRow.id == ExperimentRunRow.run_id)
        .where(among(place, experiments), ExperimentRunRow.deletion_id.is_(None))
        .group_by(place, RunRow.state)
    )
    for experiment, state, count, steps, newest in session.execute(counted):
        tally = found[experiment]
        tally.runs[state], tally.steps[state] = count, int(steps)
        tally.newest_step = max(tally.newest_step, newest)
    rates = (
        select(ShardRow.experiment_id, func.sum(ShardRow.run_steps_per_second))
        .where(among(ShardRow.experiment_id, experiments), ShardRow.state == "leased")
        .group_by(ShardRow.experiment_id)
    )
    for experiment, rate in session.execute(rates):
        found[experiment].rate = rate
    return found


def of_shards(session: Session, rates: Mapping[int, float | None]) -> dict[int, ShardProgress]:
    """How far the runs of these shards are, each with the rate of its worker."""
    counted = (
        select(RunRow.shard_id, RunRow.state, ExperimentRow.steps, func.count(), func.sum(RunRow.step))
        .join(ShardRow, ShardRow.id == RunRow.shard_id)
        .join(ExperimentRow, ExperimentRow.id == ShardRow.experiment_id)
        .where(among(RunRow.shard_id, rates))
        .group_by(RunRow.shard_id, RunRow.state, ExperimentRow.steps)
    )
    found = {shard: [0, 0, 0, 0] for shard in rates}  # runs, ended, steps done, steps in all
    for shard, state, steps, runs, done in session.execute(counted):
        if shard is None:
            continue
        over = state in OVER
        added = (runs, runs if over else 0, int(done), int(done) if over else runs * steps)
        found[shard] = [one + more for one, more in zip(found[shard], added, strict=True)]
    return {
        shard: ShardProgress(
            runs=runs,
            ended=ended,
            run_steps_done=done,
            run_steps_total=total,
            seconds_left=(total - done) / rate if (rate := rates[shard]) else None,
        )
        for shard, (runs, ended, done, total) in found.items()
    }


def progress(row: ExperimentRow, tally: Tally) -> Progress:
    """A run that ended early counts as long as it was: what is left is left of the runs that go on."""
    done = sum(tally.steps.values())
    total = sum(steps for state, steps in tally.steps.items() if state in OVER) + tally.live() * row.steps
    return Progress(
        runs=sum(tally.runs.values()),
        by_state=tally.runs,
        run_steps_done=done,
        run_steps_total=total,
        run_steps_per_second=tally.rate,
        seconds_left=(total - done) / tally.rate if tally.rate else None,
        newest_step=tally.newest_step,
    )


def state(row: ExperimentRow, tally: Tally) -> ExperimentState:
    """What an experiment is, by what its runs are. A cancelled one stays so, also where another wants its runs."""
    if row.cancelled_at is not None:
        return "cancelled"
    if tally.live() == 0:
        if tally.runs["failed"] or tally.runs["lost"]:
            return "failed"
        return "cancelled" if tally.runs["cancelled"] else "finished"
    return "queued" if tally.runs["queued"] == sum(tally.runs.values()) else "running"

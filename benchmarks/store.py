"""The store: a family made at once against run by run, and one series of all runs against run by run (SQLite)."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import report

from phasescope.core.axes import Axis
from phasescope.core.catalogue import Catalogue
from phasescope.core.schedule import Checkpoints
from phasescope.core.spec import ExperimentSpec
from phasescope.core.wire import Block, Registration, RunEnd
from phasescope.store import Store, blocks, experiments, open_store, runs, series, shards, workers

CHECKPOINTS = 200
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def square(side: int, name: str) -> ExperimentSpec:
    """A family of side × side runs."""
    axes = tuple(
        Axis(path=f"optimizer.{setting}", log=(1e-4, 1, side)) for setting in ("learning_rate", "weight_decay")
    )
    return ExperimentSpec(
        name=name,
        task={"name": "toy_addition"},
        model={"name": "mlp", "width": 8},
        optimizer={"name": "sgd"},
        steps=CHECKPOINTS - 1,
        checkpoints=Checkpoints(every=1),
        axes=axes,
    )


def make(store: Store, spec: ExperimentSpec, *, at_a_time: int | None = None) -> list[int]:
    """The experiments made from the runs of a family, all in one or so many in each."""
    cells = [(cell, cell.spec.digest(), "one") for cell in spec.cells()]
    made = []
    for first in range(0, len(cells), at_a_time or len(cells)):
        with store.begin() as session:
            part = cells[first : first + (at_a_time or len(cells))]
            made.append(experiments.create(session, spec=spec, cells=part, recipe=None).id)
    return made


def fill(store: Store) -> None:
    """Train what waits: one series of made-up values, as workers upload it."""
    generator = np.random.default_rng(0)
    with store.begin() as session:
        worker = workers.register(session, Registration(name="w", device="CPU", catalogue=Catalogue(entries=())), NOW)
    while True:
        with store.begin() as session:
            lease = shards.lease(session, worker=worker, runs_at_most=4096, now=NOW)
        if lease is None:
            return
        numbers = np.array([leased.run for leased in lease.runs])
        values = generator.normal(size=(len(numbers), CHECKPOINTS, 1))
        counts = np.full(len(numbers), CHECKPOINTS)
        block = Block(numbers, np.arange(CHECKPOINTS), counts, values, ("train_loss",))
        ends = [RunEnd(run=int(run), state="finished", step=CHECKPOINTS - 1, message=None) for run in numbers]
        with store.begin() as session:
            blocks.put(session, shard=lease.shard, worker=worker, attempt=lease.attempt, block=block)
        with store.begin() as session:
            shards.finish(session, shard=lease.shard, worker=worker, attempt=lease.attempt, ends=ends)


def seconds(work: Callable[[], Any], rounds: int = 1) -> float:
    """Of the quickest round."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def measure(quick: bool) -> list[report.Case]:
    """Run by run, a part of the family is enough: it is told per run."""
    side, few = (32, 32) if quick else (64, 128)
    count = side * side
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/store.sqlite", Path(folder))
        together = seconds(lambda: make(store, square(side, "at once"))) / count
        alone = seconds(lambda: make(store, square(int(few**0.5), "run by run"), at_a_time=1)) / int(few**0.5) ** 2
        fill(store)
        with store.read() as session:
            every = [run.id for run in runs.of_experiment(session, 1)]
            all_at_once = seconds(lambda: series.curves(session, every, ["train_loss"]), 3) / count
            one_by_one = seconds(lambda: [series.curves(session, [run], ["train_loss"]) for run in every[:few]]) / few
        store.close()
    return [
        report.Case(f"make {count:,} runs", 1e6 * together, 1e6 * alone, "µs each", alone / together),
        report.Case(f"read a series of {count:,} runs × {CHECKPOINTS}", 1e6 * all_at_once, 1e6 * one_by_one, "µs each",
                    one_by_one / all_at_once),
    ]  # fmt: skip


if __name__ == "__main__":
    report.main("store", __doc__ or "", measure)

"""Fills a store with many runs, as a worker writes them: grids whose cells learn at their own time. For tests of size.

python scripts/fill_store.py FOLDER --large 10000 --others 10 --each 1000
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.spec import ExperimentSpec
from phasescope.core.wire import Block, Registration, RunEnd
from phasescope.store import Store, blocks, experiments, open_store, shards, workers

SERIES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm")
AT_ONCE = 2500  # runs of a shard


def fill(home: Path, *, large: int, others: int, each: int, now: datetime) -> int:
    """One experiment of about so many runs and others beside it; the number of all runs."""
    store = open_store(f"sqlite:///{home / 'phasescope.sqlite'}", home)
    about = Registration(name="made up", device="CPU", catalogue=kept_catalogue())
    with store.begin() as session:
        worker = workers.register(session, about, now)
    total = 0
    for number, runs in enumerate([large] + others * [each]):
        spec = family(number, round(runs**0.5))
        with store.begin() as session:
            cells = [(cell, cell.spec.digest(), "one") for cell in spec.cells()]
            experiments.create(session, spec=spec, cells=cells, recipe=None)
        total += len(cells)
        while train(store, worker, now):
            pass
    store.close()
    return total


def family(number: int, side: int) -> ExperimentSpec:
    """A square grid; each experiment has runs of its own."""
    return ExperimentSpec.model_validate({
        "name": f"Family {number} of {side} × {side}", "task": {"name": "toy_addition"},
        "model": {"name": "embedding_decoder"}, "optimizer": {"name": "adamw"}, "steps": 5000 + number,
        "checkpoints": {"log_spaced": 60}, "measures": ["loss", "accuracy", "weight_norm"],
        "axes": [
            {"path": "optimizer.learning_rate", "log": [1e-4, 1e-2, side]},
            {"path": "optimizer.weight_decay", "linear": [0, 20, side]},
        ],
    })  # fmt: skip


def train(store: Store, worker: int, now: datetime) -> bool:
    """The next shard, all at once; False when nothing waits any more."""
    with store.begin() as session:
        lease = shards.lease(session, worker=worker, runs_at_most=AT_ONCE, now=now)
    if lease is None:
        return False
    steps = np.array(lease.steps, dtype=np.int64)
    ids = np.array([leased.run for leased in lease.runs], dtype=np.int64)
    rates = np.array([leased.spec.optimizer["learning_rate"] for leased in lease.runs])
    decays = np.array([leased.spec.optimizer["weight_decay"] for leased in lease.runs])
    across, up = ((np.log10(rates) + 4) / 2)[:, None], (decays / 20)[:, None]
    place = np.log10(np.maximum(steps, 1))
    noise = np.random.default_rng(int(ids[0])).normal(0, 0.02, (2, len(ids), len(steps)))
    train_accuracy = 1 / (1 + np.exp(-12 * (place - 3.4 + 1.5 * across - 2 * up)))
    test_accuracy = 1 / (1 + np.exp(-12 * (place - 3.6 + 1.1 * across - 1.8 * up)))
    losses = (2 * np.exp(-4 * train_accuracy + noise[0]), 2 * np.exp(-4 * test_accuracy + noise[1]))
    block = Block(
        runs=ids, steps=steps, counts=np.full(len(ids), len(steps), dtype=np.int64), series=SERIES,
        values=np.stack([*losses, train_accuracy, test_accuracy, 8 + train_accuracy], axis=2), versions={"loss": 1},
        undefined={},
    )  # fmt: skip
    ends = [RunEnd(run=int(run), state="finished", step=int(steps[-1]), message=None) for run in ids]
    with store.begin() as session:
        blocks.put(session, shard=lease.shard, worker=worker, attempt=lease.attempt, block=block)
    with store.begin() as session:
        shards.finish(session, shard=lease.shard, worker=worker, attempt=lease.attempt, ends=ends)
    return True


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="home of the store, which must be new")
    parser.add_argument("--large", type=int, default=10_000, help="runs of the first experiment")
    parser.add_argument("--others", type=int, default=10, help="experiments beside it")
    parser.add_argument("--each", type=int, default=1000, help="runs of each of these")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    print(fill(given.folder, large=given.large, others=given.others, each=given.each, now=datetime.now(UTC)))


if __name__ == "__main__":
    main()

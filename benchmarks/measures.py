"""What each measure costs at one checkpoint, against one training step of the same runs, at the demo's sizes.

The ratio says how many times cheaper than a training step a measure is; below 1 it is dearer. Each measure is timed
alone, forward passes included, which measures that are taken together share. Times are processor time of one thread,
so that other programs do not count. The last case is the default set over the demo's whole schedule, against the aim
of 20 % of training time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import report
import torch

from phasescope.core.schedule import MeasureSchedule
from phasescope.core.spec import ExperimentSpec, RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train
from phasescope.measures import MEASURES
from phasescope.measures.measure import Measure
from phasescope.recipes import RECIPES

AIM = 20.0  # % of training time


@dataclass(frozen=True)
class Shard:
    """Runs in training, a checkpoint of them, and what a training step of them takes."""

    name: str
    checkpoint: Checkpoint
    milliseconds: float

    def fresh(self) -> Checkpoint:
        """The checkpoint, with nothing computed yet."""
        return replace(self.checkpoint, retired=set(), _kept={})

    def offers(self, measure: Measure) -> bool:
        """Can the measure be taken here?"""
        network = self.checkpoint.network
        return set(measure.needs) <= {*network.task.offers, *network.model.offers, network.task.inputs}


def best(work: Callable[[], object], rounds: int) -> float:
    """Milliseconds of the fastest of some rounds: other work only ever makes one slower."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        found.append(1e3 * (time.process_time() - began))
    return min(found)


def in_training(name: str, *, task: dict[str, Any], model: dict[str, Any], runs: int, quick: bool) -> Shard:
    """A shard after some steps."""
    optimizer: dict[str, Any] = {"name": "adamw", "weight_decay": 0.1}
    specs = {seed: RunSpec(task=task, model=model, optimizer=optimizer, seed=seed) for seed in range(runs)}
    steps, rounds = 5, 3 if quick else 10
    schedule = (0, 20, 30, *(30 + steps * (number + 1) for number in range(rounds)))
    *_, updated = train(specs, schedule[:3], updates=True)
    checkpoints = train(specs, schedule)
    looked_at = [next(checkpoints) for _ in range(3)][-1]
    own = {name: getattr(looked_at, name).clone() for name in ("parameters", "previous")}
    kept = replace(looked_at, **own, trail=dict(updated.trail))
    step = best(lambda: next(checkpoints), rounds) / steps
    return Shard(f"{name}, {runs} runs", kept, step)


def measure(quick: bool) -> list[report.Case]:
    """Every measure on the first of the shards that has what it needs."""
    torch.set_num_threads(1)
    recipe = next(recipe for recipe in RECIPES.values() if recipe.demo)
    demo = ExperimentSpec.model_validate(recipe.sizes[0].experiment)
    runs = 32 if quick else 256
    shards = [
        in_training("demo", task=demo.task, model=demo.model, runs=runs, quick=quick),
        in_training("modular addition mod 23, MLP 2 × 32",
                    task={"name": "modular_arithmetic", "modulus": 23},
                    model={"name": "mlp", "width": 32, "embedding_width": 16}, runs=runs, quick=quick),
        in_training("moving-window sum, transformer 1 × 32",
                    task={"name": "moving_window_sum", "train_examples": 64, "test_examples": 64},
                    model={"name": "transformer", "width": 32, "normalisation": "pre"}, runs=runs // 8, quick=quick),
    ]  # fmt: skip
    cases = []
    for one in MEASURES.values():
        shard = next(shard for shard in shards if shard.offers(one))
        rounds = 1 if quick else {"cheap": 5, "moderate": 3, "dear": 1}[one.cost]
        cost = taken_together([one], shard, rounds)
        name = f"{one.name} ({one.cost}), {shard.name}"
        cases.append(report.Case(name, round(cost, 2), round(shard.milliseconds, 2), "ms", _ratio(shard, cost)))
    due: dict[tuple[int, ...], list[Measure]] = {}  # measures with the same schedule share their forward passes
    for name, steps in demo.taken_at().items():
        due.setdefault(steps, []).append(MEASURES[name])
    cost = sum(taken_together(some, shards[0], 3) * len(steps) for steps, some in due.items())
    share = 100 * cost / (demo.steps * shards[0].milliseconds)
    cases.append(report.Case(
        f"default set over {shards[0].name}", round(share, 2), AIM, "% of training", round(AIM / share, 2)
    ))  # fmt: skip
    return cases


def taken_together(measures: list[Measure], shard: Shard, rounds: int) -> float:
    """Milliseconds at one checkpoint, as the worker takes them."""

    def take() -> None:
        checkpoint = shard.fresh()
        with torch.no_grad():
            for one in measures:
                one.measure(checkpoint)
                if one.keep is not None:
                    one.keep(checkpoint, MeasureSchedule())

    return best(take, rounds)


def _ratio(shard: Shard, cost: float) -> float:
    return float(f"{shard.milliseconds / cost:.3g}")


if __name__ == "__main__":
    report.main("measures", __doc__ or "", measure)

"""Training a family batched against the same runs one after the other in plain PyTorch, alternating in one process.

Also printed: the share of the step's time that its matrix products and one pass of the optimizer over memory would
take alone on this machine, at their own shapes (`roofline.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import report
import roofline
import torch
from plain_modules import Decoder, DeepLinear, LeakyRecurrent, TokenPerceptron, TokenTransformer
from roofline import clock
from torch import nn

from phasescope.core.spec import RunSpec
from phasescope.engine.compiled import QuickerGradients, available
from phasescope.engine.seeding import generator
from phasescope.engine.shard import prepare
from phasescope.engine.train import State
from phasescope.tasks import TASKS

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


@dataclass(frozen=True)
class Family:
    """Runs of one kind and the module that a good user would write for one of them."""

    name: str
    task: dict[str, Any]
    model: dict[str, Any]
    module: Callable[[], nn.Module]
    runs: int
    steps: int


def families(quick: bool) -> list[Family]:
    """What is compared. The first three steps are nothing but overhead for a single run."""
    toy = {"name": "toy_addition"}
    modular = {"name": "modular_arithmetic", "modulus": 23, "train_fraction": 0.5}
    memory = {"name": "delayed_memory", "train_examples": 64, "test_examples": 16}
    small = {"name": "mlp", "width": 32, "embedding_width": 16}
    many, steps = (64, 40) if quick else (256, 200)
    return [
        Family("deep linear regression, 3 layers of 16", {"name": "deep_linear_regression"},
               {"name": "deep_linear", "depth": 3, "width": 16}, lambda: DeepLinear((4, 16, 16, 4)), many, steps),
        Family("toy addition, MLP 2 × 32", toy, small, lambda: TokenPerceptron(10, 32, 16, 30), many, steps),
        Family("delayed memory, leaky RNN 32", memory, {"name": "rnn", "cell": "leaky", "width": 32},
               lambda: LeakyRecurrent(3, 32, 3), many, steps // 4),
        Family("toy addition, the demo's decoder (80 wide)", toy, {"name": "embedding_decoder", "width": 80},
               lambda: Decoder(80), many, steps),
        Family("toy addition, the paper's decoder (200 wide)", toy, {"name": "embedding_decoder", "width": 200},
               lambda: Decoder(200), 64, steps // 2),
        Family("modular addition mod 23, MLP 2 × 32", modular, small, lambda: TokenPerceptron(23, 32, 16, 23),
               many, steps // 2),
        Family("modular addition mod 23, transformer 32 wide", modular,
               {"name": "transformer", "width": 32, "heads": 4}, lambda: TokenTransformer(23, 32, 4), 32, steps // 4),
    ]  # fmt: skip


class Batched:
    """The engine on one family."""

    def __init__(self, family: Family, *, compiling: bool = False) -> None:
        specs = [
            RunSpec(task=family.task, model=family.model, optimizer={"name": "adamw", "weight_decay": 0.1}, seed=run)
            for run in range(family.runs)
        ]
        self.family, self.state = family, State.begin(prepare(specs, DEVICE), tuple(range(family.runs)))
        if compiling:  # as workers do where training is long enough; the plain ones are kept where they are quicker
            self.state.quicker = QuickerGradients(self.state.shard.network)
        self.state.advance(3)

    @property
    def compiled(self) -> bool:
        """Does it run compiled code?"""
        return self.state.quicker is not None and self.state.quicker.compiled

    def run_steps_per_second(self) -> float:
        """Of the next steps."""
        began = clock()
        self.state.advance(self.state.step + self.family.steps)
        bool(torch.isfinite(self.state.parameters[0, 0]))  # waits for the device
        return self.family.runs * self.family.steps / (clock() - began)

    def floor(self) -> float:
        """Seconds that a step could not be quicker than."""
        return roofline.floor(lambda: self.state.advance(self.state.step + 1), self.state.parameters)


def one_by_one(family: Family) -> float:
    """Run-steps per second of a module, an optimizer and a loop."""
    task = TASKS[family.task["name"]](**{k: v for k, v in family.task.items() if k != "name"})
    data = task.draw(generator(0, "data"))
    inputs, targets = (torch.from_numpy(part[data.train]).to(DEVICE) for part in (data.inputs, data.targets))
    if inputs.is_floating_point():
        inputs = inputs.float()
    if targets.is_floating_point():
        targets = targets.float()
    extras = {name: torch.from_numpy(np.asarray(v, dtype=np.float32)).to(DEVICE) for name, v in data.extras.items()}
    module = family.module().to(DEVICE)
    optimizer = torch.optim.AdamW(module.parameters(), lr=1e-3, weight_decay=0.1)

    def step() -> None:
        optimizer.zero_grad()
        task.loss(module(inputs), targets, extras).mean().backward()
        optimizer.step()

    for _ in range(3):
        step()
    began, count = clock(), 3 * family.steps
    for _ in range(count):
        step()
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()
    return count / (clock() - began)


def cases_of(name: str, family: Family, ours: float, other: float, floor: float) -> list[report.Case]:
    """The ratio of the two, and the share of a step that its products and memory traffic take alone."""
    step, least = 1e3 * family.runs / ours, 1e3 * floor
    return [
        report.Case(name, round(ours, 1), round(other, 1), "run-steps/s", round(ours / other, 2)),
        report.Case("  … a step, and its products and memory alone", round(step, 3), round(least, 3), "ms",
                    round(least / step, 2)),
    ]  # fmt: skip


def measure(quick: bool) -> list[report.Case]:
    """Alternate the two; the best of the rounds of each counts, since other work only ever makes one slower.

    As workers do, gradients are compiled too, where there is a compiler and they are quicker.
    """
    rounds = 2 if quick else 4
    cases = []
    for family in families(quick):
        engines = [Batched(family), *([Batched(family, compiling=True)] if available(DEVICE) else [])]
        found = [([engine.run_steps_per_second() for engine in engines], one_by_one(family)) for _ in range(rounds)]
        other, floor = max(alone for _, alone in found), engines[0].floor()
        name = f"{family.name}, {family.runs} runs"
        for place, engine in enumerate(engines):
            if not place or engine.compiled:
                ours = max(rates[place] for rates, _ in found)
                cases += cases_of("  … compiled" if place else name, family, ours, other, floor)
    return cases


if __name__ == "__main__":
    torch.set_num_threads(1)  # as workers do: one for each core
    report.main("engine", __doc__ or "", measure)

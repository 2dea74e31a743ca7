"""Training a family batched against the same runs one after the other in plain PyTorch, alternating in one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import report
import torch
from torch import Tensor, nn

from phasescope.core.spec import RunSpec
from phasescope.engine.seeding import generator
from phasescope.engine.train import train
from phasescope.tasks import TASKS


@dataclass(frozen=True)
class Family:
    """Runs of one kind and the module that a good user would write for one of them."""

    name: str
    task: dict[str, Any]
    model: dict[str, Any]
    module: Callable[[], nn.Module]
    runs: int
    steps: int


class Decoder(nn.Module):
    """E[i] + E[j] into a tanh perceptron."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(10, 1)
        self.decoder = nn.Sequential(
            nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 30)
        )

    def forward(self, pairs: Tensor) -> Tensor:
        return self.decoder(self.embedding(pairs).sum(-2))


class TokenPerceptron(nn.Module):
    """Embed two tokens, concatenate, two hidden layers."""

    def __init__(self, modulus: int, width: int, embedding: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(modulus, embedding)
        self.layers = nn.Sequential(
            nn.Linear(2 * embedding, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, modulus)
        )

    def forward(self, pairs: Tensor) -> Tensor:
        return self.layers(self.embedding(pairs).flatten(-2))


class TokenTransformer(nn.Module):
    """One block, read off at an extra token."""

    def __init__(self, modulus: int, width: int, heads: int) -> None:
        super().__init__()
        self.tokens, self.positions = (
            nn.Embedding(modulus + 1, width),
            nn.Parameter(torch.randn(3, width) * width**-0.5),
        )
        self.query, self.key, self.value, self.mixed = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.perceptron = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))
        self.readout, self.heads, self.modulus = nn.Linear(width, modulus, bias=False), heads, modulus

    def forward(self, pairs: Tensor) -> Tensor:
        tokens = torch.cat([pairs, torch.full_like(pairs[:, :1], self.modulus)], 1)
        stream = self.tokens(tokens) + self.positions
        query, key, value = (
            part(stream).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        attended = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        stream = stream + self.mixed(attended.transpose(1, 2).flatten(-2))
        stream = stream + self.perceptron(stream)
        return self.readout(stream[:, -1])


def families(quick: bool) -> list[Family]:
    """What is compared."""
    toy = {"name": "toy_addition"}
    modular = {"name": "modular_arithmetic", "modulus": 23, "train_fraction": 0.5}
    steps = 40 if quick else 200
    return [
        Family("toy addition, the demo's decoder (80 wide)", toy, {"name": "embedding_decoder", "width": 80},
               lambda: Decoder(80), 64 if quick else 256, steps),
        Family("toy addition, the paper's decoder (200 wide)", toy, {"name": "embedding_decoder", "width": 200},
               lambda: Decoder(200), 64, steps // 2),
        Family("modular addition mod 23, MLP 2 × 32", modular,
               {"name": "mlp", "width": 32, "embedding_width": 16}, lambda: TokenPerceptron(23, 32, 16),
               64 if quick else 256, steps // 2),
        Family("modular addition mod 23, transformer 32 wide", modular,
               {"name": "transformer", "width": 32, "heads": 4}, lambda: TokenTransformer(23, 32, 4), 32, steps // 4),
    ]  # fmt: skip


def batched(family: Family) -> float:
    """Run-steps per second of the engine."""
    specs = {
        run: RunSpec(task=family.task, model=family.model, optimizer={"name": "adamw", "weight_decay": 0.1}, seed=run)
        for run in range(family.runs)
    }
    began = 0.0
    for checkpoint in train(specs, (0, 3, 3 + family.steps)):
        began = time.perf_counter() if checkpoint.step == 3 else began
    return family.runs * family.steps / (time.perf_counter() - began)


def one_by_one(family: Family) -> float:
    """Run-steps per second of a module, an optimizer and a loop."""
    task = TASKS[family.task["name"]](**{k: v for k, v in family.task.items() if k != "name"})
    data = task.draw(generator(0, "data"))
    inputs, targets = torch.from_numpy(data.inputs[data.train]), torch.from_numpy(data.targets[data.train])
    extras = {name: torch.from_numpy(np.asarray(v, dtype=np.float32)) for name, v in data.extras.items()}
    module = family.module()
    optimizer = torch.optim.AdamW(module.parameters(), lr=1e-3, weight_decay=0.1)

    def step() -> None:
        optimizer.zero_grad()
        task.loss(module(inputs), targets, extras).mean().backward()
        optimizer.step()

    for _ in range(3):
        step()
    began, count = time.perf_counter(), 3 * family.steps
    for _ in range(count):
        step()
    return count / (time.perf_counter() - began)


def measure(quick: bool) -> list[report.Case]:
    """Alternate the two; the best of the rounds of each counts, since other work only ever makes one slower."""
    rounds = 2 if quick else 4
    cases = []
    for family in families(quick):
        pairs = [(batched(family), one_by_one(family)) for _ in range(rounds)]
        ours, other = (max(values) for values in zip(*pairs, strict=True))
        name = f"{family.name}, {family.runs} runs"
        cases.append(report.Case(name, round(ours, 1), round(other, 1), "run-steps/s", round(ours / other, 2)))
    return cases


if __name__ == "__main__":
    report.main("engine", __doc__ or "", measure)

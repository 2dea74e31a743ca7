"""What training was estimated to cost against what it then took; a ratio from 0.5 to 2 is within the aim."""

from __future__ import annotations

import time

import report
import torch

from phasescope.core.spec import Choice, RunSpec
from phasescope.engine.estimate import estimate
from phasescope.engine.plan import Plan
from phasescope.engine.train import train

TOY = {"name": "toy_addition"}
MODULAR = {"name": "modular_arithmetic", "modulus": 23, "train_fraction": 0.5}
FAMILIES: dict[str, tuple[Choice, Choice, int, int]] = {
    "the demo's decoder, 80 wide": (TOY, {"name": "embedding_decoder", "width": 80}, 128, 300),
    "one small run": (TOY, {"name": "embedding_decoder", "width": 16}, 1, 5000),
    "MLP 2 × 32 mod 23": (MODULAR, {"name": "mlp", "width": 32, "embedding_width": 16}, 64, 200),
}


def measure(quick: bool) -> list[report.Case]:
    """Estimate, then train."""
    cases = []
    for name, (task, model, runs, steps) in FAMILIES.items():
        count = steps // 4 if quick else steps
        specs = [RunSpec(task=task, model=model, optimizer={"name": "adamw"}, seed=seed) for seed in range(runs)]
        told = estimate(specs, count).seconds
        began = time.perf_counter()
        for group in Plan(dict(enumerate(specs)), torch.device("cpu")).groups():
            for _ in train(group, (count,)):
                pass
        took = time.perf_counter() - began
        cases.append(report.Case(f"{name}, {runs} runs × {count} steps", round(told, 2), round(took, 2), "s",
                                 round(took / told, 2)))  # fmt: skip
    return cases


if __name__ == "__main__":
    report.main("estimate", __doc__ or "", measure)

"""Checkpoints of a small trained shard, for measures to look at."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import torch

from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train
from phasescope.models import MODELS

OTHER_TASKS: dict[str, dict[str, Any]] = {  # for models that read no tokens
    "vectors": {"name": "sparse_parity", "bits": 6, "test_examples": 10},
    "images": {"name": "digits"},
    "sequences": {"name": "delayed_memory", "test_examples": 10},
}
SETTINGS: dict[str, dict[str, Any]] = {
    "cnn": {"channels": 4},
    "transformer": {"width": 8, "heads": 2},
    "disentangled_transformer": {"spread": 0.1},
}


def small_model(model: str) -> dict[str, Any]:
    """Settings of a small network."""
    usual = {"width": 8} if "width" in MODELS[model].model_fields else {}
    return SETTINGS.get(model, usual)


@cache
def trained(
    model: str = "embedding_decoder", precision: str = "float64", runs: int = 5, scaled: bool = False
) -> Checkpoint:
    """The last of a few checkpoints of a small shard."""
    settings = small_model(model)
    task: dict[str, Any] = {"name": "toy_addition", "symbols": 6, "target_dimensions": 5}
    if "tokens" not in MODELS[model].accepts:
        task = OTHER_TASKS[MODELS[model].accepts[0]]
    specs = {
        run: RunSpec(
            task={**task, "train_examples": 12 + run % 2},
            model={"name": model, **settings, **({"output_scale": 1.0 + run, "centred": True} if scaled else {})},
            optimizer={"name": "adamw", "learning_rate": 1e-2},
            seed=run,
            precision="float64" if precision == "float64" else "float32",
        )
        for run in range(runs)
    }
    checkpoints = list(train(specs, (0, 5, 40), updates=True))
    return checkpoints[-1]


def alone(checkpoint: Checkpoint, row: int) -> Checkpoint:
    """The same checkpoint with one run only."""
    rows = torch.tensor([row])
    flats = {name: getattr(checkpoint, name)[rows] for name in ("parameters", "initial", "previous")}
    return replace(
        checkpoint,
        runs=(checkpoint.runs[row],),
        examples=checkpoint.examples.of(rows),
        network=checkpoint.network.of(rows),
        networks={moment: network.of(rows) for moment, network in checkpoint.networks.items()},
        trail={step: place[rows] for step, place in checkpoint.trail.items()},
        retired=set(),
        _kept={},
        **flats,
    )


def dead(checkpoint: Checkpoint) -> Checkpoint:
    """All parameters zero: no direction, no variance, one answer for everything."""
    return replace(checkpoint, parameters=torch.zeros_like(checkpoint.parameters), retired=set(), _kept={})

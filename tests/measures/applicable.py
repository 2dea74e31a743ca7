"""A checkpoint of a task and a model that have what a measure needs."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train
from phasescope.measures.measure import Measure
from phasescope.models import MODELS

from .checkpoints import trained

DECODER = "embedding_decoder"


def width(model: str) -> dict[str, Any]:
    """Eight units, of models that have a width."""
    return {"width": 8} if "width" in MODELS[model].model_fields else {}


@cache
def modular(model: str = "mlp", precision: str = "float64", *, steps: int = 40, modulus: int = 7) -> Checkpoint:
    """The last checkpoint of five runs on a classification task, trained on sets of two sizes."""
    small = {"mlp": {"embedding_width": 6}, "transformer": {"heads": 2}}.get(model, {}) | width(model)
    specs = {
        run: RunSpec(
            task={"name": "modular_arithmetic", "modulus": modulus, "train_fraction": 0.5 + 0.1 * (run % 2)},
            model={"name": model, **small},
            optimizer={"name": "adamw", "learning_rate": 1e-2},
            seed=run,
            precision="float64" if precision == "float64" else "float32",
        )
        for run in range(5)
    }
    return list(train(specs, (0, max(1, steps // 8), steps), updates=True))[-1]


@cache
def sequential(
    model: str = "transformer", precision: str = "float64", *, steps: int = 40, **changed: str
) -> Checkpoint:
    """The last checkpoint of five runs on a task whose answers are written token by token."""
    small = {"transformer": {"heads": 2, "normalisation": "pre"}}.get(model, {}) | width(model)
    specs = {
        run: RunSpec(
            task={"name": "moving_window_sum", "length": 5, "largest": 4, "modulus": 5, "test_examples": 10,
                  "train_examples": 30 + run % 2},
            model={"name": model, **small, **changed},
            optimizer={"name": "adamw", "learning_rate": 3e-3},
            seed=run,
            precision="float64" if precision == "float64" else "float32",
        )
        for run in range(5)
    }  # fmt: skip
    return list(train(specs, (0, max(1, steps // 8), steps), updates=True))[-1]


@cache
def parted(model: str = "mlp", precision: str = "float64") -> Checkpoint:
    """The last checkpoint of five runs on a task of several parts."""
    specs = {
        run: RunSpec(
            task={"name": "split_digits", "train_examples": 60 + run % 2, "test_examples": 100},
            model={"name": model, **({"channels": 3} if model == "cnn" else width(model))},
            optimizer={"name": "adamw", "learning_rate": 1e-2},
            seed=run,
            precision="float64" if precision == "float64" else "float32",
        )
        for run in range(5)
    }
    return list(train(specs, (0, 5, 40), updates=True))[-1]


def applies(measure: Measure, checkpoint: Checkpoint) -> bool:
    """Have task and model of a checkpoint what the measure needs?"""
    network = checkpoint.network
    return set(measure.needs) <= {*network.task.offers, *network.model.offers, network.task.inputs}


def applicable(
    measure: Measure, model: str | None = None, precision: str = "float64", *, scaled: bool = False
) -> Checkpoint:
    """The usual small shard, one on modular arithmetic or on sequences; skips the test where it applies to none."""
    if model is None:
        model = "transformer" if "attention" in measure.needs or "written_answers" in measure.needs else DECODER
        model = "mlp" if "parts" in measure.needs else model
    checkpoint = trained(model, precision, scaled=scaled)
    if applies(measure, checkpoint):
        return checkpoint
    if "tokens" in type(checkpoint.network.model).accepts and applies(measure, modular(model, precision)):
        return modular(model, precision)
    if "token_sequences" in type(checkpoint.network.model).accepts and applies(measure, sequential(model, precision)):
        return sequential(model, precision)
    if "images" in type(checkpoint.network.model).accepts and applies(measure, parted(model, precision)):
        return parted(model, precision)
    pytest.skip(f"{measure.name} does not apply to {model}")

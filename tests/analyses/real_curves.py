"""Curves of real runs, kept beside this file as JSON: small networks on which events can be judged by eye.

`python tests/analyses/real_curves.py` trains them again (about a minute); look at the curves before they are kept.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from phasescope.core.schedule import Checkpoints
from phasescope.core.spec import RunSpec
from phasescope.engine.train import train

FILE = Path(__file__).with_suffix(".json")
ADDITION = {"name": "toy_addition"}
SPECS: dict[str, tuple[int, list[dict[str, Any]]]] = {  # name -> steps, and what is special about each of its runs
    "addition, decoder": (
        4000,
        [
            {"task": ADDITION, "model": {"name": "embedding_decoder"}, "seed": seed,
             "optimizer": {"name": "adamw", "learning_rate": 1e-3, "weight_decay": decay}}
            for decay in (0.0, 5.0) for seed in range(2)
        ],
    ),
    "staircase of a deep linear network": (
        4000,
        [
            {"task": {"name": "deep_linear_regression", "singular_values": [9.0, 3.0, 1.0]}, "seed": seed,
             "model": {"name": "deep_linear", "depth": 2, "width": 8, "initial_scale": 1e-3},
             "optimizer": {"name": "sgd", "learning_rate": 0.02}}
            for seed in range(3)
        ],
    ),
    "sparse parity": (
        6000,
        [
            {"task": {"name": "sparse_parity", "bits": 16, "relevant": 3, "train_examples": 800},
             "model": {"name": "mlp", "width": 64, "hidden_layers": 1},
             "optimizer": {"name": "sgd", "learning_rate": 0.1}, "batch_size": 64, "seed": seed}
            for seed in range(3)
        ],
    ),
    "linear regression": (
        4000,
        [
            {"task": {"name": "deep_linear_regression"}, "model": {"name": "deep_linear", "depth": 1},
             "optimizer": {"name": "sgd", "learning_rate": 0.003}, "seed": seed}
            for seed in range(3)
        ],
    ),
}  # fmt: skip


def trained(steps: int, specs: list[dict[str, Any]]) -> dict[str, Any]:
    """Test losses to six digits at log-spaced checkpoints."""
    taken = Checkpoints(log_spaced=120).steps(steps)
    runs = {run: RunSpec.model_validate(spec) for run, spec in enumerate(specs)}
    losses = [[float(f"{loss:.6g}") for loss in at.losses("test").tolist()] for at in train(runs, taken)]
    return {"steps": list(taken), "losses": np.array(losses).T.tolist()}


if __name__ == "__main__":
    found = {name: trained(*family) for name, family in SPECS.items()}
    FILE.write_text(json.dumps(found) + "\n", encoding="utf-8")

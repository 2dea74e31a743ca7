"""Small families of runs for tests: every task with every model that can read it."""

from __future__ import annotations

from typing import Any

import numpy as np

from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train
from phasescope.models import MODELS
from phasescope.optimizers import OPTIMIZERS
from phasescope.tasks import TASKS

SMALL_TASKS: dict[str, dict[str, Any]] = {
    "toy_addition": {"symbols": 5, "train_examples": 11, "target_dimensions": 6},
    "modular_arithmetic": {"modulus": 5, "train_fraction": 0.6},
}
SMALL_MODELS: dict[str, dict[str, Any]] = {
    "mlp": {"width": 12, "hidden_layers": 2, "embedding_width": 4},
    "embedding_decoder": {"width": 10, "hidden_layers": 2, "embedding_width": 2},
    "transformer": {"width": 8, "heads": 2, "layers": 1, "hidden_factor": 2},
}
# With the usual ε, RMSprop divides by nearly nothing where a gradient vanishes, and rounding errors grow to steps.
SMALL_OPTIMIZERS: dict[str, dict[str, Any]] = {"rmsprop": {"epsilon": 1e-2}, "sgd": {"momentum": 0.5}}
PAIRS = [(t, m) for t in TASKS for m in MODELS if TASKS[t].inputs in MODELS[m].accepts]


def run_spec(task: str = "toy_addition", model: str = "embedding_decoder", *, seed: int = 0, **more: Any) -> RunSpec:
    """One small run; `optimizer`, `batch_size` and `precision` may be given."""
    optimizer = more.pop("optimizer", {"name": "adamw", "learning_rate": 3e-3, "weight_decay": 0.1})
    return RunSpec(
        task={"name": task, **SMALL_TASKS[task], **more.pop("task_settings", {})},
        model={"name": model, **SMALL_MODELS[model], **more.pop("model_settings", {})},
        optimizer=optimizer,
        seed=seed,
        precision=more.pop("precision", "float64"),
        **more,
    )


def family(count: int, task: str = "toy_addition", model: str = "embedding_decoder", **more: Any) -> dict[int, RunSpec]:
    """Runs that differ in every number that may differ within a shard: rate, decay, train-set size, seed."""
    return {number: _member(number, task, model, more) for number in range(count)}


def _member(number: int, task: str, model: str, more: dict[str, Any]) -> RunSpec:
    varied: dict[str, Any] = {"learning_rate": 1e-3 * (1 + number % 5), "weight_decay": 0.1 * (number % 3)}
    if number % 2:
        varied["embedding_learning_rate"] = 2e-3
    name = more.get("optimizer", "adamw")
    varied |= SMALL_OPTIMIZERS.get(name, {}) | more.get("optimizer_settings", {})
    varied |= {field: values[number % len(values)] for field, values in more.get("over_runs", {}).items()}
    ragged = (
        {"train_examples": 9 + number % 4} if task == "toy_addition" else {"train_fraction": 0.4 + 0.1 * (number % 3)}
    )
    ours = ("optimizer", "optimizer_settings", "over_runs", "model_settings", "task_settings")
    rest = {key: value for key, value in more.items() if key not in ours}
    for kind in ("model_settings", "task_settings"):
        chosen = {field: values[number % len(values)] for field, values in more.get(kind, {}).items()}
        rest[kind] = (ragged if kind == "task_settings" else {}) | chosen
    if "interventions" in rest:
        rest["interventions"] = tuple(_over_runs(number, choice) for choice in rest["interventions"])
    return run_spec(task, model, seed=number // 2, optimizer={"name": name, **varied}, **rest)


def _over_runs(number: int, choice: dict[str, Any]) -> dict[str, Any]:
    """Lists in an intervention are values over the runs."""
    return {k: v[number % len(v)] if isinstance(v, list) else v for k, v in choice.items()}


def trajectories(runs: dict[int, RunSpec], steps: tuple[int, ...], **more: Any) -> dict[int, np.ndarray]:
    """run -> (checkpoints, parameters) of every run, as float64."""
    kept: dict[int, list[np.ndarray]] = {run: [] for run in runs}
    for checkpoint in train(runs, steps, **more):
        collect(checkpoint, kept)
    return {run: np.stack(values) for run, values in kept.items() if values}


def collect(checkpoint: Checkpoint, kept: dict[int, list[np.ndarray]]) -> None:
    """Add the parameters at a checkpoint."""
    for run, values in zip(checkpoint.runs, checkpoint.parameters.double().cpu().numpy(), strict=True):
        kept[run].append(values.copy())


OPTIMIZER_NAMES = tuple(OPTIMIZERS)

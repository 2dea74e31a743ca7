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
    "sparse_parity": {"bits": 6, "test_examples": 4},
    "teacher_student": {"features": 5, "test_examples": 4},
    "deep_linear_regression": {"singular_values": [2.0, 1.0, 0.5], "basis": "random", "test_examples": 4},
    "sparse_sign": {"features": 6, "test_examples": 4},
    "separated_gaussians": {"features": 6, "test_examples": 4},
    "matrix_completion": {"size": 4},
    "digits": {},
    "permuted_digits": {"tested": 2, "test_examples": 4},
    "split_digits": {"test_examples": 8},
    "mnist": {"test_examples": 4},
    "cifar10": {"test_examples": 4},
    "own_arrays": {},
    **{name: {"length": 3, "test_examples": 4} for name in ("moving_window_sum", "prefix_sum", "copy", "reverse")},
    "permute": {"length": 3, "values": 4, "test_examples": 4},
    "histogram": {"length": 3, "alphabet": 4, "test_examples": 4},
    "digit_addition": {"digits": 1, "test_examples": 4},
    "delayed_memory": {"stimulus": 2, "delay": 1, "test_examples": 4},
    "markov_in_context": {"symbols": 4, "positions": 4, "test_examples": 4},
    "linear_ssm_teacher": {"positions": 4, "test_examples": 4},
    "induction": {"classes": 8, "labels": 4, "pairs": 2, "features": 5, "test_examples": 4},
}
SMALL_MODELS: dict[str, dict[str, Any]] = {
    "mlp": {"width": 12, "hidden_layers": 2, "embedding_width": 4},
    "embedding_decoder": {"width": 10, "hidden_layers": 2, "embedding_width": 2},
    "transformer": {"width": 8, "heads": 2, "layers": 1, "hidden_factor": 2},
    "disentangled_transformer": {"spread": 0.1},
    "deep_linear": {"width": 6, "initial_scale": 0.5},
    "rnn": {"width": 6, "cell": "leaky"},
    "cnn": {"channels": 3},
    "linear_ssm": {"width": 6},
    "diagonal_net": {"initial_scale": 0.5},
    "symmetric_factors": {"initial_scale": 0.5},
    "committee": {"width": 6},
}
# With the usual ε, RMSprop divides by nearly nothing where a gradient vanishes, and rounding errors grow to steps.
SMALL_OPTIMIZERS: dict[str, dict[str, Any]] = {"rmsprop": {"epsilon": 1e-2}, "sgd": {"momentum": 0.5}}
PAIRS = [(t, m) for t in TASKS for m in MODELS if TASKS[t].inputs in MODELS[m].accepts]
LONG, SHORT = (0, 1, 10, 100, 200), (0, 1, 10, 30)
OF_EVERY_KIND = {("toy_addition", "embedding_decoder"), ("modular_arithmetic", "transformer"), ("digits", "cnn"),
                 ("delayed_memory", "rnn"), ("teacher_student", "mlp")}  # fmt: skip


def steps_of(task: str, model: str) -> tuple[int, ...]:
    """Checkpoints of a pair: some go on for hundreds of steps, all for some tens, so that the suite stays quick."""
    return LONG if (task, model) in OF_EVERY_KIND else SHORT


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
    settings = TASKS[task].model_fields
    ragged: dict[str, Any] = {"train_examples": 9 + number % 4} if "train_examples" in settings else {}
    if "train_fraction" in settings:
        ragged = {"train_fraction": 0.4 + 0.1 * (number % 3)}
    ours = ("optimizer", "optimizer_settings", "over_runs", "model_settings", "task_settings")
    rest = {key: value for key, value in more.items() if key not in ours}
    for kind in ("model_settings", "task_settings"):
        chosen = {field: values[number % len(values)] for field, values in more.get(kind, {}).items()}
        rest[kind] = (ragged if kind == "task_settings" else {}) | chosen
    if isinstance(rest.get("batch_size"), list):
        rest["batch_size"] = rest["batch_size"][number % len(rest["batch_size"])]
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

"""Made-up experiments of known answer: for the gallery, the documentation and the tests. Nothing here was trained.

The test accuracy of a run rises at a time that grows with weight decay and falls with the learning rate, smoothly, so
that the four phases of Liu et al. 2022 lie where one would look for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phasescope.core.curves import Curves
from phasescope.core.records import Run, RunState
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures.made_up_arrays import made_up_arrays
from phasescope.figures.material import Material, selected

LAYERS = ("embedding", "hidden_1", "hidden_2", "output")
UNITS = {
    "train_accuracy": "share", "test_accuracy": "share", "layer_rotation.*": "1 − cosine",
    "drift_to_initial.*": "1 − CKA", "drift_to_previous.*": "1 − CKA",
}  # fmt: skip
STEPS = 5000


def made_up(
    *,
    columns: int = 16,
    rows: int = 16,
    seeds: int = 1,
    checkpoints: int = 60,
    trained: float = 1.0,
    axes: Sequence[dict[str, Any]] | None = None,
    **view: Any,
) -> Material:
    """An experiment over learning rate and weight decay (or other axes), of which the first share is trained.

    Runs train in coarse-to-fine order: `trained` of them are finished, the next sixteenth are half-way, the rest wait.
    """
    if axes is None:
        axes = [
            {"path": "optimizer.learning_rate", "log": [1e-4, 1e-2, columns]},
            {"path": "optimizer.weight_decay", "linear": [0, 20, rows]},
        ]
    experiment = _experiment(axes, seeds, checkpoints)
    cells = list(experiment.cells())
    steps = np.array(experiment.checkpoints.steps(STEPS), dtype=np.int64)
    order = np.argsort([cell.training_pass for cell in cells], kind="stable")
    last_step = np.full(len(cells), -1)
    last_step[order[: round(trained * len(cells))]] = STEPS
    if trained < 1:
        last_step[order[round(trained * len(cells)) :][: max(1, len(cells) // 16)]] = STEPS // 2
    place = np.array([_place(experiment, cell.point) for cell in cells]).reshape(-1, 2)
    values = _values(place, np.array([cell.spec.seed for cell in cells]), steps)
    missing = steps > last_step[:, None]
    for series in values.values():
        series[missing] = np.nan
    runs = tuple(
        _run(number, cell.point, cell.spec.seed, int(step))
        for number, (cell, step) in enumerate(zip(cells, last_step.tolist(), strict=True), start=1)
    )
    curves = Curves(tuple(run.id for run in runs), steps, values)
    look = View(experiment=1, **view)
    arrays = made_up_arrays(curves.of(selected(look)), LAYERS)
    return Material(experiment, runs, curves, look, UNITS, arrays=arrays)


def _experiment(axes: Sequence[dict[str, Any]], seeds: int, checkpoints: int) -> ExperimentSpec:
    return ExperimentSpec.model_validate(
        {
            "name": "Made-up phases",
            "task": {"name": "toy_addition"},
            "model": {"name": "embedding_decoder"},
            "optimizer": {"name": "adamw", "learning_rate": 1e-3, "weight_decay": 1.0},
            "steps": STEPS,
            "checkpoints": {"log_spaced": checkpoints},
            "axes": list(axes),
            "seeds": seeds,
        }
    )


def _place(experiment: ExperimentSpec, point: dict[str, Any]) -> tuple[float, float]:
    """Where a point lies along the first and the second axis, each from 0 to 1."""
    found = []
    for axis in experiment.axes[:2]:
        points = axis.points()
        found.append(points.index(point[axis.path]) / max(len(points) - 1, 1))
    across, up, *_ = (*found, 0.5, 0.5)
    return across, up


def _values(
    place: NDArray[np.float64], seed: NDArray[np.int64], steps: NDArray[np.int64]
) -> dict[str, NDArray[np.float32]]:
    """(R, C) of every series: logistic in log step, at times that depend on the place and a little on the seed."""
    across, up = place[:, :1], place[:, 1:]
    jitter = np.random.default_rng(0).normal(0, 0.06, size=(len(place), 2)) * (1 + seed[:, None] % 3)
    time = np.log10(np.maximum(steps, 0.5))
    train_time = 3.1 - 1.2 * across + 3.5 * np.maximum(up - 0.35 - 0.6 * across, 0) + jitter[:, :1]
    test_time = train_time + 0.05 + 1.3 * np.maximum(0.8 * across + 0.7 * up - 0.45, 0) + jitter[:, 1:] * 0.5
    train = 0.05 + 0.95 / (1 + np.exp(-12 * (time - train_time)))
    test = 0.05 + 0.95 / (1 + np.exp(-14 * (time - test_time)))
    values = {
        "train_accuracy": train, "test_accuracy": test,
        "train_loss": 2.5 * np.exp(-5 * train) + 1e-4, "test_loss": 2.8 * np.exp(-6 * test) + 4e-4,
        "weight_norm": 8 + 6 * train - 4 * up * test,
    }  # fmt: skip
    for symbol in (0, 1, 2):  # they come to stand evenly as the test accuracy rises, a little later than expected
        evenly = (symbol - 1.0) * np.ones_like(test)
        begin = 0.6 * np.cos(3 * symbol + seed[:, None])
        values[f"symbol_place.{symbol}"] = begin + (evenly - begin) * test
        values[f"symbol_place_of_theory.{symbol}"] = begin + (evenly - begin) * np.sqrt(test)
    values["swap_level"] = 0.4 + 0.2 * across + 0 * test
    for depth, layer in enumerate(LAYERS):
        moved = (0.25 + 0.15 * depth) * train**2 + 0.1 * test
        values[f"drift_to_initial.{layer}"] = moved - moved[:, :1]
        values[f"drift_to_previous.{layer}"] = np.abs(np.diff(moved, axis=1, prepend=moved[:, :1])) * 0.8
        for number in (1, 2, 3):
            values[f"singular_value_{number}.{layer}"] = (1 + depth) * (1 + 3 * train / number**2) / number
        values[f"effective_rank.{layer}"] = 24 - 4 * depth - 12 * test * train
    return {name: series.astype(np.float32) for name, series in values.items()}


def _run(number: int, point: dict[str, Any], seed: int, step: int) -> Run:
    state: RunState = "queued" if step < 0 else "finished" if step == STEPS else "running"
    return Run(id=number, point=point, seed=seed, state=state, step=max(step, 0), message=None, summary={})

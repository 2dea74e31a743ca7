"""Every figure in every situation, on made-up data: what the gallery shows is what the tests check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from phasescope.core.curves import Curves
from phasescope.core.view import View
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material, selected

RATE = {"path": "optimizer.learning_rate", "log": [1e-4, 1e-2, 16]}
DECAY = {"path": "optimizer.weight_decay", "linear": [0, 20, 16]}
ACTIVATION = {"path": "model.activation", "values": ["tanh", "relu", "gelu"]}
FRACTIONS = {"path": "task.train_fraction", "values": [0.2, 0.3, 0.4, 0.6, 0.8]}


def empty() -> Material:
    """An experiment without any run."""
    material = made_up(columns=4, rows=4)
    none = Curves((), np.zeros(0, dtype=np.int64), {})
    return replace(material, runs=(), curves=none, arrays=())


def queued() -> Material:
    """Nothing has been trained, but cells are selected."""
    material = made_up(columns=16, rows=16, runs=(1, 2))
    runs = tuple(run.model_copy(update={"state": "queued", "step": 0}) for run in material.runs)
    return replace(material, runs=runs, curves=Curves((), np.zeros(0, dtype=np.int64), {}), arrays=())


def unfinished() -> Material:
    """A part of the grid is trained, some runs are on their way, and two of these are selected."""
    material = made_up(columns=32, rows=32, trained=0.12)
    running = [run.id for run in material.runs if run.state == "running"]
    return replace(material, view=View(experiment=1, runs=(1, 529, *running[::20])[:4], run=running[0]))


def diverged() -> Material:
    """One of three runs diverges at a step of its own; another has a series that is undefined for a while."""
    material = made_up(columns=8, rows=8, runs=(13, 44, 61), run=61, step=900)
    curves, cut = material.curves, 130
    steps = np.unique(np.append(curves.steps, cut))
    place = {int(step): index for index, step in enumerate(steps.tolist())}
    values = {}
    for name, old in curves.values.items():
        wide = np.full((len(curves.runs), len(steps)), np.nan, dtype=np.float32)
        wide[:, [place[int(step)] for step in curves.steps.tolist()]] = old
        wide[43, steps > cut] = np.nan
        wide[43, place[cut]] = wide[43, place[cut] - 1]
        if name == "test_accuracy" or name.startswith("drift_to_initial"):
            wide[60, (steps > 40) & (steps < 160)] = np.nan
        if name == "weight_norm":
            wide[19, :] = np.nan
        values[name] = wide
    reasons = {(61, name): "fewer than two classes among the probe inputs" for name in values if "drift_to_i" in name}
    reasons |= {(61, "test_accuracy"): "the test set was empty", (20, "weight_norm"): "weights are not finite"}
    runs = list(material.runs)
    update = {"state": "diverged", "step": cut, "message": "the loss became infinite"}
    runs[43] = runs[43].model_copy(update=update)
    return replace(material, runs=tuple(runs), curves=Curves(curves.runs, steps, values, reasons))


def _seeds(**view: Any) -> Material:
    return made_up(columns=12, rows=12, seeds=5, runs=_cells_of_seeds((20, 66, 99), 5), **view)


def _cells_of_seeds(cells: tuple[int, ...], seeds: int) -> tuple[int, ...]:
    return tuple(cell * seeds + seed + 1 for cell in cells for seed in range(seeds))


EXAMPLES: dict[str, Callable[[], Material]] = {
    "no runs": empty,
    "nothing trained": queued,
    "nothing selected": made_up,
    "one run": lambda: made_up(runs=(120,), run=120),
    "four cells": lambda: made_up(runs=(18, 90, 120, 230)),
    "loss": lambda: made_up(runs=(18, 90, 120, 230), series="loss", step=400),
    "linear steps": lambda: made_up(runs=(18, 120), step_scale="linear", step=2000),
    "early in training": lambda: made_up(runs=(120,), step=300),
    "seeds": _seeds,
    "coloured by a series": lambda: _seeds(colour="weight_norm", series="weight_norm"),
    "coloured over decades": lambda: made_up(colour="test_loss", series="test_loss", runs=(7, 77)),
    "coloured by events": lambda: made_up(colour="drop_step", checkpoints=100, runs=(7, 77)),
    "boundaries": lambda: made_up(columns=12, rows=12, seeds=5, boundaries=True, runs=(66,)),
    "level lines": lambda: made_up(colour="grokking_delay", levels=(500, 1000), runs=(7, 77)),
    "disagreement": lambda: _seeds(over_seeds="disagreement"),
    "own phases": lambda: made_up(
        rule="early: first(test_accuracy >= 0.5) < 800; late: test_accuracy >= 0.5", runs=(18, 90, 120)
    ),
    "a condition": lambda: made_up(colour="test_loss <= 0.1", series="loss", runs=(18, 90)),
    "many seeds": lambda: made_up(columns=2, rows=2, seeds=24, checkpoints=120, runs=tuple(range(25, 49)), run=25),
    "two cells": lambda: _seeds(step_scale="linear", step=700),
    "unfinished": unfinished,
    "diverged and undefined": diverged,
    "undefined cells": lambda: replace(diverged(), view=View(experiment=1, colour="weight_norm", runs=(20,))),
    "many runs": lambda: made_up(columns=16, rows=16, runs=tuple(range(1, 257, 2))),
    "one axis": lambda: made_up(axes=[RATE], seeds=3, runs=(4, 5, 6)),
    "no axes": lambda: made_up(axes=[], seeds=4, runs=(1, 2, 3, 4)),
    "categories": lambda: made_up(axes=[ACTIVATION, FRACTIONS], seeds=2, runs=(3, 4, 17)),
    "axis over seeds": lambda: made_up(axes=[DECAY], seeds=6, y="seed", runs=(20,)),
    "one layer": lambda: made_up(runs=(120,), layer="hidden_2"),
}


def as_served(material: Material) -> Material:
    """The material as the server gives it to a figure of scope `selection`: all runs, but curves of the selected."""
    return replace(material, curves=material.curves.of(selected(material.view)))


def large(*, runs: tuple[int, ...] = (), checkpoints: int = 400, **view: Any) -> Material:
    """4,096 cells, as large as figures are promised to be quick and small."""
    return made_up(columns=64, rows=64, checkpoints=checkpoints, runs=runs, **view)

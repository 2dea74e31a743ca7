"""What the catalogue says of networks and tasks is what they are: every task with every kind of model that reads it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from phasescope.core.catalogue import Entry, kept_catalogue
from phasescope.core.choices import with_defaults
from phasescope.core.dimensions import shape_of
from phasescope.core.errors import InvalidSpec
from phasescope.core.named_parts import activation_sizes, names_of, task_shape
from phasescope.core.shape import Shape
from phasescope.core.spec import RunSpec
from phasescope.models import MODELS
from phasescope.models.hooks import Hooks
from phasescope.tasks import TASKS
from phasescope.worker.alternatives import merged

from ..models.test_common import SMALL as KINDS
from ..tasks.test_common import SMALL as TASK_KINDS
from .families import PAIRS, SMALL_TASKS

CATALOGUE = kept_catalogue()
MORE: dict[str, list[dict[str, Any]]] = {  # that the common table lacks
    "transformer": [{"width": 8, "heads": 2, "layers": 2, "tied": True, "normalisation": "pre", "hidden_factor": 3}],
    "rnn": [{"width": 8, "cell": "gru"}],
    "disentangled_transformer": [{"layers": 3, "heads": 2, "last_heads": 3, "spread": 0.1}],
    "deep_linear": [{"width": 7, "depth": 1}],
}


class Seen(Hooks):
    def __init__(self) -> None:
        self.sizes: dict[str, tuple[int, ...]] = {}

    def __call__(self, name: str, values: Tensor) -> Tensor:
        self.sizes[name] = tuple(values.shape[1:])
        return values


def inputs_of(shape: Shape) -> Tensor:
    if "token" in shape.inputs:
        return torch.zeros((1, shape.positions), dtype=torch.int64)
    size = (1, shape.positions, shape.features) if shape.inputs == "sequences" else (1, shape.features)
    return torch.zeros(size, dtype=torch.float64)


@pytest.mark.parametrize(("task", "model"), PAIRS)
def test_weights_and_activations_and_their_sizes(task: str, model: str) -> None:
    for settings in (*KINDS[model], *MORE.get(model, ())):
        run = RunSpec(
            task={"name": task, **SMALL_TASKS[task]}, model={"name": model, **settings}, optimizer={"name": "sgd"}
        )
        made, shape, seen = MODELS[model](**settings), TASKS[task](**SMALL_TASKS[task]).shape(), Seen()
        try:
            weights = made.initial(shape, np.random.default_rng(0))
        except InvalidSpec:  # tied, and the task does not answer with its tokens: refused for that
            continue
        made.forward({name: torch.from_numpy(value) for name, value in weights.items()}, inputs_of(shape), seen)
        known = {name: activation_sizes(name, run, CATALOGUE) for name in names_of("activation", run, CATALOGUE)}
        assert known.keys() == seen.sizes.keys()
        for name, sizes in known.items():
            assert sizes is not None
            assert len(sizes) == len(seen.sizes[name])
            assert all(size in (None, real) for size, real in zip(sizes, seen.sizes[name], strict=True)), name
            assert task == "own_arrays" or model == "cnn" or None not in sizes  # how large those are their file says
        if task != "own_arrays":
            groups = {name[: len(name) - len(rest)] for name in weights for rest in ("", *_endings(name))}
            assert set(names_of("weights", run, CATALOGUE)) == groups


def _endings(name: str) -> list[str]:
    """`.b.c` and `.c` of `a.b.c`."""
    return [name[place:] for place, letter in enumerate(name) if letter == "."]


@pytest.mark.parametrize("name", TASKS)
def test_sizes_of_a_task_are_known_without_making_one(name: str) -> None:
    entry = CATALOGUE.entry("task", name)
    for settings in (SMALL_TASKS[name], *TASK_KINDS[name]):
        run = RunSpec(task={"name": name, **settings}, model={}, optimizer={})
        assert task_shape(run, CATALOGUE) == (None if name == "own_arrays" else TASKS[name](**settings).shape())
    if entry.dimensions:
        assert set(entry.dimensions) <= {"outputs", "positions", "vocabulary", "features", "readout"}


def test_what_is_nothing_counts_as_zero_and_a_list_as_its_length() -> None:
    sizes = {"outputs": "modes + 1", "features": "width * 2 + more", "readout": "'every'"}
    made = shape_of("vectors", sizes, {"modes": [3.0, 1.0], "width": 4, "more": None})
    assert made == Shape(inputs="vectors", outputs=3, features=8, readout="every")


def test_settings_that_are_left_out_because_they_do_nothing_count_all_the_same() -> None:
    entry: Entry = CATALOGUE.entry("model", "transformer")
    assert with_defaults(entry, {"name": "transformer"})["attention_biases"] is False


@pytest.mark.parametrize(
    ("having", "found"),
    [
        ([{"a": 1, "b": True}], ({"a": (1,), "b": (True,)},)),
        ([{"a": 1, "b": True}, {"a": 1, "b": False}], ({"a": (1,)},)),
        ([{"a": 1, "b": True}, {"a": 2, "b": True}], ({"a": (1, 2), "b": (True,)},)),
        ([{"a": 1, "b": True}, {"a": 2, "b": False}], ({"a": (1,), "b": (True,)}, {"a": (2,), "b": (False,)})),
        ([{"a": a, "b": b} for a in (1, 2, 3) for b in (True, False)], ()),
    ],
)
def test_alternatives_are_said_shortly(having: list[dict[str, Any]], found: tuple[dict[str, Any], ...]) -> None:
    assert merged(having, {"a": (1, 2, 3), "b": (True, False)}) == found

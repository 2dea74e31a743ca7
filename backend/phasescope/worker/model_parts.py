"""What the weights and activations of a model are called, read off very small networks of all kinds it can be."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from phasescope.core.errors import InvalidSpec
from phasescope.core.shape import Shape
from phasescope.models.hooks import Hooks
from phasescope.models.model import Model

SIZES: dict[str, Any] = {"outputs": 4, "positions": 4, "vocabulary": 4, "features": 64}
Names = dict[str, None]  # a set that keeps its order


def named_parts(model: type[Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of weights and layers, and of activations, over all networks that the model can be, as patterns.

    `hidden_1.weight` gives `hidden_{hidden_layers}` and `hidden_{hidden_layers}.weight`, where that setting counts
    them. Settings that decide which parts there are at all (biases, the cell of an RNN) are tried two at a time.
    """
    least, choices = _settings(model)
    parts: tuple[Names, Names] = ({}, {})
    for settings in _variants(least, choices):
        for names, found in zip(parts, _names(model, settings), strict=True):
            names.update(found)
    counted: dict[str, str] = {}  # a name with the number 1 -> its pattern
    for name, value in least.items():
        for names, found in zip(parts, _names(model, least | {name: value + 1}), strict=True):
            for new in (one for one in found if one not in names):
                number = str(value + 1)
                counted[re.sub(rf"_{number}\b", "_1", new)] = re.sub(rf"_{number}\b", f"_{{{name}}}", new)
    for names in parts:  # names that only some kinds have, such as biases, count as their neighbours do
        for name in names:
            layer, _, rest = name.partition(".")
            if name not in counted and layer in counted:
                counted[name] = f"{counted[layer]}.{rest}"
    groups, activations = (tuple(dict.fromkeys(counted.get(name, name) for name in names)) for names in parts)
    return groups, activations


def _settings(model: type[Model]) -> tuple[dict[str, int], dict[str, list[Any]]]:
    """The least value of each whole-number setting, and the values of each setting that has a few."""
    least: dict[str, int] = {}
    choices: dict[str, list[Any]] = {}
    for name, schema in model.model_json_schema()["properties"].items():
        if name in Model.model_fields:
            continue
        if schema.get("type") == "integer":
            least[name] = int(schema["minimum"])
        elif schema.get("type") == "boolean":
            choices[name] = [not schema["default"]]
        elif "enum" in schema:
            choices[name] = [value for value in schema["enum"] if value != schema["default"]]
    return least, choices


def _variants(least: dict[str, int], choices: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """The smallest network, and those in which one or two of the choices are others."""
    yield dict(least)
    for count in (1, 2):
        for fields in itertools.combinations(choices, count):
            for values in itertools.product(*(choices[field] for field in fields)):
                yield {**least, **dict(zip(fields, values, strict=True))}


def _names(model: type[Model], settings: dict[str, Any]) -> tuple[Names, Names]:
    """Names of weights and layers, and of activations, of one network; none where the settings do not go together."""
    weights: Names = {}
    seen = _Names()
    try:
        made = model(**settings)
        for shape in _shapes(model):
            drawn = made.initial(shape, np.random.default_rng(0))
            for name in drawn:
                places = name.split(".")
                weights |= {".".join(places[: depth + 1]): None for depth in range(len(places))}
            with torch.no_grad():
                made.forward({name: torch.from_numpy(value) for name, value in drawn.items()}, _inputs(shape), seen)
    except (ValueError, InvalidSpec):
        return weights, seen.names
    return weights, seen.names


def _shapes(model: type[Model]) -> Iterator[Shape]:
    for kind in model.accepts:
        if kind in ("sequences", "token_sequences"):
            yield Shape(**SIZES | {"inputs": kind, "readout": "every"})
        if kind != "token_sequences":
            yield Shape(**SIZES | {"inputs": kind})


def _inputs(shape: Shape) -> Tensor:
    """One example of zeros."""
    if "token" in shape.inputs:
        return torch.zeros((1, shape.positions), dtype=torch.int64)
    size = (1, shape.positions, shape.features) if shape.inputs == "sequences" else (1, shape.features)
    return torch.zeros(size, dtype=torch.float64)


class _Names(Hooks):
    def __init__(self) -> None:
        self.names: Names = {}

    def __call__(self, name: str, values: Tensor) -> Tensor:
        self.names[name] = None
        return values

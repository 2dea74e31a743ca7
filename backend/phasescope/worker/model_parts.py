"""What the weights and activations of a model are called, read off very small networks of all kinds it can be."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from phasescope.core.catalogue import Choices
from phasescope.core.errors import InvalidSpec
from phasescope.core.shape import Shape
from phasescope.models.hooks import Hooks
from phasescope.models.model import Model
from phasescope.worker.alternatives import merged

SIZES: dict[str, Any] = {"outputs": 4, "positions": 4, "features": 64}
Names = dict[str, None]  # a set that keeps its order
Kind = tuple[tuple[str, Any], ...]  # one value for each choice that there is, in their order


@dataclass(frozen=True)
class Parts:
    """Names as patterns; and where not every network has a part, the choices that networks which do have made."""

    groups: tuple[str, ...]
    activations: tuple[str, ...]
    conditions: dict[str, dict[str, tuple[Choices, ...]]]  # of groups, and of activations


def named_parts(model: type[Model]) -> Parts:
    """Names of weights and layers, and of activations, over all networks that the model can be, as patterns.

    `hidden_1.weight` gives `hidden_{hidden_layers}` and `hidden_{hidden_layers}.weight`, where that setting counts
    them. Settings that decide which parts there are at all (biases, the cell of an RNN) are tried two at a time, each
    with every kind of task; those that decide about a part are then tried all together.
    """
    tried = _Tried(model)
    for kind in tried.two_at_a_time():
        tried.parts(kind)
    known = tried.known()
    counted = _counted(tried, *known)
    conditions = {
        kind: {counted.get(name, name): found for name in names if (found := tried.conditions(name, place))}
        for place, (kind, names) in enumerate(zip(("groups", "activations"), known, strict=True))
    }
    groups, activations = (tuple(dict.fromkeys(counted.get(name, name) for name in names)) for names in known)
    return Parts(groups, activations, conditions)


def _counted(tried: _Tried, groups: Names, activations: Names) -> dict[str, str]:
    """A name with the number 1 -> its pattern."""
    counted: dict[str, str] = {}
    for name, value in tried.least.items():
        for names, found in zip((groups, activations), tried.with_more(name), strict=True):
            for new in (one for one in found if one not in names):
                number = str(value + 1)
                counted[re.sub(rf"_{number}\b", "_1", new)] = re.sub(rf"_{number}\b", f"_{{{name}}}", new)
    for names in (groups, activations):  # names that only some kinds have, such as biases, count as their neighbours do
        for name in names:
            layer, _, rest = name.partition(".")
            if name not in counted and layer in counted:
                counted[name] = f"{counted[layer]}.{rest}"
    return counted


class _Tried:
    """Networks of a model that have been looked at: what each kind of them has."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self.least, self._choices = _settings(model)
        self._found: dict[Kind, tuple[Names, Names] | None] = {}

    def parts(self, kind: Kind) -> tuple[Names, Names] | None:
        """What networks of a kind have; nothing where there is none of that kind."""
        if kind not in self._found:
            self._found[kind] = _names(self._model, self.least | dict(kind))
        return self._found[kind]

    def with_more(self, name: str) -> tuple[Names, Names]:
        """What networks of all kinds of tasks have with one more of something that is counted."""
        both: tuple[Names, Names] = ({}, {})
        for kind in self._over_tasks({}):
            found = _names(self._model, self.least | dict(kind) | {name: self.least[name] + 1})
            for names, own in zip(both, found or ({}, {}), strict=True):
                names.update(own)
        return both

    def known(self) -> tuple[Names, Names]:
        """All names that have been seen."""
        both: tuple[Names, Names] = ({}, {})
        for found in self._found.values():
            for names, own in zip(both, found or ({}, {}), strict=True):
                names.update(own)
        return both

    def two_at_a_time(self) -> Iterator[Kind]:
        """The usual network, and those in which one or two of the choices are others."""
        others = {name: values[1:] for name, values in self._choices.items() if not name.startswith("task.")}
        for count in (0, 1, 2):
            for fields in itertools.combinations(others, count):
                for values in itertools.product(*(others[field] for field in fields)):
                    yield from self._over_tasks(dict(zip(fields, values, strict=True)))

    def conditions(self, name: str, place: int) -> tuple[Choices, ...]:
        """Which choices networks with this name have made; nothing where all networks have it."""
        deciding = sorted(self._deciding(name, place), key=list(self._choices).index)
        having = []
        for values in itertools.product(*(self._choices[field] for field in deciding)):
            made = dict(zip(deciding, values, strict=True))
            kinds = [kind for kind in self._over_tasks(made) if made.items() <= dict(kind).items()]
            founds = [found for kind in kinds if (found := self.parts(kind)) is not None]
            if founds and name in founds[0][place]:
                having.append(made)
        return merged(having, self._choices) if deciding else ()

    def _deciding(self, name: str, place: int) -> set[str]:
        """The choices that decide, of two networks that differ in one alone, which has the name."""
        fields: set[str] = set()
        known = {kind: found for kind, found in self._found.items() if found is not None}
        for (one, found), (other, others) in itertools.combinations(known.items(), 2):
            differing = [field for (field, value), (_, another) in zip(one, other, strict=True) if value != another]
            if len(differing) == 1 and (name in found[place]) != (name in others[place]):
                fields |= set(differing)
        return fields

    def _over_tasks(self, made: Mapping[str, Any]) -> Iterator[Kind]:
        """Kinds with these choices, else the usual ones, for every kind of task or the one that is chosen."""
        usual = {name: values[0] for name, values in self._choices.items()} | dict(made)
        for inputs in self._choices["task.inputs"]:
            for readout in _readouts(inputs):
                task = {"task.inputs": inputs, "task.readout": readout}
                if all(made.get(name, value) == value for name, value in task.items()):
                    yield tuple((usual | task).items())


def _readouts(inputs: str) -> tuple[str, ...]:
    return {"token_sequences": ("every",), "sequences": ("last", "every")}.get(inputs, ("last",))


def _settings(model: type[Model]) -> tuple[dict[str, int], dict[str, list[Any]]]:
    """The least value of each whole-number setting, and the values, the usual one first, of each that has a few."""
    least: dict[str, int] = {}
    choices: dict[str, list[Any]] = {}
    for name, schema in model.model_json_schema()["properties"].items():
        if name in Model.model_fields:
            continue
        if schema.get("type") == "integer":
            least[name] = int(schema["minimum"])
        elif schema.get("type") == "boolean":
            choices[name] = [schema["default"], not schema["default"]]
        elif "enum" in schema:
            choices[name] = sorted(schema["enum"], key=lambda value: value != schema["default"])
    return least, choices | {"task.inputs": list(model.accepts), "task.readout": ["last", "every"]}


def _names(model: type[Model], settings: Mapping[str, Any]) -> tuple[Names, Names] | None:
    """Names of weights and layers, and of activations, of one network; nothing where settings do not go together."""
    weights: Names = {}
    seen = _Names()
    own = {name: value for name, value in settings.items() if not name.startswith("task.")}
    inputs, readout = settings["task.inputs"], settings["task.readout"]
    shape = Shape(**SIZES | {"inputs": inputs, "readout": readout, "vocabulary": 4 * ("token" in inputs)})
    try:
        made = model(**own)
        drawn = made.initial(shape, np.random.default_rng(0))
        for name in drawn:
            places = name.split(".")
            weights |= {".".join(places[: depth + 1]): None for depth in range(len(places))}
        with torch.no_grad():
            made.forward({name: torch.from_numpy(value) for name, value in drawn.items()}, _inputs(shape), seen)
    except (ValueError, InvalidSpec):
        return None
    return weights, seen.names


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

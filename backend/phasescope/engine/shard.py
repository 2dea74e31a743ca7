"""A shard: the runs that are trained together, made ready from their specs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import JsonValue
from torch import Tensor

from phasescope.core.errors import PhasescopeError
from phasescope.core.spec import RunSpec
from phasescope.engine.examples import EmptySet, Examples, empty_set, stack
from phasescope.engine.label_noise import with_label_noise
from phasescope.engine.layout import Layout
from phasescope.engine.network import Head, Network
from phasescope.engine.precision import DTYPES
from phasescope.engine.seeding import generator, run_keys
from phasescope.interventions import INTERVENTIONS
from phasescope.interventions.intervention import Intervention
from phasescope.models import MODELS
from phasescope.models.model import Model
from phasescope.optimizers import OPTIMIZERS
from phasescope.optimizers.optimizer import Optimizer
from phasescope.tasks import TASKS
from phasescope.tasks.class_task import ClassTask
from phasescope.tasks.fresh import FreshTask
from phasescope.tasks.task import Data, Task

SMOOTHING = "task.label_smoothing"  # as interventions name it
SETTLING = 256  # training inputs that initial weights may be settled on


class NoBatchSize(PhasescopeError):
    """New examples at every step, and nobody says how many."""


@dataclass(frozen=True)
class Shard:
    """R runs of one signature: their networks, examples, initial parameters and settings."""

    specs: tuple[RunSpec, ...]
    tasks: tuple[Task, ...]  # of each run
    network: Network
    models: tuple[Model, ...]  # of each run; they differ in numbers alone
    optimizer: Optimizer  # the update rule that all runs share; their numbers may differ
    optimizers: tuple[Optimizer, ...]  # of each run
    interventions: tuple[tuple[Intervention, ...], ...]  # of each run
    examples: Examples
    initial: Tensor  # (R, P)
    keys: Tensor  # (R,) for randomness at each step

    def of(self, rows: Tensor) -> Shard:
        """Some of the runs."""
        chosen = rows.tolist()
        return replace(
            self,
            specs=tuple(self.specs[row] for row in chosen),
            tasks=tuple(self.tasks[row] for row in chosen),
            network=self.network.of(rows),
            models=tuple(self.models[row] for row in chosen),
            optimizers=tuple(self.optimizers[row] for row in chosen),
            interventions=tuple(self.interventions[row] for row in chosen),
            examples=self.examples.of(rows),
            initial=self.initial[rows],
            keys=self.keys[rows],
        )


def settings(choice: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A choice without its name: what its record is made from."""
    return {name: value for name, value in choice.items() if name != "name"}


def prepare(specs: Sequence[RunSpec], device: torch.device) -> Shard:
    """Make runs of one signature ready to train; raises NotFound, EmptySet, NoClasses or NoBatchSize."""
    tasks = [TASKS[str(spec.task["name"])].model_validate(settings(spec.task)) for spec in specs]
    models = [model_of(spec) for spec in specs]
    optimizers = [OPTIMIZERS[str(spec.optimizer["name"])].model_validate(settings(spec.optimizer)) for spec in specs]
    dtype = DTYPES[specs[0].precision]
    if isinstance(tasks[0], FreshTask) and tasks[0].fresh and any(spec.batch_size is None for spec in specs):
        raise NoBatchSize("batch_size: with task.fresh, say how many new examples a step takes.")
    interventions = [_interventions(spec) for spec in specs]
    data = _smoothed(tasks, interventions, [drawn(task, spec) for task, spec in zip(tasks, specs, strict=True)])
    empty = {row: why for row, (task, one) in enumerate(zip(tasks, data, strict=True)) if (why := lacks(task, one))}
    if empty:
        raise EmptySet(empty)
    shape = tasks[0].shape()
    weights = [
        model.settled(model.initial(shape, generator(spec.seed, "initial weights")), _first_inputs(one))
        for model, spec, one in zip(models, specs, data, strict=True)
    ]
    layout = Layout.of(weights[0])
    initial = torch.from_numpy(np.stack([layout.flat(one) for one in weights])).to(device=device, dtype=dtype)
    return Shard(
        specs=tuple(specs),
        tasks=tuple(tasks),
        network=Network(tasks[0], models[0], layout, _head(models, initial)),
        models=tuple(models),
        optimizer=optimizers[0],
        optimizers=tuple(optimizers),
        interventions=tuple(interventions),
        examples=stack(data, dtype=dtype, device=device),
        initial=initial,
        keys=run_keys([spec.seed for spec in specs], device),
    )


def lacks(task: Task, data: Data, more: str = "") -> str | None:
    """Why a run cannot be trained on this data; nothing where it can."""
    name = empty_set(data)
    if name is None:
        return None
    fields = [field for field in ("train_examples", "train_fraction", "test_examples") if hasattr(task, field)]
    sizes = ", ".join(f"task.{field} = {getattr(task, field)}" for field in fields) or f"task {task.name}"
    return f"A run has no {name} example with {sizes}{more}: change the number or the fraction of examples."


def lacks_examples(spec: RunSpec) -> str | None:
    """Why a run cannot be trained from the start; nothing where it has examples to train on and to be tested on."""
    task = TASKS[str(spec.task["name"])].model_validate(settings(spec.task))
    return lacks(task, drawn(task, spec))


def model_of(spec: RunSpec) -> Model:
    """The model record of a run; raises NotFound."""
    return MODELS[str(spec.model["name"])].model_validate(settings(spec.model))


def initial_weights(shard: Shard, row: int, random: np.random.Generator) -> NDArray[Any]:
    """(P,) initial parameters of one run, drawn by a generator."""
    model, network, train = shard.models[row], shard.network, shard.examples.train
    inputs = train.inputs[row, : min(int(train.counts[row]), SETTLING)].cpu().numpy()
    return network.layout.flat(model.settled(model.initial(network.task.shape(), random), inputs))


def _first_inputs(data: Data) -> NDArray[Any]:
    return data.inputs[data.train[:SETTLING]]


def drawn(task: Task, spec: RunSpec) -> Data:
    """The examples of a run, with its label noise; raises NoClasses."""
    return with_label_noise(task, task.draw(generator(spec.seed, "data")), generator(spec.seed, "label noise"))


def _smoothed(
    tasks: Sequence[Task], interventions: Sequence[Sequence[Intervention]], data: Sequence[Data]
) -> Sequence[Data]:
    """The data with each run's label smoothing for the loss, where some run has it, now or later."""
    shares = [task.label_smoothing if isinstance(task, ClassTask) else 0.0 for task in tasks]
    if not any(shares) and not any(SMOOTHING in one.changed() for one in interventions[0]):
        return data
    added = [{"label_smoothing": np.array(share)} for share in shares]
    return [replace(one, extras={**one.extras, **more}) for one, more in zip(data, added, strict=True)]


def _head(models: Sequence[Model], initial: Tensor) -> Head | None:
    """None where every run takes the output as it is."""
    if not any(model.centred or model.output_scale != 1 for model in models):
        return None
    scale = torch.tensor([model.output_scale for model in models], dtype=initial.dtype, device=initial.device)
    centred = torch.tensor([float(model.centred) for model in models], dtype=initial.dtype, device=initial.device)
    return Head(scale, centred if bool(centred.any()) else None, initial)


def _interventions(spec: RunSpec) -> tuple[Intervention, ...]:
    return tuple(INTERVENTIONS[str(choice["name"])].model_validate(settings(choice)) for choice in spec.interventions)

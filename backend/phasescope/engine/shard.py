"""A shard: the runs that are trained together, made ready from their specs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from pydantic import JsonValue
from torch import Tensor

from phasescope.core.spec import RunSpec
from phasescope.engine.examples import Examples, stack
from phasescope.engine.layout import Layout
from phasescope.engine.network import Network
from phasescope.engine.seeding import generator, run_keys
from phasescope.models import MODELS
from phasescope.optimizers import OPTIMIZERS
from phasescope.optimizers.optimizer import Optimizer
from phasescope.tasks import TASKS

DTYPES = {"float32": torch.float32, "float64": torch.float64}


@dataclass(frozen=True)
class Shard:
    """R runs of one signature: their networks, examples, initial parameters and per-run numbers."""

    network: Network
    optimizer: Optimizer
    batch_size: int | None
    examples: Examples
    initial: Tensor  # (R, P)
    keys: Tensor  # (R,) for randomness at each step
    numbers: dict[str, dict[str, Tensor]]  # parameter group -> number -> (R, 1)

    def of(self, rows: Tensor) -> Shard:
        """Some of the runs."""
        numbers = {g: {name: value[rows] for name, value in n.items()} for g, n in self.numbers.items()}
        kept = {name: getattr(self, name)[rows] for name in ("initial", "keys")}
        return replace(self, examples=self.examples.of(rows), numbers=numbers, **kept)


def settings(choice: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A choice without its name: what its record is made from."""
    return {name: value for name, value in choice.items() if name != "name"}


def prepare(specs: Sequence[RunSpec], device: torch.device) -> Shard:
    """Make runs of one signature ready to train; raises NotFound or EmptySet."""
    tasks = [TASKS[str(spec.task["name"])].model_validate(settings(spec.task)) for spec in specs]
    models = [MODELS[str(spec.model["name"])].model_validate(settings(spec.model)) for spec in specs]
    optimizers = [OPTIMIZERS[str(spec.optimizer["name"])].model_validate(settings(spec.optimizer)) for spec in specs]
    dtype = DTYPES[specs[0].precision]
    data = [task.draw(generator(spec.seed, "data")) for task, spec in zip(tasks, specs, strict=True)]
    shape = tasks[0].shape()
    weights = [m.initial(shape, generator(s.seed, "initial weights")) for m, s in zip(models, specs, strict=True)]
    layout = Layout.of(weights[0])
    initial = torch.from_numpy(np.stack([layout.flat(one) for one in weights]))
    return Shard(
        network=Network(tasks[0], models[0], layout),
        optimizer=optimizers[0],
        batch_size=specs[0].batch_size,
        examples=stack(data, dtype=dtype, device=device),
        initial=initial.to(device=device, dtype=dtype),
        keys=run_keys([spec.seed for spec in specs], device),
        numbers={group: _columns([o.for_group(group) for o in optimizers], dtype, device) for group in layout.groups},
    )


def _columns(rows: Sequence[Mapping[str, float]], dtype: torch.dtype, device: torch.device) -> dict[str, Tensor]:
    """name -> (R, 1)."""
    return {n: torch.tensor([[row[n]] for row in rows], dtype=dtype, device=device) for n in rows[0]}

"""Tasks that make examples on demand: once for a training set, or new ones at every step, for many runs at once.

A task says how examples are made from random tables (`examples`), and what a run keeps for good, such as its teacher
(`world`). The same method makes the training set of a run that keeps one, the test set, the probe examples, and the
new examples of each step. Tensors have the run axis first; numbers of the runs come as (R,).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.tasks.randomness import Draws, over_runs_as
from phasescope.tasks.task import PROBE_EXAMPLES, PROBE_KEY, Data, Task, in_turn

Occasion = Literal["train", "test", "probe"]
Numbers = Mapping[str, Tensor]
"""Settings that are numbers over the run axis, each (R,) float64."""
World = Mapping[str, Tensor]
"""What was drawn for each run once, each (R, …)."""


class FreshTask(Task):
    """Base of tasks whose training examples may be new at every step."""

    world_in_inputs: ClassVar[bool] = False
    """Are inputs made of what is drawn for each run? Then probe examples are of a world that no run has."""

    fresh: bool = setting(
        False,
        "Train on new examples at every step, batch_size of them; the training set is then only looked at, as a "
        "sample of what is trained on.",
        neutral=True,
    )
    if TYPE_CHECKING:
        train_examples: int
        test_examples: int

    def world(self, draws: Draws, numbers: Numbers) -> dict[str, Tensor]:
        """What each run keeps: (R, …) by name."""
        return {}

    def examples(
        self, draws: Draws, size: int, *, world: World, numbers: Numbers, occasion: Occasion
    ) -> tuple[Tensor, Tensor]:
        """Inputs (R, size, …) and targets (R, size, …) of each run."""
        raise NotImplementedError

    def draw(self, random: np.random.Generator) -> Data:
        key = torch.tensor([int(random.integers(2**63 - 1))])
        numbers = numbers_over([self], key.device)
        world = {"key": key, **self.world(Draws(key, "world"), numbers)}
        of_all = torch.tensor([PROBE_KEY])
        shared = {"key": of_all, **self.world(Draws(of_all, "world"), numbers)} if self.world_in_inputs else world
        sizes: dict[Occasion, int] = {"test": self.test_examples, "train": self.train_examples, "probe": PROBE_EXAMPLES}
        parts = [
            self.examples(
                Draws(of_all if occasion == "probe" else key, occasion),
                size,
                world=shared if occasion == "probe" else world,
                numbers=numbers,
                occasion=occasion,
            )
            for occasion, size in sizes.items()
        ]
        inputs, targets = (torch.cat(part, dim=1)[0].numpy() for part in zip(*parts, strict=True))
        kept: dict[str, NDArray[Any]] = {name: value[0].numpy() for name, value in world.items()}
        return Data(inputs, targets, *in_turn(*sizes.values()), kept)

    def batch(self, world: World, numbers: Numbers, *, step: int, size: int) -> tuple[Tensor, Tensor]:
        """New training examples of every run for the training step after `step` others."""
        draws = Draws(world["key"], "step", step)
        return self.examples(draws, size, world=world, numbers=numbers, occasion="train")


def numbers_over(tasks: Sequence[Task], device: torch.device) -> dict[str, Tensor]:
    """The settings of these tasks that are numbers over the run axis."""
    found = {}
    for field in tasks[0].per_run_fields():
        values = [getattr(task, field) for task in tasks]
        if all(isinstance(value, (int, float)) for value in values):
            found[field] = torch.tensor(values, dtype=torch.float64, device=device)
    return found


def like(numbers: Tensor, values: Tensor) -> Tensor:
    """Numbers of the runs (R,) so that they multiply values (R, …)."""
    return over_runs_as(numbers, values.dim())


def relabelled_at_random(labels: Tensor, classes: int, *, draws: Draws, share: Tensor) -> Tensor:
    """Each label 0 … classes − 1 of labels (R, n) becomes, with the run's share (R,), one of the others."""
    count = labels.shape[1]
    wrong = (labels + draws.integers("wrong label", 1, max(classes, 2), count)) % classes
    return torch.where(draws.uniform("label noise", count) < share[:, None], wrong, labels)

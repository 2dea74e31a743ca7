"""What every task is: settings, a way to draw one run's examples, a loss, and a rule for when an answer is right.

A task is written for one run. The engine draws each run's examples with that run's own generator and stacks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import Record
from phasescope.core.shape import Shape

PROBE_EXAMPLES = 256  # representations are compared on at most this many fixed inputs


@dataclass(frozen=True)
class Data:
    """All examples of one run and how they are split; `extras` go to the loss, one table per run."""

    inputs: NDArray[Any]  # (examples, positions) int64 tokens or (examples, features) floats
    targets: NDArray[Any]  # (examples, ...)
    train: NDArray[np.int64]  # (train examples,)
    test: NDArray[np.int64]  # (test examples,)
    probe: NDArray[np.int64]  # (probe examples,) the same examples for every run of these settings
    extras: Mapping[str, NDArray[Any]] = field(default_factory=dict)


class Task(Record):
    """Base of all tasks."""

    name: ClassVar[str]
    label: ClassVar[str]
    source: ClassVar[str]
    inputs: ClassVar[Literal["tokens", "vectors"]]
    offers: ClassVar[tuple[str, ...]] = ()
    """What measures may ask of it: `classes`, answers are right or wrong; `labels`, a target is one number per example,
    its class; `addition`, tokens are whole numbers that are added; `cyclic`, tokens are numbers modulo their count."""

    def shape(self) -> Shape:
        """Sizes of inputs and outputs."""
        raise NotImplementedError

    def draw(self, random: np.random.Generator) -> Data:
        """The examples of one run, decided by the generator alone."""
        raise NotImplementedError

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """(examples,) the loss of each example of one run."""
        raise NotImplementedError

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """(examples,) bool: is the answer right? Asked only of tasks that offer `classes`."""
        raise NotImplementedError


def split(examples: int, train_examples: int, random: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """A random split of range(examples) into sorted train and test indices."""
    order = random.permutation(examples)
    return np.sort(order[:train_examples]), np.sort(order[train_examples:])


def probe_of(examples: int) -> NDArray[np.int64]:
    """The fixed probe examples: all, or an evenly strided subset that does not depend on the seed."""
    count = min(examples, PROBE_EXAMPLES)
    return np.unique(np.linspace(0, examples - 1, count).round().astype(np.int64))

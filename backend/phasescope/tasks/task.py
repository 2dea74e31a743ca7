"""What every task is: settings, a way to draw one run's examples, a loss, and a rule for when an answer is right.

A task is written for one run. The engine draws each run's examples with that run's own generator and stacks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.dimensions import Expressions, shape_of
from phasescope.core.record import Record, setting
from phasescope.core.shape import Inputs, Shape

PROBE_EXAMPLES = 256  # representations are compared on at most this many fixed inputs
PROBE_KEY = 0x70726F6265  # of the generator that makes what all runs of the same settings share


@dataclass(frozen=True)
class Data:
    """All examples of one run and how they are split; `extras` go to the loss, one table per run.

    Probe examples may be among the others, or be kept for this alone.
    """

    inputs: NDArray[Any]  # (examples, positions) int64 tokens, (examples, features) or (…, positions, features) floats
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
    inputs: ClassVar[Inputs]
    offers: ClassVar[tuple[str, ...]] = ()
    """What measures may ask of it: `classes`, answers are right or wrong; `labels`, a target is one number per example,
    its class; `every_position`, an example is answered at each of its positions; `addition`, tokens are whole numbers
    that are added; `cyclic`, tokens are numbers modulo their count; `numbers`, a target is one number that the output
    should equal; `teacher`, by units of known direction; `written_answers`, a sequence ends in `answer_length` tokens
    that are its answer; `best_attention`, that map; `graph`, each token may have a parent; `parts`, extras have `part`,
    a number for each test example."""

    dimensions: ClassVar[Expressions] = {}
    """Sizes of its inputs and outputs as expressions over its settings, as in `Shape`; outputs at least. A task that
    cannot say them, because they lie in a file, has a `shape` of its own, and the door looks less closely."""

    label_noise: float = setting(
        0.0,
        "Share of the training examples whose class is replaced by another one; only where answers are classes.",
        ge=0,
        le=1,
        per_run=True,
        neutral=True,
        changeable=True,
    )

    def shape(self) -> Shape:
        """Sizes of inputs and outputs, as `dimensions` say."""
        return shape_of(self.inputs, self.dimensions, {name: getattr(self, name) for name in type(self).model_fields})

    def draw(self, random: np.random.Generator) -> Data:
        """The examples of one run, decided by the generator alone."""
        raise NotImplementedError

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """(examples,) the loss of each example of one run."""
        raise NotImplementedError

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """(examples,) bool: is the answer right, as a whole? Asked only of tasks that offer `classes`."""
        raise NotImplementedError

    def right_share(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """(examples,) share of the answered positions of each example that are right; 0 or 1 where there is one."""
        return self.correct(outputs, targets, extras).to(outputs.dtype)

    def residues(self, inputs: Tensor) -> Tensor | None:
        """Of pairs (…, 2) the sum or difference modulo their count that is the answer; None where the answer is made in
        another way. Asked only of tasks that offer `cyclic`."""
        raise NotImplementedError

    def answer_length(self) -> int:
        """Tokens at the end of a sequence that are its answer. Asked only of tasks that offer `written_answers`."""
        raise NotImplementedError

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """(examples, positions, positions) bool: where a position that is answered (row) finds what its answer is made
        of (columns); rows that are not answered are empty. Asked only of tasks that offer `best_attention`."""
        raise NotImplementedError


def split(examples: int, train_examples: int, random: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """A random split of range(examples) into sorted train and test indices."""
    order = random.permutation(examples)
    return np.sort(order[:train_examples]), np.sort(order[train_examples:])


def probe_of(examples: int) -> NDArray[np.int64]:
    """The fixed probe examples: all, or an evenly strided subset that does not depend on the seed."""
    count = min(examples, PROBE_EXAMPLES)
    return np.unique(np.linspace(0, examples - 1, count).round().astype(np.int64))


def shared_generator() -> np.random.Generator:
    """A generator that does not depend on the run, for what all runs of the same settings share."""
    return np.random.Generator(np.random.Philox(key=PROBE_KEY))


def in_turn(test: int, train: int, probe: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Train, test and probe indices of a table that holds test, then train, then probe examples.

    Test examples are drawn first: runs of one seed that differ in the size of their training set share the test set.
    """
    indices = np.arange(test + train + probe)
    return indices[test : test + train], indices[:test], indices[test + train :]

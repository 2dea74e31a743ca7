"""Learning in context or in weights: label an item from labelled items before it (Reddy 2023; Chan et al. 2022)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs, Shape
from phasescope.tasks.task import PROBE_EXAMPLES, Data, Task, in_turn, shared_generator

CHUNK = 256  # sequences drawn at once: a table of this many rows and one column per class
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """Means of the classes (classes, D), and how often each comes (classes,)."""

    means: NDArray[np.float64]
    log_odds: NDArray[np.float64]


class Induction(Task):
    """x_1 l_1 … x_N l_N x: items and the vectors of their labels, then an item whose label is asked.

    Class k has the mean μ_k ~ N(0, I/D) and the label k mod L; it comes with odds (k + 1)^−α. An item is
    (μ_k + ε η)/√(1 + ε²). A bursty sequence has N/B classes with different labels, each B times, and asks for one of
    them; another has independent items and asks for any class. With relabelling the labels of the classes of each
    sequence are drawn anew, so that only the context tells them. Label vectors and novel classes are the same for all
    runs. The papers draw new sequences at every step; here a run draws its training set once.
    """

    name: ClassVar[str] = "induction"
    label: ClassVar[str] = "Induction"
    source: ClassVar[str] = "Reddy 2023, arXiv:2312.03002; Chan et al. 2022, arXiv:2205.05055; Singh et al. 2024"
    inputs: ClassVar[Inputs] = "sequences"
    offers: ClassVar[tuple[str, ...]] = ("classes", "best_attention")
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("classes % labels == 0", "classes must be a multiple of labels."),
        Rule("pairs % burstiness == 0", "pairs must be a multiple of burstiness."),
        Rule("pairs // burstiness <= labels", "pairs / burstiness classes with different labels need as many labels."),
        Rule("test != 'in_weights' or classes > pairs", "To test in_weights, give more classes than pairs."),
        Rule("not relabel or bursty_share == 1", "With relabel, bursty_share must be 1: else there is no answer."),
        Rule("not relabel or test in ['as_trained', 'novel_classes']", "With relabel, test on new sequences only."),
    )

    classes: int = setting(256, "Number of classes K.", ge=2, le=65_536, per_run=True)
    labels: int = setting(32, "Number of labels L.", ge=2, le=1024)
    pairs: int = setting(8, "Items N before the one that is asked.", ge=1, le=128)
    features: int = setting(63, "Length D of items and label vectors.", ge=2, le=1024)
    burstiness: int = setting(2, "How often a class comes in a bursty sequence, B.", ge=1, le=128, per_run=True)
    bursty_share: float = setting(1.0, "Share of bursty sequences.", ge=0, le=1, per_run=True)
    zipf: float = setting(0.0, "Exponent α of the odds of classes.", ge=0, le=10, per_run=True)
    variation: float = setting(0.1, "Variation ε within a class.", ge=0, le=100, per_run=True)
    relabel: bool = setting(False, "Draw the labels anew for each sequence (few-shot relabelling).")
    test: Literal["novel_classes", "as_trained", "swapped_labels", "in_weights"] = setting(
        "novel_classes",
        "What is tested: bursty sequences of new classes; new sequences like those trained on; bursty ones of trained "
        "classes with the next label in the context; or trained classes that do not come in the context.",
    )
    train_examples: int = setting(1024, "Sequences that are trained on.", ge=1, le=200_000, per_run=True)
    test_examples: int = setting(256, "Sequences that are tested on.", ge=1, le=20_000)

    def shape(self) -> Shape:
        return Shape(inputs="sequences", outputs=self.labels, positions=2 * self.pairs + 1, features=self.features)

    def draw(self, random: np.random.Generator) -> Data:
        shared = shared_generator()
        vectors = self._label_vectors(shared)
        novel, trained = self._world(shared), self._world(random)
        sizes = (self.test_examples, self.train_examples, PROBE_EXAMPLES)
        tested = novel if self.test == "novel_classes" else trained
        drawn = [
            self._sequences(random, sizes[0], tested, vectors, self.test),
            self._sequences(random, sizes[1], trained, vectors, "as_trained"),
            self._sequences(shared, sizes[2], novel, vectors, "novel_classes"),
        ]
        inputs, targets = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
        return Data(inputs, targets, *in_turn(*sizes))

    def _label_vectors(self, shared: np.random.Generator) -> NDArray[np.float64]:
        """(labels, features) the first thing that all runs share."""
        vectors: NDArray[np.float64] = shared.standard_normal((self.labels, self.features)) * self.features**-0.5
        return vectors

    def _world(self, random: np.random.Generator) -> World:
        means = random.standard_normal((self.classes, self.features)) * self.features**-0.5
        return World(means, -self.zipf * np.log(np.arange(1, self.classes + 1)))

    def _sequences(
        self, random: np.random.Generator, count: int, world: World, vectors: NDArray[np.float64], kind: str
    ) -> tuple[NDArray[np.float64], Ints]:
        """Inputs (count, 2 pairs + 1, features) and the label that is asked (count,)."""
        chunks = [self.context(random, min(CHUNK, count - done), world, kind) for done in range(0, count, CHUNK)]
        shown, asked = (np.concatenate(parts) for parts in zip(*chunks, strict=True))
        labels = np.concatenate([shown, asked[:, None]], axis=1) % self.labels
        if self.relabel:
            orders = random.permuted(np.tile(np.arange(self.labels), (count, 1)), axis=1)
            labels = np.take_along_axis(orders, labels, axis=1)
        elif kind == "swapped_labels":
            labels = (labels + 1) % self.labels
        items = world.means[np.concatenate([shown, asked[:, None]], axis=1)]
        noise = random.standard_normal(items.shape) * self.features**-0.5
        items = (items + self.variation * noise) / (1 + self.variation**2) ** 0.5
        inputs = np.zeros((count, 2 * self.pairs + 1, self.features))
        inputs[:, ::2] = items
        inputs[:, 1::2] = vectors[labels[:, :-1]]
        return inputs, labels[:, -1]

    def context(self, random: np.random.Generator, count: int, world: World, kind: str) -> tuple[Ints, Ints]:
        """Classes of the items shown (count, pairs) and of the one asked (count,)."""
        chosen = self._different(random, count, world)
        shown = random.permuted(np.repeat(chosen, self.burstiness, axis=1), axis=1)
        asked = np.take_along_axis(shown, random.integers(0, self.pairs, (count, 1)), axis=1)[:, 0]
        share = {"as_trained": self.bursty_share, "in_weights": 0.0}.get(kind, 1.0)
        odds = np.exp(world.log_odds) / np.exp(world.log_odds).sum()
        loose = random.random(count) >= share
        shown[loose] = random.choice(self.classes, (int(loose.sum()), self.pairs), p=odds)
        asked[loose] = random.choice(self.classes, int(loose.sum()), p=odds)
        if kind == "in_weights":
            keys = world.log_odds + random.gumbel(size=(count, self.classes))
            np.put_along_axis(keys, shown, -np.inf, axis=1)
            asked = keys.argmax(1)
        return shown, asked

    def _different(self, random: np.random.Generator, count: int, world: World) -> Ints:
        """(count, pairs / burstiness) classes with different labels, one after the other by their odds (Gumbel)."""
        keys = world.log_odds + random.gumbel(size=(count, self.classes))
        label_of = np.arange(self.classes) % self.labels
        chosen = np.zeros((count, self.pairs // self.burstiness), dtype=np.int64)
        for place in range(chosen.shape[1]):
            chosen[:, place] = keys.argmax(1)
            keys[label_of == chosen[:, place, None] % self.labels] = -np.inf
        return chosen

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return cross_entropy(outputs, targets, reduction="none")

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return outputs.argmax(-1) == targets

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """From the item that is asked to the labels in the context that are its own; nowhere where there are none."""
        vectors = torch.from_numpy(self._label_vectors(shared_generator())).to(inputs)
        own = torch.cdist(inputs[:, 1::2], vectors).argmin(-1) == targets[:, None]
        looked_at = torch.zeros(*inputs.shape[:2], inputs.shape[1], dtype=torch.bool, device=inputs.device)
        looked_at[:, -1, 1::2] = own
        return looked_at

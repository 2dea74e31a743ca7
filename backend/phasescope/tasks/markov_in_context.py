"""Transitions learned in context: each sequence has a transition matrix of its own (Nichani et al. 2024)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Inputs, Shape
from phasescope.tasks.task import PROBE_EXAMPLES, Data, Task, in_turn, shared_generator

MIXING = 1e-12  # a chain may fall apart when its odds are very uneven


class MarkovInContext(Task):
    """Each sequence draws a matrix π whose rows are Dirichlet; a token follows its parent in a graph with π's odds.

    A node without a parent has the stationary distribution of π. The last token s is uniform, and the target is the
    whole row π_s: the loss is the cross-entropy to it. The paper draws new sequences at every step; here a run draws
    its training set once.
    """

    name: ClassVar[str] = "markov_in_context"
    label: ClassVar[str] = "Markov chains in context"
    source: ClassVar[str] = "Nichani, Damian & Lee 2024, arXiv:2402.14735"
    inputs: ClassVar[Inputs] = "tokens"

    symbols: int = setting(10, "Number of tokens S.", ge=2, le=256)
    positions: int = setting(20, "Tokens of a sequence, the last one among them.", ge=3, le=512)
    graph: Literal["chain", "pairs", "tree"] = setting(
        "chain", "Each token's parent: the one before; the one before at every other place; a random earlier one."
    )
    concentration: float = setting(0.1, "Concentration α of the rows of π.", gt=0, le=1e3, per_run=True)
    train_examples: int = setting(4096, "Sequences that are trained on.", ge=1, le=1_000_000, per_run=True)
    test_examples: int = setting(512, "Fresh sequences that are tested on.", ge=1, le=100_000)

    def shape(self) -> Shape:
        return Shape(inputs="tokens", outputs=self.symbols, positions=self.positions, vocabulary=self.symbols)

    def draw(self, random: np.random.Generator) -> Data:
        parents = self.parents(random)
        sizes = (self.test_examples, self.train_examples, PROBE_EXAMPLES)
        shared = shared_generator()
        drawn = [self.sequences(random, size, parents) for size in sizes[:2]]
        drawn.append(self.sequences(shared, PROBE_EXAMPLES, self.parents(shared)))
        inputs, targets = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
        return Data(inputs, targets, *in_turn(*sizes), {"parents": parents})

    def parents(self, random: np.random.Generator) -> NDArray[np.int64]:
        """(positions − 1,) place of each token's parent, −1 where there is none."""
        places = np.arange(self.positions - 1)
        match self.graph:
            case "chain":
                return places - 1
            case "pairs":
                return np.where(places % 2 == 1, places - 1, -1)
            case "tree":
                return np.array([-1, *(int(random.integers(0, place)) for place in places[1:])])

    def sequences(
        self, random: np.random.Generator, count: int, parents: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Tokens (count, positions) and the row of π that belongs to the last one (count, symbols)."""
        odds = np.full(self.symbols, self.concentration)
        chains = random.dirichlet(odds, (count, self.symbols))
        stationary = stationary_distribution(chains)
        tokens = np.zeros((count, self.positions), dtype=np.int64)
        rows = np.arange(count)
        for place, parent in enumerate(parents):
            distribution = stationary if parent < 0 else chains[rows, tokens[:, parent]]
            passed = distribution.cumsum(1) <= random.random((count, 1)) * distribution.sum(1, keepdims=True)
            tokens[:, place] = np.minimum(passed.sum(1), self.symbols - 1)
        tokens[:, -1] = random.integers(0, self.symbols, count)
        return tokens, chains[rows, tokens[:, -1]]

    def bayes(self, tokens: NDArray[np.int64], parents: NDArray[np.int64]) -> NDArray[np.float64]:
        """(examples, symbols) what one who knows the graph expects: (transitions s → j + α) / (those from s + S α).

        What the tokens without a parent tell of the stationary distribution is left aside.
        """
        children = np.flatnonzero(parents >= 0)
        asked = tokens[:, parents[children]] == tokens[:, -1:]  # (examples, edges)
        followed = tokens[:, children, None] == np.arange(self.symbols)
        counts = (asked[:, :, None] & followed).sum(1) + self.concentration
        expected: NDArray[np.float64] = counts / counts.sum(1, keepdims=True)
        return expected

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return -(targets * outputs.log_softmax(-1)).sum(-1)


def stationary_distribution(chains: NDArray[np.float64]) -> NDArray[np.float64]:
    """(count, symbols) μ with μ π = μ and Σ μ = 1; a touch of the uniform chain makes it the only one."""
    symbols = chains.shape[-1]
    equations = np.swapaxes((1 - MIXING) * chains + MIXING / symbols, 1, 2) - np.eye(symbols)
    equations[:, -1] = 1.0
    known = np.zeros((len(chains), symbols, 1))
    known[:, -1] = 1.0
    return np.clip(np.linalg.solve(equations, known)[..., 0], 0.0, None)

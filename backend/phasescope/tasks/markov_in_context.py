"""Transitions learned in context: each sequence has a transition matrix of its own (Nichani et al. 2024)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import setting
from phasescope.core.shape import Inputs
from phasescope.tasks.fresh import FreshTask, Numbers, Occasion, World
from phasescope.tasks.randomness import Draws

MIXING = 1e-12  # a chain may fall apart when its odds are very uneven


class MarkovInContext(FreshTask):
    """Each sequence draws a matrix π whose rows are Dirichlet; a token follows its parent in a graph with π's odds.

    A node without a parent has the stationary distribution of π. The last token s is uniform, and the target is the
    whole row π_s: the loss is the cross-entropy to it. A random graph is drawn for each run, not for each sequence.
    """

    name: ClassVar[str] = "markov_in_context"
    label: ClassVar[str] = "Markov chains in context"
    source: ClassVar[str] = "Nichani, Damian & Lee 2024, arXiv:2402.14735"
    inputs: ClassVar[Inputs] = "tokens"
    offers: ClassVar[tuple[str, ...]] = ("graph",)
    world_in_inputs: ClassVar[bool] = True
    dimensions: ClassVar[Expressions] = {"outputs": "symbols", "positions": "positions", "vocabulary": "symbols"}

    symbols: int = setting(10, "Number of tokens S.", ge=2, le=256)
    positions: int = setting(20, "Tokens of a sequence, the last one among them.", ge=3, le=512)
    graph: Literal["chain", "pairs", "tree"] = setting(
        "chain",
        "Each token's parent: the one before; the one before at every other place; a random earlier one.",
        changeable=True,
    )
    concentration: float = setting(
        0.1, "Concentration α of the rows of π.", gt=0, le=1e3, per_run=True, changeable=True
    )
    train_examples: int = setting(
        4096, "Sequences that are trained on.", ge=1, le=1_000_000, per_run=True, changeable=True
    )
    test_examples: int = setting(512, "Fresh sequences that are tested on.", ge=1, le=100_000)

    def world(self, draws: Draws, numbers: Numbers) -> dict[str, Tensor]:
        """`parents` (R, positions − 1): the place of each token's parent, −1 where there is none."""
        places = torch.arange(self.positions - 1, device=draws.keys.device)
        match self.graph:
            case "chain":
                parents = places - 1
            case "pairs":
                parents = torch.where(places % 2 == 1, places - 1, -1)
            case "tree":
                earlier = (draws.uniform("parents", len(places)) * places).floor().to(torch.int64)
                parents = torch.where(places == 0, -1, earlier)
        return {"parents": parents.expand(len(draws.keys), -1)}

    def examples(
        self, draws: Draws, size: int, *, world: World, numbers: Numbers, occasion: Occasion
    ) -> tuple[Tensor, Tensor]:
        """Tokens (R, size, positions), and of each sequence the row of π that belongs to the last one."""
        chains = draws.dirichlet("chains", numbers["concentration"], size, self.symbols, self.symbols)
        stationary = stationary_distribution(chains).cumsum(-1)
        following = chains.cumsum(-1)
        chances = draws.uniform("tokens", size, self.positions - 1, 1)
        tokens = torch.zeros(*chains.shape[:2], self.positions, dtype=torch.int64, device=chains.device)
        for place, parent in enumerate(world["parents"].unbind(1)):
            before = tokens.gather(2, parent.clamp(min=0)[:, None, None].expand(-1, size, 1))
            odds = torch.where(parent[:, None, None] < 0, stationary, _row(following, before))
            passed = odds <= chances[:, :, place] * odds[..., -1:]
            tokens[..., place] = passed.sum(-1).clamp(max=self.symbols - 1)
        tokens[..., -1] = draws.integers("asked", 0, self.symbols, size)
        return tokens, _row(chains, tokens[..., -1:])

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


def _row(chains: Tensor, symbols: Tensor) -> Tensor:
    """(R, n, S) the row of each chain (R, n, S, S) that belongs to a symbol (R, n, 1)."""
    return chains.gather(2, symbols[..., None].expand(-1, -1, 1, chains.shape[-1]))[:, :, 0]


def stationary_distribution(chains: Tensor) -> Tensor:
    """(…, S) μ with μ π = μ and Σ μ = 1; a touch of the uniform chain makes it the only one."""
    symbols = chains.shape[-1]
    mixed = (1 - MIXING) * chains + MIXING / symbols
    equations = mixed.transpose(-1, -2) - torch.eye(symbols, dtype=chains.dtype, device=chains.device)
    equations[..., -1, :] = 1.0
    known = torch.zeros_like(equations[..., 0])
    known[..., -1] = 1.0
    solved: Tensor = torch.linalg.solve(equations, known)
    return solved.clamp(min=0.0)

"""Markov chains in context: graphs, transitions, the stationary distribution, and what a Bayesian would say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from phasescope.engine.seeding import generator
from phasescope.tasks.markov_in_context import MarkovInContext, stationary_distribution


def test_graphs() -> None:
    def parents(graph: str) -> list[int]:
        task = MarkovInContext.model_validate({"positions": 7, "graph": graph})
        return task.draw(generator(5, "data")).extras["parents"].tolist()

    assert parents("chain") == [-1, 0, 1, 2, 3, 4]
    assert parents("pairs") == [-1, 0, -1, 2, -1, 4]
    tree = parents("tree")
    assert tree[0] == -1
    assert all(0 <= parent < place for place, parent in enumerate(tree[1:], start=1))


def test_the_stationary_distribution_stays() -> None:
    chains = np.random.default_rng(0).dirichlet(np.full(6, 0.3), (50, 6))
    found = stationary_distribution(torch.from_numpy(chains)).numpy()
    np.testing.assert_allclose(np.einsum("ci,cij->cj", found, chains), found, atol=1e-9)
    np.testing.assert_allclose(found.sum(1), 1.0)
    apart = torch.eye(4, dtype=torch.float64)[None]  # a chain that never moves has many; one of them is given
    np.testing.assert_allclose(stationary_distribution(apart).sum(1).numpy(), 1.0)


@pytest.mark.parametrize("graph", ["chain", "pairs", "tree"])
def test_tokens_follow_their_parents(graph: str) -> None:
    """With nearly deterministic rows the row of the last token is seen in the context: one token follows it."""
    task = MarkovInContext.model_validate(
        {"symbols": 3, "positions": 40, "graph": graph, "concentration": 0.001, "train_examples": 200}
    )
    data = task.draw(generator(1, "data"))
    parents, checked = data.extras["parents"], 0
    for tokens, row in zip(data.inputs[data.train], data.targets[data.train], strict=True):
        followers = [
            tokens[child] for child, parent in enumerate(parents) if parent >= 0 and tokens[parent] == tokens[-1]
        ]
        if followers and row.max() > 1 - 1e-9:
            checked += 1
            assert set(followers) == {row.argmax()}
    assert checked > 50


def test_transitions_come_with_their_odds() -> None:
    task = MarkovInContext(symbols=3, concentration=1.0, train_examples=5, test_examples=1)
    data = task.model_copy(update={"positions": 4000}).draw(generator(2, "data"))
    for sequence, row in zip(data.inputs[data.train], data.targets[data.train], strict=True):
        after = sequence[1:-1][sequence[:-2] == sequence[-1]]
        np.testing.assert_allclose(np.bincount(after, minlength=3) / len(after), row, atol=0.06)


def test_what_a_bayesian_expects_is_counted_one_by_one() -> None:
    task = MarkovInContext.model_validate({"symbols": 4, "positions": 12, "graph": "tree", "concentration": 0.5})
    data = task.draw(generator(3, "data"))
    parents, tokens = data.extras["parents"], data.inputs[data.train][:20]
    found = task.bayes(tokens, parents)
    for row, sequence in enumerate(tokens):
        counts = [0.5] * 4
        for child, parent in enumerate(parents):
            if parent >= 0 and sequence[parent] == sequence[-1]:
                counts[sequence[child]] += 1
        np.testing.assert_allclose(found[row], np.array(counts) / sum(counts))


def test_nobody_does_better_than_the_bayesian_and_he_better_than_chance() -> None:
    task = MarkovInContext(train_examples=3000)
    data = task.draw(generator(4, "data"))

    def loss(probabilities: np.ndarray) -> float:
        outputs, targets = torch.from_numpy(np.log(probabilities + 1e-30)), torch.from_numpy(data.targets)
        return float(task.loss(outputs, targets, {}).mean())

    bayes = loss(task.bayes(data.inputs, data.extras["parents"]))
    assert loss(data.targets) < bayes < loss(np.full_like(data.targets, 0.1))
    assert loss(np.full_like(data.targets, 0.1)) == pytest.approx(np.log(10))
    assert abs(bayes - 1.76) < 0.06  # of 10 symbols and 20 positions with α = 0.1
    for wrong in (0.03, 0.3):
        other = task.model_copy(update={"concentration": wrong})
        assert loss(other.bayes(data.inputs, data.extras["parents"])) > bayes

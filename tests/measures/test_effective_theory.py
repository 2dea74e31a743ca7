"""The effective theory's closed form against small steps of gradient descent, and what it must do in the end."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train
from phasescope.measures.effective_theory import EFFECTIVE_THEORY, RATE, flow, stiffness
from phasescope.measures.predicted_accuracy import PREDICTED_ACCURACY, predicted
from phasescope.measures.symbol_pairs import standardised, trained_pairs

SYMBOLS = 6
PAIRS = [(i, j) for i in range(SYMBOLS) for j in range(i, SYMBOLS)]


def drawn(count: int, width: int) -> tuple[NDArray[np.float64], list[tuple[int, int]], torch.Tensor]:
    """A standardised table, some pairs, and the pairs as a table."""
    random = np.random.default_rng(3)
    table = random.normal(size=(SYMBOLS, width))
    table = (table - table.mean(0)) / table.std(0, ddof=1)
    chosen = [PAIRS[place] for place in random.permutation(len(PAIRS))[:count]]
    trained = torch.zeros(1, SYMBOLS, SYMBOLS, dtype=torch.bool)
    for place, (i, j) in enumerate(chosen):
        trained[0, i, j] = place % 2 == 0  # in either order
        trained[0, j, i] = place % 2 == 1 or i == j
    return table, chosen, trained


def parallelograms(chosen: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    return [(*one, *other) for one, other in combinations(chosen, 2) if sum(one) == sum(other)]


@pytest.mark.parametrize("width", [1, 2])
def test_the_closed_form_is_what_small_steps_of_gradient_descent_lead_to(width: int) -> None:
    table, chosen, trained = drawn(14, width)
    corners = parallelograms(chosen)
    assert len(corners) >= 5
    weights = torch.from_numpy(table.copy()).requires_grad_()
    steps, parts = 1500, 1000
    for _ in range(parts):
        gaps = torch.stack([weights[i] + weights[j] - weights[m] - weights[n] for i, j, m, n in corners])
        (slope,) = torch.autograd.grad(gaps.square().sum() / weights.square().sum(), weights)
        weights = (weights - RATE * steps / parts * slope).detach().requires_grad_()
    found = flow(torch.from_numpy(table)[None], stiffness(trained), steps)[0]
    assert float((found - torch.from_numpy(table)).abs().max()) > 0.3
    np.testing.assert_allclose(found, weights.detach(), atol=2e-3)


def test_with_enough_pairs_the_symbols_end_evenly_spaced_and_with_none_they_stay() -> None:
    table, _, trained = drawn(21, 1)
    start = torch.from_numpy(table)[None]
    end = standardised(flow(start, stiffness(trained), 10**7))[0, :, 0]
    gaps = end.diff()
    np.testing.assert_allclose(gaps, gaps[0].expand(SYMBOLS - 1), rtol=1e-6)
    nothing = torch.zeros_like(trained)
    np.testing.assert_allclose(flow(start, stiffness(nothing), 10**7), start, atol=1e-12)


def shard(steps: int, *examples: int) -> Checkpoint:
    specs = {
        number: RunSpec(
            task={"name": "toy_addition", "symbols": SYMBOLS, "target_dimensions": 5, "train_examples": count},
            model={"name": "embedding_decoder", "width": 8},
            optimizer={"name": "adamw", "learning_rate": 1e-2},
            precision="float64",
            seed=5,
        )
        for number, count in enumerate(examples)
    }
    return list(train(specs, (0, steps)))[-1]


def test_at_the_start_both_agree_and_later_the_agreement_is_a_correlation() -> None:
    start = EFFECTIVE_THEORY.measure(shard(1, 18))
    assert float(start["theory_agreement"]) == pytest.approx(1, abs=1e-2)
    later = EFFECTIVE_THEORY.measure(shard(300, 18))
    own, expected = ([float(later[f"{name}.{symbol}"]) for symbol in range(SYMBOLS)]
                     for name in ("symbol_place", "symbol_place_of_theory"))  # fmt: skip
    correlation = np.corrcoef(own, expected)[0, 1]
    assert correlation < 0.999
    assert float(later["theory_agreement"]) == pytest.approx(correlation)


def test_the_pairs_of_a_run_are_its_own_beside_a_run_with_more_of_them() -> None:
    """Shorter training sets are padded; the padding is no pair that was trained on."""
    both = shard(5, 6, 18)
    pairs = trained_pairs(both.examples.train, SYMBOLS)
    assert pairs.sum((1, 2)).tolist() == [6, 18]
    short = shard(5, 6)
    for measure in (EFFECTIVE_THEORY, PREDICTED_ACCURACY):
        beside, alone = measure.measure(both), measure.measure(short)
        for name, values in alone.items():
            assert float(beside[name][0]) == pytest.approx(float(values[0]), abs=1e-9), name
    table = short.embedding()
    own = {tuple(sorted(pair)) for pair in short.examples.train.inputs[0].tolist()}
    by_hand = torch.zeros(1, SYMBOLS, SYMBOLS, dtype=torch.bool)
    for i, j in own:
        by_hand[0, i, j] = True
    assert (0, 0) not in own  # what padding would add
    assert float(PREDICTED_ACCURACY.measure(both)["predicted_accuracy"][0]) == float(predicted(table, by_hand)[0])

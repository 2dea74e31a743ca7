"""Random numbers by hash: their distributions, and that each place is on its own."""

from __future__ import annotations

import pytest
import torch

from phasescope.tasks.randomness import Draws

KEYS = torch.tensor([3, 5, 8])
DRAWS = Draws(KEYS, "a test")


def test_a_table_of_one_run_does_not_depend_on_the_others() -> None:
    alone = Draws(KEYS[1:2], "a test")
    strengths = torch.tensor([0.05, 0.3, 2.0], dtype=torch.float64)
    for one, all_runs in (
        (alone.uniform("u", 4, 3), DRAWS.uniform("u", 4, 3)),
        (alone.normal("n", 5), DRAWS.normal("n", 5)),
        (alone.orders("o", 6, 7), DRAWS.orders("o", 6, 7)),
        (alone.dirichlet("d", strengths[1:2], 50, 4), DRAWS.dirichlet("d", strengths, 50, 4)),
        (alone.integers("i", 2, strengths[1:2] * 30, 9), DRAWS.integers("i", 2, strengths * 30, 9)),
    ):
        torch.testing.assert_close(one[0], all_runs[1], rtol=0, atol=1e-15)


def test_another_name_occasion_or_step_gives_other_numbers() -> None:
    tables = [
        DRAWS.uniform("a", 3),
        DRAWS.uniform("b", 3),
        Draws(KEYS, "another").uniform("a", 3),
        Draws(KEYS, "a test", 1).uniform("a", 3),
    ]
    for number, table in enumerate(tables):
        assert not any(torch.equal(table, other) for other in tables[:number])


def test_integers_and_orders_are_even() -> None:
    counts = torch.bincount(DRAWS.integers("i", 2, 7, 20_000).flatten(), minlength=8)
    assert counts[:2].sum() == counts[7] == 0
    assert float((counts[2:7] / 60_000 - 0.2).abs().max()) < 0.01
    limits = torch.tensor([1.0, 2.0, 9.0])
    per_run = DRAWS.integers("i", 0, limits, 20_000)
    assert per_run.amax(1).tolist() == [0, 1, 8]
    orders = DRAWS.orders("o", 10_000, 3)
    assert torch.equal(orders.sort(-1).values, torch.arange(3).expand(3, 10_000, 3))
    places = torch.stack([(orders == value).double().mean((0, 1)) for value in range(3)])
    assert float((places - 1 / 3).abs().max()) < 0.01


def test_the_largest_of_log_odds_and_gumbel_comes_with_these_odds() -> None:
    odds = torch.tensor([0.1, 0.2, 0.7])
    found = torch.bincount((odds.log() + DRAWS.gumbel("g", 20_000, 3)).argmax(-1).flatten()) / 60_000
    assert float((found - odds).abs().max()) < 0.01


@pytest.mark.parametrize("concentration", [0.02, 0.1, 1.0, 5.0])
def test_dirichlet_moments(concentration: float) -> None:
    rows = DRAWS.dirichlet("d", torch.full((3,), concentration, dtype=torch.float64), 10_000, 4).flatten(0, 1)
    torch.testing.assert_close(rows.sum(-1), torch.ones(len(rows), dtype=torch.float64))
    variance = 0.25 * 0.75 / (4 * concentration + 1)
    assert float((rows.mean(0) - 0.25).abs().max()) < 0.01
    assert float((rows.var(0) / variance - 1).abs().max()) < 0.04
    third = (rows - 0.25).pow(3).mean(0)  # of a beta distribution
    a, total = concentration, 4 * concentration
    skewness = 2 * (total - 2 * a) * (total + 1) ** 0.5 / ((total + 2) * (a * (total - a)) ** 0.5)
    assert float((third / (skewness * variance**1.5) - 1).abs().max()) < 0.12

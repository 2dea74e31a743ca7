"""Minibatches: every training example once an epoch, in an order that belongs to the run."""

from __future__ import annotations

import torch

from phasescope.engine.batches import Batches
from phasescope.engine.examples import Split
from phasescope.engine.seeding import run_keys, uniform

DEVICE = torch.device("cpu")


def ragged(counts: list[int]) -> Split:
    """Examples whose input is their own number."""
    longest = max(counts)
    numbers = torch.arange(longest).repeat(len(counts), 1)
    real = numbers < torch.tensor(counts)[:, None]
    weights = real / torch.tensor(counts)[:, None]
    return Split(inputs=numbers[..., None], targets=numbers, weights=weights, counts=torch.tensor(counts))


def test_every_example_is_seen_once_an_epoch_even_when_sizes_differ() -> None:
    counts = [10, 7, 4]
    batches = Batches(ragged(counts), run_keys([1, 2, 3], DEVICE), 4)
    for run, count in enumerate(counts):
        per_epoch = -(-count // 4)
        for epoch in range(3):
            seen: list[int] = []
            for step in range(epoch * per_epoch, (epoch + 1) * per_epoch):
                batch = batches.at(step)
                real = batch.weights[run] > 0
                seen += batch.targets[run][real].tolist()
                assert abs(float(batch.weights[run].sum()) - 1) < 1e-6
            assert sorted(seen) == list(range(count))


def test_orders_differ_between_runs_and_epochs_and_repeat_for_a_seed() -> None:
    split = ragged([64, 64, 64])
    batches = Batches(split, run_keys([1, 2, 1], DEVICE), 64)
    first, second = batches.at(0).targets, batches.at(1).targets
    assert not torch.equal(first[0], first[1])
    assert not torch.equal(first[0], second[0])
    assert torch.equal(first[0], first[2])


def test_a_batch_does_not_depend_on_where_one_began() -> None:
    split = ragged([9, 6])
    going = Batches(split, run_keys([5, 6], DEVICE), 4)
    for step in range(8):
        expected = going.at(step)
    jumped = Batches(split, run_keys([5, 6], DEVICE), 4).at(7)
    assert torch.equal(expected.targets, jumped.targets)


def test_uniform_is_uniform_and_uncorrelated() -> None:
    values = uniform(run_keys(range(50), DEVICE), "a test", torch.arange(50), 20_000)
    assert abs(float(values.mean()) - 0.5) < 0.002
    assert abs(float(values.var()) - 1 / 12) < 0.001
    assert float(values.min()) >= 0
    assert float(values.max()) < 1
    correlation = torch.corrcoef(values)
    assert float((correlation - torch.eye(50)).abs().max()) < 0.04

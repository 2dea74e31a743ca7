"""Minibatches: every training example once an epoch, in an order that belongs to the run."""

from __future__ import annotations

import torch

from phasescope.engine.batch_sizes import ALL, Sizes, SizesAt
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


def steady(*sizes: int) -> SizesAt:
    """The same sizes at all steps."""
    always = Sizes.of(list(sizes), [0] * len(sizes), DEVICE)
    return lambda step: always


def test_every_example_is_seen_once_an_epoch_even_when_sizes_differ() -> None:
    counts = [10, 7, 4]
    batches = Batches(ragged(counts), run_keys([1, 2, 3], DEVICE), steady(4, 4, 4))
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
    batches = Batches(split, run_keys([1, 2, 1], DEVICE), steady(64, 64, 64))
    first, second = batches.at(0).targets, batches.at(1).targets
    assert not torch.equal(first[0], first[1])
    assert not torch.equal(first[0], second[0])
    assert torch.equal(first[0], first[2])


def test_a_batch_does_not_depend_on_where_one_began() -> None:
    split = ragged([9, 6])
    going = Batches(split, run_keys([5, 6], DEVICE), steady(4, 4))
    for step in range(8):
        expected = going.at(step)
    jumped = Batches(split, run_keys([5, 6], DEVICE), steady(4, 4)).at(7)
    assert torch.equal(expected.targets, jumped.targets)


def test_uniform_is_uniform_and_uncorrelated() -> None:
    values = uniform(run_keys(range(50), DEVICE), "a test", torch.arange(50), 20_000)
    assert abs(float(values.mean()) - 0.5) < 0.002
    assert abs(float(values.var()) - 1 / 12) < 0.001
    assert float(values.min()) >= 0
    assert float(values.max()) < 1
    correlation = torch.corrcoef(values)
    assert float((correlation - torch.eye(50)).abs().max()) < 0.04


def test_runs_with_batches_of_their_own_size_see_what_they_would_see_alone() -> None:
    keys = run_keys([1, 2, 3], DEVICE)
    sizes = [3, 7, ALL]
    together = Batches(ragged([10, 9, 8]), keys, steady(*sizes))
    for run, (count, size) in enumerate(zip([10, 9, 8], sizes, strict=True)):
        alone = Batches(ragged([count]), keys[run : run + 1], steady(size))
        for step in range(12):
            here, own = together.at(step), alone.at(step)
            real = here.weights[run] > 0
            assert here.targets[run][real].tolist() == own.targets[0][own.weights[0] > 0].tolist()
            assert int(here.counts[run]) == int(own.counts[0]) == int(real.sum())
            assert abs(float(here.weights[run].sum()) - 1) < 1e-6
    assert together.at(5).targets[2][:8].tolist() == list(range(8))  # all of them, as they lie


def test_an_epoch_begins_where_the_size_changes() -> None:
    before, after = Sizes.of([4], [0], DEVICE), Sizes.of([5], [3], DEVICE)
    batches = Batches(ragged([20]), run_keys([4], DEVICE), lambda step: before if step < 3 else after)
    seen = [batches.at(step).targets[0].tolist() for step in range(7)]
    assert [len(batch) for batch in seen] == [4, 4, 4, 5, 5, 5, 5]
    assert sorted(place for batch in seen[3:] for place in batch) == list(range(20))
    never_changed = Batches(ragged([20]), run_keys([4], DEVICE), steady(5))
    assert seen[3] != never_changed.at(0).targets[0].tolist()  # an order of its own, not that of the first epoch again
    jumped = Batches(ragged([20]), run_keys([4], DEVICE), lambda step: after)
    assert jumped.at(6).targets[0].tolist() == seen[6]

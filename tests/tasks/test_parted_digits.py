"""Sequences of digit tasks: parts, their examples, and what is said of each while one follows the other."""

from __future__ import annotations

import numpy as np
import pytest

from phasescope.core.spec import RunSpec
from phasescope.engine.seeding import generator
from phasescope.engine.train import train
from phasescope.measures.part_accuracy import PART_ACCURACY
from phasescope.tasks.digits import table
from phasescope.tasks.permuted_digits import PermutedDigits, places
from phasescope.tasks.split_digits import SplitDigits


def test_permutations_are_fixed_and_the_first_is_none() -> None:
    np.testing.assert_array_equal(places(0), np.arange(64))
    np.testing.assert_array_equal(np.sort(places(3)), np.arange(64))
    assert not np.array_equal(places(3), places(4))


def test_every_permutation_shows_the_same_images() -> None:
    one, other = (PermutedDigits(permutation=number).draw(generator(4, "data")) for number in (0, 2))
    np.testing.assert_array_equal(one.inputs[one.train][:, places(2)], other.inputs[other.train])
    np.testing.assert_array_equal(one.targets[one.train], other.targets[other.train])
    np.testing.assert_array_equal(one.inputs[one.test], other.inputs[other.test])
    tests = one.inputs[one.test].reshape(5, 497, 64)
    for number in range(5):
        np.testing.assert_array_equal(tests[0][:, places(number)], tests[number])
    np.testing.assert_array_equal(one.extras["part"], np.repeat(np.arange(5), 497))


def test_parts_of_split_digits_have_two_digits_each_and_share_no_image() -> None:
    pixels, digits = table()
    tested = None
    for pair in range(5):
        data = SplitDigits(pair=pair).draw(generator(4, "data"))
        assert set(data.targets[data.train]) == {2 * pair, 2 * pair + 1}
        np.testing.assert_array_equal(data.extras["part"], data.targets[data.test] // 2)
        assert tested is None or np.array_equal(tested, data.inputs[data.test])
        tested = data.inputs[data.test]
        shown = {tuple(row) for row in data.inputs[data.train].tolist()}
        assert not shown & {tuple(row) for row in tested.tolist()}
        assert set(data.targets[data.probe]) == set(range(10))
    two = SplitDigits(pair=1, answer="which_of_two").draw(generator(4, "data"))
    whole = SplitDigits(pair=1).draw(generator(4, "data"))
    np.testing.assert_array_equal(two.targets[two.train], whole.targets[whole.train] % 2)
    assert len(pixels) == len(digits) == 1797


@pytest.mark.parametrize(("train", "test"), [(5, 100), (7, 1790), (14, 100), (300, 1497)])
def test_every_pair_is_trained_on_however_few_images_there_are(train: int, test: int) -> None:
    for seed in range(6):
        parts = [SplitDigits(pair=pair, train_examples=train, test_examples=test).draw(generator(seed, "data"))
                 for pair in range(5)]  # fmt: skip
        assert min(len(part.train) for part in parts) >= 1
        assert sum(len(part.train) for part in parts) == train
        shown = {tuple(row) for part in parts for row in part.inputs[part.train].tolist()}
        assert not shown & {tuple(row) for row in parts[0].inputs[parts[0].test].tolist()}


def test_images_are_exchanged_only_where_a_pair_has_none() -> None:
    _, digits = table()
    order = np.random.default_rng(1).permutation(len(digits))
    kept, changed = order.copy(), order.copy()
    SplitDigits().arrange(kept, slice(100, 400), digits)
    np.testing.assert_array_equal(kept, order)
    SplitDigits().arrange(changed, slice(100, 105), digits)
    assert len(set(digits[changed[100:105]] // 2)) == 5
    assert 2 <= (changed != order).sum() <= 8
    np.testing.assert_array_equal(np.sort(changed), np.sort(order))


def test_the_first_part_is_forgotten_when_the_second_is_learned() -> None:
    sequence = {"name": "task_sequence", "field": "pair", "last": 1, "every": 60}
    spec = RunSpec(
        task={"name": "split_digits", "train_examples": 300, "test_examples": 200},
        model={"name": "mlp", "width": 32},
        optimizer={"name": "adam", "learning_rate": 0.01},
        interventions=(sequence,),
    )
    first, second = (PART_ACCURACY.measure(checkpoint) for checkpoint in train({0: spec}, (60, 120)))
    assert set(first) == {f"part_accuracy.{part}" for part in range(5)}
    assert first["part_accuracy.0"] > 0.9 > 0.1 > first["part_accuracy.1"]
    assert second["part_accuracy.1"] > 0.9 > 0.1 > second["part_accuracy.0"]


def test_accuracies_of_the_parts_make_that_of_the_whole() -> None:
    spec = RunSpec(
        task={"name": "split_digits", "train_examples": 100, "test_examples": 100},
        model={"name": "mlp", "width": 16},
        optimizer={"name": "adam", "learning_rate": 0.01},
    )
    *_, last = train({0: spec, 1: spec.model_copy(update={"seed": 1})}, (20,))
    shares = np.stack([values.numpy() for values in PART_ACCURACY.measure(last).values()], axis=1)
    counts = np.stack([np.bincount(row, minlength=5) for row in last.examples.extras["part"].numpy()])
    np.testing.assert_allclose((shares * counts).sum(1) / 100, last.accuracy("test").numpy())

"""Induction: sequences are read back, without variation within classes, by looking their items up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from phasescope.engine.seeding import generator
from phasescope.tasks.class_odds import Odds
from phasescope.tasks.fresh import numbers_over
from phasescope.tasks.induction import Induction
from phasescope.tasks.randomness import Draws
from phasescope.tasks.task import PROBE_KEY, Data

SIZES: dict[str, Any] = {
    "classes": 24,
    "labels": 6,
    "pairs": 4,
    "features": 10,
    "variation": 0.0,
    "train_examples": 300,
}


def drawn(seed: int = 1, **settings: Any) -> tuple[Induction, Data]:
    task = Induction(**{**SIZES, **settings})
    return task, task.draw(generator(seed, "data"))


def read(task: Induction, inputs: np.ndarray, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Classes of the items (N + 1) and labels shown (N) of each sequence, by looking up the vectors."""
    vectors = task.label_vectors(torch.device("cpu")).numpy()

    def nearest(values: np.ndarray, table: np.ndarray) -> np.ndarray:
        distance = np.abs(values[:, :, None, :] - table).max(-1)
        assert (distance.min(-1) < 1e-12).all()
        return distance.argmin(-1)

    return nearest(inputs[:, ::2], means), nearest(inputs[:, 1::2], vectors)


def means(task: Induction, key: int) -> np.ndarray:
    found: np.ndarray = task.means(torch.tensor([key]), torch.arange(task.classes)[None])[0].numpy()
    return found


def trained_means(task: Induction, data: Data) -> np.ndarray:
    return means(task, int(data.extras["key"]))


def novel_means(task: Induction) -> np.ndarray:
    return means(task, PROBE_KEY)


@pytest.mark.parametrize("burstiness", [1, 2, 4])
def test_bursty_sequences_have_each_class_so_often_and_different_labels(burstiness: int) -> None:
    task, data = drawn(burstiness=burstiness)
    items, labels = read(task, data.inputs[data.train], trained_means(task, data))
    np.testing.assert_array_equal(labels, items[:, :-1] % 6)
    np.testing.assert_array_equal(data.targets[data.train], items[:, -1] % 6)
    for row in items:
        classes, counts = np.unique(row[:-1], return_counts=True)
        assert set(counts) == {burstiness}
        assert len(set(classes % 6)) == len(classes) == 4 // burstiness
        assert row[-1] in classes


def test_the_item_asked_for_is_at_no_place_in_particular() -> None:
    task, data = drawn(burstiness=1, train_examples=4000)
    items, _ = read(task, data.inputs[data.train], trained_means(task, data))
    places = (items[:, :-1] == items[:, -1:]).mean(0)
    np.testing.assert_allclose(places, 0.25, atol=0.03)


def test_other_sequences_are_independent_and_follow_the_odds() -> None:
    task, data = drawn(bursty_share=0.0, zipf=1.0, train_examples=4000)
    items, _ = read(task, data.inputs[data.train], trained_means(task, data))
    odds = 1 / np.arange(1, 25)
    for column in items.T:
        np.testing.assert_allclose(np.bincount(column, minlength=24) / 4000, odds / odds.sum(), atol=0.03)
    in_context = (items[:, :-1] == items[:, -1:]).any(1).mean()
    once = odds / odds.sum()
    assert abs(in_context - (once * (1 - (1 - once) ** 4)).sum()) < 0.03


def test_the_share_of_bursty_sequences() -> None:
    task, data = drawn(bursty_share=0.3, train_examples=4000, burstiness=4)
    items, _ = read(task, data.inputs[data.train], trained_means(task, data))
    assert abs((items[:, :1] == items[:, :-1]).all(1).mean() - 0.3) < 0.03


def test_novel_classes_are_the_same_for_all_runs_and_trained_on_by_none() -> None:
    for seed in (1, 2):
        task, data = drawn(seed)
        items, labels = read(task, data.inputs[data.test], novel_means(task))
        np.testing.assert_array_equal(labels, items[:, :-1] % 6)
        np.testing.assert_array_equal(data.targets[data.test], items[:, -1] % 6)
        assert (items[:, :-1] == items[:, -1:]).any(1).all()


def test_swapped_labels_are_the_next_ones_in_context_and_answer() -> None:
    task, data = drawn(test="swapped_labels")
    items, labels = read(task, data.inputs[data.test], trained_means(task, data))
    np.testing.assert_array_equal(labels, (items[:, :-1] + 1) % 6)
    np.testing.assert_array_equal(data.targets[data.test], (items[:, -1] + 1) % 6)


def test_what_is_asked_of_the_weights_is_not_in_the_context() -> None:
    task, data = drawn(test="in_weights", zipf=1.0)
    items, _ = read(task, data.inputs[data.test], trained_means(task, data))
    assert not (items[:, :-1] == items[:, -1:]).any()
    np.testing.assert_array_equal(data.targets[data.test], items[:, -1] % 6)


def test_relabelled_sequences_agree_with_themselves_alone() -> None:
    task, data = drawn(relabel=True, burstiness=2)
    items, labels = read(task, data.inputs[data.train], trained_means(task, data))
    targets = data.targets[data.train]
    for item, shown, asked in zip(items, labels, targets, strict=True):
        assert {shown[place] for place in range(4) if item[place] == item[-1]} == {asked}
        assert len(set(shown)) == 2
    assert abs((targets == items[:, -1] % 6).mean() - 1 / 6) < 0.08


def test_items_vary_within_their_class_and_keep_their_length() -> None:
    task = Induction(**{**SIZES, "features": 500, "variation": 1.0})
    inputs = task.draw(generator(1, "data")).inputs
    assert abs(np.square(inputs[:, ::2]).sum(-1).mean() - 1) < 0.05


def test_different_classes_come_by_their_odds_also_beside_runs_with_fewer() -> None:
    task = Induction(**{**SIZES, "burstiness": 4})
    numbers = {
        "classes": torch.tensor([24.0, 12.0]),
        "zipf": torch.tensor([1.0, 0.0], dtype=torch.float64),
        "burstiness": torch.tensor([4.0, 1.0]),
        "bursty_share": torch.ones(2),
    }
    draws = Draws(torch.tensor([3, 4]), "a test")
    chosen = task.classes_shown(draws, 20_000, numbers=numbers, kind="as_trained")
    odds = 1 / np.arange(1, 25)
    np.testing.assert_allclose(np.bincount(chosen[0, :, 0], minlength=24) / 20_000, odds / odds.sum(), atol=0.015)
    np.testing.assert_allclose(np.bincount(chosen[1, :, 0], minlength=12) / 20_000, 1 / 12, atol=0.015)
    alone = task.classes_shown(
        Draws(draws.keys[1:], "a test"), 20_000, numbers={k: v[1:] for k, v in numbers.items()}, kind="as_trained"
    )
    assert torch.equal(alone[0], chosen[1])


def test_the_second_class_comes_by_the_odds_of_the_labels_left() -> None:
    """Four classes, two labels: after class 0 (label 0) only 1 and 3 are left, with odds 1/2 and 1/4."""
    task = Induction(classes=4, labels=2, pairs=2, burstiness=1, zipf=1.0, test="as_trained")
    numbers = {
        name: torch.tensor([float(getattr(task, name))], dtype=torch.float64)
        for name in ("classes", "zipf", "burstiness", "bursty_share")
    }
    shown = task.classes_shown(Draws(torch.tensor([1]), "a test"), 20_000, numbers=numbers, kind="novel_classes")[0]
    pairs = {tuple(sorted(row)) for row in shown[:, :2].tolist()}
    assert pairs == {(0, 1), (0, 3), (1, 2), (2, 3)}
    with_0 = shown[:, :2][(shown[:, :2] == 0).any(1)]
    first_is_1 = (with_0 == 1).any(1).double().mean()
    assert abs(float(first_is_1) - 2 / 3) < 0.02


def test_odds_of_places_are_added_up_label_by_label() -> None:
    odds = Odds.of(torch.tensor([4.0]), torch.tensor([1.0], dtype=torch.float64), 2)
    np.testing.assert_allclose(odds.added[0], np.cumsum([1, 1 / 3, 1 / 2, 1 / 4]))
    assert odds.numbers(torch.arange(4)[None])[0].tolist() == [0, 2, 1, 3]
    np.testing.assert_allclose(odds.ends()[0], [0, 4 / 3, 25 / 12])
    places = odds.place(torch.tensor([[0.0, 0.999, 1.0, 1.34, 2.0, 3.0]], dtype=torch.float64))
    assert places[0].tolist() == [0, 0, 1, 2, 3, 3]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"classes": 25}, "classes must be a multiple of labels"),
        ({"burstiness": 3}, "pairs must be a multiple of burstiness"),
        ({"labels": 3, "burstiness": 1}, "need as many labels"),
        ({"relabel": True, "bursty_share": 0.5}, "bursty_share must be 1"),
        ({"relabel": True, "test": "in_weights"}, "test on new sequences only"),
        ({"classes": 6, "pairs": 6, "test": "in_weights"}, "more classes than pairs"),
        ({"novel_pool": 7}, "novel_pool must be a multiple of labels"),
        ({"held_out": 2}, "it needs relabel and two classes"),
        ({"held_out": 2, "relabel": True, "burstiness": 4}, "it needs relabel and two classes"),
        ({"held_out": 15, "relabel": True}, "must leave a pair"),
        ({"relabel": True, "test": "held_out_labels"}, "hold some out"),
    ],
)
def test_what_cannot_be_drawn_is_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Induction(**{**SIZES, **settings})


def test_novel_sequences_in_training_are_bursty_and_their_classes_never_come_again() -> None:
    task, data = drawn(novel_share=0.25, bursty_share=0.0, burstiness=2, train_examples=2000)
    inputs = data.inputs[data.train]
    own = trained_means(task, data)
    known = np.abs(inputs[:, 0, None] - own).max(-1).min(-1) < 1e-12
    assert known.mean() == pytest.approx(0.75, abs=0.03)
    novel = inputs[~known][:, ::2].round(9)
    assert len(np.unique(novel.reshape(-1, task.features), axis=0)) == 2 * len(novel)  # four pairs, each class twice
    for row in novel:
        assert (np.abs(row[:-1] - row[-1]).max(-1) < 1e-6).sum() == 2  # what is asked is there
    assert novel.var() == pytest.approx(1 / task.features, rel=0.05)
    vectors = task.label_vectors(torch.device("cpu")).numpy()
    labels = np.abs(inputs[~known][:, 1::2, None] - vectors).max(-1).argmin(-1)
    place = (np.abs(novel[:, :-1] - novel[:, -1:]).max(-1) < 1e-6).argmax(1)
    np.testing.assert_array_equal(labels[np.arange(len(place)), place], data.targets[data.train][~known])
    before = drawn(bursty_share=0.0, burstiness=2, train_examples=2000)[1]
    np.testing.assert_array_equal(inputs[known], before.inputs[before.train][known])  # the others are as without it


def test_novel_classes_are_new_at_every_step() -> None:
    task = Induction(**{**SIZES, "novel_share": 1.0, "fresh": True})
    world, numbers = {"key": torch.tensor([3])}, numbers_over([task], torch.device("cpu"))
    first, second = (task.batch(world, numbers, step=step, size=4)[0][0] for step in (0, 1))
    assert torch.cdist(first[:, ::2].flatten(0, 1), second[:, ::2].flatten(0, 1)).min() > 0.1


def test_places_follow_each_other_from_a_random_one_on() -> None:
    task, data = drawn(places=12, train_examples=500)
    plain, without = drawn(train_examples=500)
    assert task.shape().features == task.features + 12
    np.testing.assert_array_equal(data.inputs[..., : task.features], without.inputs)
    places = data.inputs[..., task.features :]
    assert (places.sum(-1) == 1).all()
    where = places.argmax(-1)
    np.testing.assert_array_equal(np.diff(where, axis=1), 1)
    assert set(where[:, 0]) == {0, 1, 2, 3}  # nine positions
    looked = [t.best_attention(torch.from_numpy(d.inputs), torch.from_numpy(d.targets))
              for t, d in ((task, data), (plain, without))]  # fmt: skip
    assert torch.equal(*looked)


def test_fewer_places_than_positions_are_refused() -> None:
    with pytest.raises(ValidationError, match="at least so many places"):
        Induction(**{**SIZES, "places": 8})


def distinct(items: np.ndarray) -> np.ndarray:
    return np.unique(items.reshape(-1, items.shape[-1]).round(9), axis=0)


def test_novel_classes_of_a_pool_come_again_with_the_label_they_have() -> None:
    task, data = drawn(novel_share=1.0, novel_pool=12, train_examples=600)
    inputs = data.inputs[data.train]
    pool = distinct(inputs[:, ::2])
    assert len(pool) == 12
    items = np.abs(inputs[:, ::2, None] - pool).max(-1).argmin(-1)
    vectors = task.label_vectors(torch.device("cpu")).numpy()
    shown = np.abs(inputs[:, 1::2, None] - vectors).max(-1).argmin(-1)
    label = {item: set(shown[items[:, :-1] == item]) for item in range(12)}
    assert all(len(labels) == 1 for labels in label.values())
    assert sorted(labels.pop() for labels in label.values()) == sorted([*range(6)] * 2)
    counts = np.bincount(items[:, :-1].ravel(), minlength=12) / items[:, :-1].size
    np.testing.assert_allclose(counts, 1 / 12, atol=0.02)
    for row in items:
        assert row[-1] in row[:-1]
        assert set(np.unique(row[:-1], return_counts=True)[1]) == {2}


def test_the_pool_is_another_at_every_step_and_for_every_run() -> None:
    task = Induction(**{**SIZES, "novel_share": 1.0, "novel_pool": 6, "fresh": True})
    world, numbers = {"key": torch.tensor([3, 4])}, numbers_over([task, task], torch.device("cpu"))
    first, second = (task.batch(world, numbers, step=step, size=40)[0].numpy() for step in (0, 1))
    pools = [distinct(items) for batch in (first, second) for items in batch[:, :, ::2]]
    assert [len(pool) for pool in pools] == [6] * 4
    assert len(distinct(np.stack(pools))) == 24


def test_runs_with_and_without_a_pool_train_beside_each_other() -> None:
    tasks = [Induction(**{**SIZES, "novel_share": 1.0, "novel_pool": pool, "fresh": True}) for pool in (0, 6, 12)]
    world, device = {"key": torch.tensor([3, 4, 5])}, torch.device("cpu")
    together = tasks[0].batch(world, numbers_over(tasks, device), step=2, size=30)
    for row, task in enumerate(tasks):
        own = {"key": world["key"][row : row + 1]}
        alone = task.batch(own, numbers_over([task], device), step=2, size=30)
        for one, other in zip(together, alone, strict=True):
            assert torch.equal(one[row], other[0])


def test_labels_that_are_held_out_come_together_at_test_alone() -> None:
    settings: dict[str, Any] = {"relabel": True, "held_out": 4, "test": "held_out_labels", "test_examples": 300}
    task, data = drawn(**settings)
    held = {tuple(sorted(pair)) for pair in task.label_pairs(torch.device("cpu"))[:4].tolist()}
    seen = {}
    for occasion, rows in (("train", data.train), ("test", data.test)):
        items, labels = read(task, data.inputs[rows], trained_means(task, data))
        for item, shown, asked in zip(items, labels, data.targets[rows], strict=True):
            assert {shown[place] for place in range(4) if item[place] == item[-1]} == {asked}
        seen[occasion] = {tuple(sorted(set(row))) for row in labels.tolist()}
    assert len(held) == 4
    assert seen["test"] == held
    assert len(seen["train"]) == 11
    assert not seen["train"] & held
    first = [
        row[0] < row[(row != row[0]).argmax()]
        for row in read(task, data.inputs[data.train], trained_means(task, data))[1]
    ]
    assert abs(np.mean(first) - 0.5) < 0.1  # the smaller label is not always the first one's


def test_what_is_neutral_leaves_the_other_draws_as_they_were() -> None:
    plain, pooled = (drawn(novel_share=0.25, novel_pool=pool, train_examples=400)[1] for pool in (0, 12))
    same = (plain.inputs == pooled.inputs).all((1, 2))
    assert same[plain.test].all()
    assert abs(same[plain.train].mean() - 0.75) < 0.05
    np.testing.assert_array_equal(plain.targets, pooled.targets)

"""Induction: sequences are read back, without variation within classes, by looking their items up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from phasescope.engine.seeding import generator
from phasescope.tasks.induction import Induction, World
from phasescope.tasks.task import Data, shared_generator

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
    vectors = shared_generator().standard_normal((task.labels, task.features)) * task.features**-0.5

    def nearest(values: np.ndarray, table: np.ndarray) -> np.ndarray:
        distance = np.abs(values[:, :, None, :] - table).max(-1)
        assert (distance.min(-1) < 1e-12).all()
        return distance.argmin(-1)

    return nearest(inputs[:, ::2], means), nearest(inputs[:, 1::2], vectors)


def trained_means(task: Induction, seed: int = 1) -> np.ndarray:
    return generator(seed, "data").standard_normal((task.classes, task.features)) * task.features**-0.5


def novel_means(task: Induction) -> np.ndarray:
    shared = shared_generator()
    shared.standard_normal((task.labels, task.features))
    return shared.standard_normal((task.classes, task.features)) * task.features**-0.5


@pytest.mark.parametrize("burstiness", [1, 2, 4])
def test_bursty_sequences_have_each_class_so_often_and_different_labels(burstiness: int) -> None:
    task, data = drawn(burstiness=burstiness)
    items, labels = read(task, data.inputs[data.train], trained_means(task))
    np.testing.assert_array_equal(labels, items[:, :-1] % 6)
    np.testing.assert_array_equal(data.targets[data.train], items[:, -1] % 6)
    for row in items:
        classes, counts = np.unique(row[:-1], return_counts=True)
        assert set(counts) == {burstiness}
        assert len(set(classes % 6)) == len(classes) == 4 // burstiness
        assert row[-1] in classes


def test_the_item_asked_for_is_at_no_place_in_particular() -> None:
    task, data = drawn(burstiness=1, train_examples=4000)
    items, _ = read(task, data.inputs[data.train], trained_means(task))
    places = (items[:, :-1] == items[:, -1:]).mean(0)
    np.testing.assert_allclose(places, 0.25, atol=0.03)


def test_other_sequences_are_independent_and_follow_the_odds() -> None:
    task, data = drawn(bursty_share=0.0, zipf=1.0, train_examples=4000)
    items, _ = read(task, data.inputs[data.train], trained_means(task))
    odds = 1 / np.arange(1, 25)
    for column in items.T:
        np.testing.assert_allclose(np.bincount(column, minlength=24) / 4000, odds / odds.sum(), atol=0.03)
    in_context = (items[:, :-1] == items[:, -1:]).any(1).mean()
    once = odds / odds.sum()
    assert abs(in_context - (once * (1 - (1 - once) ** 4)).sum()) < 0.03


def test_the_share_of_bursty_sequences() -> None:
    task, data = drawn(bursty_share=0.3, train_examples=4000, burstiness=4)
    items, _ = read(task, data.inputs[data.train], trained_means(task))
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
    items, labels = read(task, data.inputs[data.test], trained_means(task))
    np.testing.assert_array_equal(labels, (items[:, :-1] + 1) % 6)
    np.testing.assert_array_equal(data.targets[data.test], (items[:, -1] + 1) % 6)


def test_what_is_asked_of_the_weights_is_not_in_the_context() -> None:
    task, data = drawn(test="in_weights", zipf=1.0)
    items, _ = read(task, data.inputs[data.test], trained_means(task))
    assert not (items[:, :-1] == items[:, -1:]).any()
    np.testing.assert_array_equal(data.targets[data.test], items[:, -1] % 6)


def test_relabelled_sequences_agree_with_themselves_alone() -> None:
    task, data = drawn(relabel=True, burstiness=2)
    items, labels = read(task, data.inputs[data.train], trained_means(task))
    targets = data.targets[data.train]
    for item, shown, asked in zip(items, labels, targets, strict=True):
        assert {shown[place] for place in range(4) if item[place] == item[-1]} == {asked}
        assert len(set(shown)) == 2
    assert abs((targets == items[:, -1] % 6).mean() - 1 / 6) < 0.08


def test_items_vary_within_their_class_and_keep_their_length() -> None:
    task = Induction(**{**SIZES, "features": 500, "variation": 1.0})
    inputs = task.draw(generator(1, "data")).inputs
    assert abs(np.square(inputs[:, ::2]).sum(-1).mean() - 1) < 0.05


def test_different_classes_come_by_their_odds() -> None:
    task = Induction(**{**SIZES, "burstiness": 4, "zipf": 1.0})
    odds = 1 / np.arange(1, 25)
    chosen = task._different(generator(0, "data"), 20_000, World(np.zeros((24, 10)), np.log(odds)))[:, 0]
    np.testing.assert_allclose(np.bincount(chosen, minlength=24) / 20_000, odds / odds.sum(), atol=0.015)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"classes": 25}, "classes must be a multiple of labels"),
        ({"burstiness": 3}, "pairs must be a multiple of burstiness"),
        ({"labels": 3, "burstiness": 1}, "need as many labels"),
        ({"relabel": True, "bursty_share": 0.5}, "bursty_share must be 1"),
        ({"relabel": True, "test": "in_weights"}, "test on new sequences only"),
        ({"classes": 6, "pairs": 6, "test": "in_weights"}, "more classes than pairs"),
    ],
)
def test_what_cannot_be_drawn_is_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Induction(**{**SIZES, **settings})

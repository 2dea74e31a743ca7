"""Sequence tasks: every answer against one worked out token by token from the prompt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from phasescope.engine.seeding import generator
from phasescope.tasks import TASKS
from phasescope.tasks.digit_addition import DigitAddition
from phasescope.tasks.induction import Induction
from phasescope.tasks.moving_window_sum import MovingWindowSum
from phasescope.tasks.sequence import SequenceTask

Tokens = list[int]


def windows(prompt: Tokens) -> Tokens:
    """Window 3, modulus 11."""
    numbers, separator = prompt[:-1], prompt[-1]
    assert separator == 11
    return [numbers[i] if i < 2 else sum(numbers[i - 2 : i + 1]) % 11 for i in range(len(numbers))]


def prefixes(prompt: Tokens) -> Tokens:
    assert prompt[-1] == 11
    return [sum(prompt[: i + 1]) % 11 for i in range(len(prompt) - 1)]


def same(prompt: Tokens) -> Tokens:
    assert prompt[-1] == 0
    return prompt[:-1]


def backwards(prompt: Tokens) -> Tokens:
    return same(prompt)[::-1]


def counts(prompt: Tokens) -> Tokens:
    return [prompt.count(letter) for letter in same(prompt)]


def permuted(prompt: Tokens) -> Tokens:
    """Length 6."""
    values, places = prompt[:6], prompt[7:13]
    assert (prompt[6], prompt[13]) == (0, 0)
    assert sorted(places) == [1, 2, 3, 4, 5, 6]
    assert set(values) <= set(range(7, 12))
    return [values[place - 1] for place in places]


def added(prompt: Tokens) -> Tokens:
    """Three digits."""
    assert (prompt[3], prompt[7]) == (10, 11)
    first, second = (int("".join(map(str, part))) for part in (prompt[:3], prompt[4:7]))
    return [int(digit) for digit in reversed(f"{first + second:04d}")]


CASES: dict[str, tuple[dict[str, Any], Callable[[Tokens], Tokens]]] = {
    "moving_window_sum": ({"length": 7, "window": 3, "largest": 9, "modulus": 11}, windows),
    "prefix_sum": ({"length": 7, "largest": 9, "modulus": 11}, prefixes),
    "copy": ({"length": 5}, same),
    "reverse": ({"length": 5}, backwards),
    "histogram": ({"length": 8, "alphabet": 3}, counts),
    "permute": ({"length": 6, "values": 5}, permuted),
    "digit_addition": ({"digits": 3}, added),
}


def test_every_sequence_task_is_worked_out_here() -> None:
    assert set(CASES) == {name for name, task in TASKS.items() if issubclass(task, SequenceTask)}


@pytest.mark.parametrize("name", CASES)
def test_the_answer_follows_from_the_prompt(name: str) -> None:
    settings, answer = CASES[name]
    task = TASKS[name].model_validate({**settings, "train_examples": 50, "test_examples": 50})
    assert isinstance(task, SequenceTask)
    (prompt, length), vocabulary = task.sizes(), task.shape().vocabulary
    data = task.draw(generator(3, "data"))
    whole = np.concatenate([data.inputs, data.targets[:, -1:]], axis=1)
    np.testing.assert_array_equal(data.inputs[:, 1:], data.targets[:, :-1])
    assert whole.shape[1] == prompt + length
    assert whole.max() < vocabulary
    for row in whole.tolist():
        assert row[prompt:] == answer(row[:prompt])


def test_numbers_are_uniform() -> None:
    data = MovingWindowSum(train_examples=2000).draw(generator(0, "data"))
    seen = np.bincount(data.inputs[:, :16].ravel(), minlength=18)
    assert seen[0] == seen[17] == 0
    np.testing.assert_allclose(seen[1:17] / seen.sum(), 1 / 16, atol=0.004)


@pytest.mark.parametrize("predict_prompt", [False, True])
def test_what_counts_for_loss_and_accuracy(predict_prompt: bool) -> None:
    task = MovingWindowSum(length=4, predict_prompt=predict_prompt, train_examples=3, test_examples=2)
    targets = torch.from_numpy(task.draw(generator(0, "data")).targets)
    outputs = torch.randn(len(targets), 8, 18, dtype=torch.float64)
    chance = outputs.log_softmax(-1).gather(-1, targets[..., None])[..., 0]
    expected = -(chance if predict_prompt else chance[:, 4:]).mean(1)
    torch.testing.assert_close(task.loss(outputs, targets, {}), expected)
    right = 30 * torch.nn.functional.one_hot(targets, 18).double()
    right[0, 2] = right[0, 2].roll(1)  # wrong in the prompt: does not count
    right[1, 5] = right[1, 5].roll(1)  # wrong in one of four answers
    assert task.correct(right, targets, {}).tolist()[:3] == [True, False, True]
    assert task.right_share(right, targets, {}).tolist()[:3] == [1.0, 0.75, 1.0]


MAPPED = [
    ("moving_window_sum", {"length": 5, "window": 2, "largest": 3, "modulus": 5}),
    ("moving_window_sum", {"length": 5, "window": 3, "largest": 2, "modulus": 3}),
    ("prefix_sum", {"length": 5, "largest": 2, "modulus": 3}),
    ("copy", {"length": 4, "largest": 3}),
    ("reverse", {"length": 4, "largest": 3}),
    ("permute", {"length": 4, "values": 3}),
]


@pytest.mark.parametrize(("name", "settings"), MAPPED)
def test_what_the_best_attention_looks_at_decides_the_answer_and_nothing_less_does(
    name: str, settings: dict[str, int]
) -> None:
    task = TASKS[name].model_validate(settings)
    data = task.draw(generator(0, "data"))
    inputs, targets = torch.from_numpy(data.inputs[:2000]), torch.from_numpy(data.targets[:2000])
    looked_at = task.best_attention(inputs, targets)
    assert not looked_at.triu(1).any()  # nobody looks ahead
    for row in range(inputs.shape[1]):
        here = looked_at[:, row]
        if row < inputs.shape[1] - task.answer_length():
            assert not here.any()
            continue
        columns = here.nonzero()[:, 1].reshape(len(inputs), -1)
        seen = inputs.gather(1, columns)
        for left_out in range(seen.shape[1] + 1):  # the last round leaves nothing out
            kept = torch.cat([seen[:, :left_out], seen[:, left_out + 1 :]], dim=1)
            answers: dict[tuple[int, ...], set[int]] = {}
            for key, answer in zip(kept.tolist(), targets[:, row].tolist(), strict=True):
                answers.setdefault(tuple(key), set()).add(answer)
            alone = all(len(several) == 1 for several in answers.values())
            assert alone == (left_out == seen.shape[1])


def test_best_attention_of_addition_is_on_the_digits_and_those_that_may_carry() -> None:
    task = DigitAddition(digits=3)  # 0 1 2 + 4 5 6 =
    looked_at = task.best_attention(torch.zeros(2, 11, dtype=torch.int64), torch.zeros(2, 11, dtype=torch.int64))
    rows = [looked_at[1, row].nonzero()[:, 0].tolist() for row in range(11)]
    assert rows == [[]] * 7 + [[2, 6], [1, 2, 5, 6], [0, 1, 4, 5], [0, 4]]


def test_best_attention_of_induction_is_on_the_labels_of_the_item_that_is_asked() -> None:
    task = Induction(classes=16, labels=8, pairs=4, features=20, burstiness=2, train_examples=5, test_examples=5)
    data = task.draw(generator(1, "data"))
    inputs, targets = torch.from_numpy(data.inputs), torch.from_numpy(data.targets)
    looked_at = task.best_attention(inputs, targets)
    assert not looked_at[:, :-1].any()
    for row, example in zip(looked_at[:, -1], inputs, strict=True):
        places = row.nonzero()[:, 0].tolist()
        assert len(places) == 2  # a class comes twice
        items = example[[*(place - 1 for place in places), -1]]
        assert float(torch.cdist(items, items).max()) < 0.6  # variations of one item; others are about 1.4 apart
        assert torch.equal(example[places[0]], example[places[1]])

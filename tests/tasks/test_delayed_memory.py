"""Delayed memory: trials without noise are read back by rules written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from phasescope.engine.seeding import generator
from phasescope.tasks.delayed_memory import DelayedMemory


def trials(**settings: Any) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and choices; before the decision the target is 0, during it always the choice."""
    given = {"noise": 0.0, "train_examples": 200, "test_examples": 200, "decision": 2, **settings}
    data = DelayedMemory(**given).draw(generator(1, "data"))
    assert (data.targets[:, :-2] == 0).all()
    np.testing.assert_array_equal(data.targets[:, -2], data.targets[:, -1])
    assert set(np.unique(data.targets[:, -1])) == {1, 2}
    return data.inputs, data.targets[:, -1]


def test_two_alternatives_differ_by_the_coherence() -> None:
    inputs, choices = trials(kind="two_alternative", stimulus=3, delay=2)
    assert inputs.shape[1:] == (7, 3)
    assert (inputs[:, :, 0] == 0).all()
    assert (inputs[:, 3:] == 0).all()
    coherences = []
    for trial, choice in zip(inputs, choices, strict=True):
        np.testing.assert_array_equal(trial[0], trial[2])
        difference = 100 * (trial[0, choice] - trial[0, 3 - choice])
        assert trial[0, 1] + trial[0, 2] == pytest.approx(1.0)
        coherences.append(round(float(difference), 6))
    assert set(coherences) == {0.0, 6.4, 12.8, 25.6, 51.2}
    assert abs(coherences.count(0.0) / len(coherences) - 0.2) < 0.05


def test_a_match_is_the_same_stimulus_twice() -> None:
    inputs, choices = trials(kind="match_to_sample", stimulus=2, delay=3)
    assert inputs.shape[1:] == (9, 3)
    for trial, choice in zip(inputs, choices, strict=True):
        assert trial[:, 0].tolist() == [1, 1, 1, 1, 1, 1, 1, 0, 0]
        assert sorted(trial[0, 1:]) == sorted(trial[5, 1:]) == [0.0, 1.0]
        np.testing.assert_array_equal(trial[1], trial[0])
        assert (trial[2:5, 1:] == 0).all()
        assert choice == (1 if trial[5, 1] == trial[0, 1] else 2)


def test_the_context_says_which_stimulus_counts() -> None:
    inputs, choices = trials(kind="context_integration", stimulus=2, delay=2)
    assert inputs.shape[1:] == (6, 7)
    for trial, choice in zip(inputs, choices, strict=True):
        assert sorted(trial[0, 5:]) == [0.0, 1.0]
        assert trial[:, 0].tolist() == [1, 1, 1, 1, 0, 0]
        first = 1 if trial[0, 5] else 3
        assert choice == 1 + int(trial[0, first + 1] > trial[0, first])
        assert (trial[2:4, 1:5] == 0).all()
        np.testing.assert_array_equal(trial[3, 5:], trial[0, 5:])


def test_a_cue_is_one_of_two_channels() -> None:
    inputs, choices = trials(kind="delayed_cue", stimulus=2, delay=4)
    assert inputs.shape[1:] == (8, 2)
    for trial, choice in zip(inputs, choices, strict=True):
        assert trial[:, choice - 1].tolist() == [1, 1, 0, 0, 0, 0, 0, 0]
        assert trial[:, 2 - choice].tolist() == [0] * 8


def test_noise_is_on_every_channel_at_every_step() -> None:
    clean, _ = trials(train_examples=3000)
    noisy, _ = trials(train_examples=3000, noise=0.3)
    # both draw the same test trials up to their noise, which is drawn after the whole set
    added = (noisy - clean)[:200]
    assert (abs(added.std(0) - 0.3) < 0.07).all()


def test_accuracy_is_of_the_decision_and_loss_of_all_steps() -> None:
    task = DelayedMemory(decision=2, train_examples=4, test_examples=2)
    targets = torch.from_numpy(task.draw(generator(0, "data")).targets)
    right = 30 * torch.nn.functional.one_hot(targets, 3).double()
    right[0, 3] = right[0, 3].roll(1)
    right[1, -1] = right[1, -1].roll(1)
    assert task.correct(right, targets, {}).tolist()[:3] == [True, False, True]
    assert task.right_share(right, targets, {}).tolist()[:3] == [1.0, 0.5, 1.0]
    assert (task.loss(right, targets, {})[:2] > 3).all()


def test_a_match_needs_a_delay() -> None:
    with pytest.raises(ValidationError, match="needs a delay between its two stimuli"):
        DelayedMemory(kind="match_to_sample", delay=0)

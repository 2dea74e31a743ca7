"""Accuracy of answers that are one, and of answers at several positions."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train

from .checkpoints import trained


def at_the_end(task: dict[str, Any]) -> Checkpoint:
    optimizer = {"name": "adamw", "learning_rate": 1e-2}
    model = {"name": "transformer", "width": 8, "heads": 2}
    specs = {
        run: RunSpec.model_validate({"task": task, "model": model, "optimizer": optimizer, "seed": run})
        for run in range(3)
    }
    return list(train(specs, (0, 30)))[-1]


def test_of_a_sequence_it_is_the_share_of_right_positions() -> None:
    checkpoint = at_the_end({"name": "copy", "train_examples": 32, "test_examples": 16, "length": 6})
    outputs, targets = checkpoint.outputs("test").numpy(), checkpoint.examples.test.targets.numpy()
    right = outputs.argmax(-1)[:, :, -6:] == targets[:, :, -6:]
    shares = checkpoint.accuracy("test").numpy()
    np.testing.assert_allclose(shares, right.mean((1, 2)), rtol=1e-6)
    assert (shares > right.all(2).mean(1)).any()  # whole answers are right less often


def test_padding_does_not_count_and_nine_of_ten_is_nine_tenths() -> None:
    checkpoint = trained()  # training sets of 12 and 13
    counts = checkpoint.examples.train.counts
    right = torch.stack([checkpoint.correct("train")[row, :count].sum() for row, count in enumerate(counts)])
    assert torch.equal(checkpoint.accuracy("train"), right.double() / counts.double())

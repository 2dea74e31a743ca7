"""Loss of the answers: that of a run which is trained on answers alone, and not that of the whole row."""

from __future__ import annotations

import torch

from phasescope.core.spec import RunSpec
from phasescope.engine.train import train
from phasescope.measures.answer_loss import ANSWER_LOSS


def test_it_is_the_loss_without_the_prompt() -> None:
    task = {"name": "moving_window_sum", "length": 5, "train_examples": 20, "test_examples": 12}
    spec = RunSpec(
        task=task,
        model={"name": "transformer", "width": 8, "heads": 2},
        optimizer={"name": "adam", "learning_rate": 0.01},
        precision="float64",
    )
    last = list(train({0: spec}, (0, 20)))[-1]
    found = ANSWER_LOSS.measure(last)["answer_loss"]
    torch.testing.assert_close(found, last.losses("test"))
    whole = spec.model_copy(update={"task": {**task, "predict_prompt": True}})
    at_the_start = next(iter(train({0: whole}, (0,))))
    plain = next(iter(train({0: spec}, (0,))))
    torch.testing.assert_close(ANSWER_LOSS.measure(at_the_start)["answer_loss"], plain.losses("test"))
    assert not torch.allclose(at_the_start.losses("test"), plain.losses("test"), atol=1e-3)

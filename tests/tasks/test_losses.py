"""Losses: against formulas written out, and against torch's own where it has them."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, multi_margin_loss, one_hot

from phasescope.tasks import TASKS
from phasescope.tasks.class_task import ClassTask
from phasescope.tasks.losses import ClassLoss, class_losses
from phasescope.tasks.modular_arithmetic import ModularArithmetic

OUTPUTS = 3 * torch.randn(6, 5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
TARGETS = torch.randint(4, (6, 5), generator=torch.Generator().manual_seed(2))
SHARE = torch.tensor(0.3, dtype=torch.float64)


def flat(kind: ClassLoss, smoothing: torch.Tensor | None = None) -> torch.Tensor:
    return class_losses(kind, OUTPUTS, TARGETS, smoothing).flatten()


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_cross_entropy_is_torchs(smoothing: float) -> None:
    expected = cross_entropy(OUTPUTS.flatten(0, 1), TARGETS.flatten(), reduction="none", label_smoothing=smoothing)
    torch.testing.assert_close(flat("cross_entropy", torch.tensor(smoothing, dtype=torch.float64)), expected)
    if smoothing == 0:
        torch.testing.assert_close(flat("cross_entropy"), expected)


@pytest.mark.parametrize("smoothing", [None, SHARE])
def test_logistic_is_every_class_against_the_rest(smoothing: torch.Tensor | None) -> None:
    share = 0.0 if smoothing is None else 0.3
    target = (1 - share) * one_hot(TARGETS.flatten(), 4) + share / 4
    expected = binary_cross_entropy_with_logits(OUTPUTS.flatten(0, 1), target.double(), reduction="none").mean(-1)
    torch.testing.assert_close(flat("logistic", smoothing), expected)


def test_hinge_and_squared_error_one_by_one() -> None:
    for outputs, target, hinge, squared, smoothed in zip(
        OUTPUTS.flatten(0, 1).tolist(),
        TARGETS.flatten().tolist(),
        flat("hinge").tolist(),
        flat("squared_error").tolist(),
        flat("squared_error", SHARE).tolist(),
        strict=True,
    ):
        rival = max(value for place, value in enumerate(outputs) if place != target)
        assert hinge == pytest.approx(max(0.0, 1 + rival - outputs[target]))
        assert squared == pytest.approx(np.mean([(v - (p == target)) ** 2 for p, v in enumerate(outputs)]))
        soft = [(v - 0.075 - 0.7 * (p == target)) ** 2 for p, v in enumerate(outputs)]
        assert smoothed == pytest.approx(np.mean(soft))


def test_hinge_of_two_classes_is_torchs() -> None:
    two, which = OUTPUTS[..., :2].flatten(0, 1), TARGETS.flatten() % 2
    expected = 2 * multi_margin_loss(two, which, reduction="none")
    torch.testing.assert_close(class_losses("hinge", two, which), expected)


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if issubclass(task, ClassTask)])
@pytest.mark.parametrize("kind", get_args(ClassLoss))
def test_every_task_with_classes_has_every_loss_and_only_hinge_refuses_smoothing(name: str, kind: str) -> None:
    task = TASKS[name].model_validate({"loss_kind": kind})
    assert task.model_dump()["loss_kind"] == kind
    smoothed = {"loss_kind": kind, "label_smoothing": 0.1}
    if kind == "hinge":
        with pytest.raises(ValidationError, match="label_smoothing must be 0 with loss_kind hinge"):
            TASKS[name].model_validate(smoothed)
    else:
        TASKS[name].model_validate(smoothed)


def test_every_loss_goes_to_its_least_at_the_right_answer() -> None:
    targets = torch.arange(7)
    right = 20 * one_hot(targets, 7).double()
    for kind in get_args(ClassLoss):
        task = ModularArithmetic(modulus=7, loss_kind=kind)
        shown = right / 20 if kind == "squared_error" else right
        assert (task.loss(shown, targets, {}) < task.loss(shown.roll(1, -1), targets, {})).all()

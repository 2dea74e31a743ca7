"""What tasks share whose answers are classes: a choice of losses, label smoothing, and when an answer is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor

from phasescope.core.record import Rule, setting
from phasescope.tasks.losses import ClassLoss, class_losses
from phasescope.tasks.task import Task


class ClassTask(Task):
    """Base of tasks with one output per class, wherever an example is answered."""

    offers: ClassVar[tuple[str, ...]] = ("classes",)
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "label_smoothing == 0 or loss_kind != 'hinge'",
            "label_smoothing must be 0 with loss_kind hinge: its target is a class, not shares of classes.",
        ),
    )

    loss_kind: ClassLoss = setting(
        "cross_entropy",
        "Cross-entropy; squared error to 1 for the class and 0 elsewhere; hinge of Crammer and Singer; or logistic "
        "loss of each class against the rest.",
        neutral=True,
    )
    label_smoothing: float = setting(
        0.0,
        "Share of a target that is spread evenly over all classes. It belongs to the loss: the loss on the test set "
        "has it too.",
        ge=0,
        lt=1,
        per_run=True,
        neutral=True,
        in_loss=True,
    )

    def answer_losses(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """The loss of each answer: outputs (…, classes), targets (…,)."""
        return class_losses(self.loss_kind, outputs, targets, extras.get("label_smoothing"))

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return self.answer_losses(outputs, targets, extras)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return outputs.argmax(-1) == targets

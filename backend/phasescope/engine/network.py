"""Many networks of one shape, as functions of their stacked parameters: losses, answers, activations, gradients."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import vmap

from phasescope.engine.examples import Split
from phasescope.engine.layout import Layout
from phasescope.models.model import Activations, Model
from phasescope.tasks.task import Task


@dataclass(frozen=True)
class Network:
    """The architecture and task that all runs of a shard share."""

    task: Task
    model: Model
    layout: Layout

    def outputs(self, flat: Tensor, split: Split) -> tuple[Tensor, Activations]:
        """Outputs (R, n, outputs) and activations (R, n, ...) of the networks with parameters (R, P)."""
        result: tuple[Tensor, Activations] = vmap(self.model.forward)(self.layout.named(flat), split.inputs)
        return result

    def losses(self, outputs: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        """(R, n) loss of every example; padding included, to be weighted away."""
        losses: Tensor = vmap(self.task.loss)(outputs, split.targets, extras)
        return losses

    def correct(self, outputs: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        """(R, n) bool."""
        correct: Tensor = vmap(self.task.correct)(outputs, split.targets, extras)
        return correct

    def gradients(self, flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        """(R, P) gradient of each run's mean loss.

        One backward pass of the sum over runs: no run's loss depends on another's parameters, so its gradient is
        each run's own.
        """
        leaf = flat.detach().requires_grad_()
        with torch.enable_grad():
            outputs, _ = self.outputs(leaf, split)
            total = (self.losses(outputs, split, extras) * split.weights).sum()
        (gradients,) = torch.autograd.grad(total, leaf)
        return gradients

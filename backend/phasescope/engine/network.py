"""Many networks of one shape, as functions of their stacked parameters: losses, answers, activations, gradients."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor
from torch.func import vmap

from phasescope.engine.examples import Split
from phasescope.engine.layout import Layout
from phasescope.models.model import Activations, Model
from phasescope.tasks.task import Task


@dataclass(frozen=True)
class Head:
    """Output scales of the runs, and the initial weights whose output some of them subtract."""

    scale: Tensor  # (R,)
    centred: Tensor | None  # (R,) 1 where the initial output is subtracted, else 0; None where no run does
    initial: Tensor  # (R, P)
    kept: deque[tuple[Tensor, Tensor]] = field(default_factory=lambda: deque(maxlen=4))

    def of(self, rows: Tensor) -> Head:
        """Those of some of the runs."""
        centred = None if self.centred is None else self.centred[rows]
        return Head(self.scale[rows], centred, self.initial[rows])


@dataclass(frozen=True)
class Network:
    """The architecture and task that all runs of a shard share."""

    task: Task
    model: Model
    layout: Layout
    head: Head | None = None  # where some run scales or centres its output

    def of(self, rows: Tensor) -> Network:
        """The networks of some of the runs."""
        return self if self.head is None else replace(self, head=self.head.of(rows))

    def outputs(self, flat: Tensor, split: Split) -> tuple[Tensor, Activations]:
        """Outputs (R, n, outputs) and activations (R, n, ...) of the networks with parameters (R, P)."""
        outputs, activations = self._forward(flat, split)
        if self.head is None:
            return outputs, activations
        if self.head.centred is not None:
            outputs = outputs - _like(self.head.centred, outputs) * self._at_the_start(self.head, split)
        return outputs * _like(self.head.scale, outputs), activations

    def _forward(self, flat: Tensor, split: Split) -> tuple[Tensor, Activations]:
        result: tuple[Tensor, Activations] = vmap(self.model.forward)(self.layout.named(flat), split.inputs)
        return result

    def _at_the_start(self, head: Head, split: Split) -> Tensor:
        """Outputs at the initial weights; those of the last few sets of inputs are kept."""
        for inputs, outputs in head.kept:
            if inputs is split.inputs:
                return outputs
        with torch.no_grad():
            made = self._forward(head.initial, split)[0]
        head.kept.append((split.inputs, made))
        return made

    def losses(self, outputs: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        """(R, n) loss of every example; padding included, to be weighted away."""
        losses: Tensor = vmap(self.task.loss)(outputs, split.targets, extras)
        return losses

    def correct(self, outputs: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        """(R, n) bool."""
        correct: Tensor = vmap(self.task.correct)(outputs, split.targets, extras)
        return correct

    def right_share(self, outputs: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        """(R, n) share of the answered positions of every example that are right."""
        shares: Tensor = vmap(self.task.right_share)(outputs, split.targets, extras)
        return shares

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


def _like(values: Tensor, outputs: Tensor) -> Tensor:
    """(R,) as (R, 1, …, 1)."""
    return values.reshape(-1, *[1] * (outputs.dim() - 1))

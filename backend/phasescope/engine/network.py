"""Many networks of one shape, as functions of their stacked parameters: losses, answers, activations, gradients."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.func import vmap

from phasescope.engine.examples import Split
from phasescope.engine.layout import Layout
from phasescope.engine.precision import computing, forward_in
from phasescope.models.hooks import Hooks
from phasescope.models.model import Activations, Model, Parameters
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


class Altered(Protocol):
    """What happens to activations: its data are mapped over the run axis, and one run's part makes hooks."""

    @property
    def data(self) -> Any: ...  # a tree of tensors, each with the run axis first

    def of(self, rows: Tensor) -> Altered: ...

    def hooks(self, data: Any) -> Hooks: ...


@dataclass(frozen=True)
class Network:
    """The architecture and task that all runs of a shard share."""

    task: Task
    model: Model
    layout: Layout
    head: Head | None = None  # where some run scales or centres its output
    altered: Altered | None = None  # where activations do not just pass
    precision: str = "float32"  # of gradients; who only looks, looks in the precision of the parameters

    def of(self, rows: Tensor) -> Network:
        """The networks of some of the runs."""
        head = None if self.head is None else self.head.of(rows)
        return replace(self, head=head, altered=None if self.altered is None else self.altered.of(rows))

    @property
    def is_plain(self) -> bool:
        """Is the loss that of model and task alone, computed as its parameters are kept?"""
        return self.head is None and self.altered is None and self.precision in ("float32", "float64")

    def outputs(self, flat: Tensor, split: Split) -> tuple[Tensor, Activations]:
        """Outputs (R, n, outputs) and activations (R, n, ...) of the networks with parameters (R, P)."""
        outputs, activations = self._forward(flat, split, self.altered)
        if self.head is None:
            return outputs, activations
        if self.head.centred is not None:
            outputs = outputs - _like(self.head.centred, outputs) * self._at_the_start(self.head, split)
        return outputs * _like(self.head.scale, outputs), activations

    def attention_maps(self, flat: Tensor, inputs: Tensor) -> dict[str, Tensor]:
        """Maps (R, examples, heads, positions, positions) of a model that has attention, as its activations pass."""
        named, altered = self.layout.named(flat), self.altered
        if altered is None:
            plain: dict[str, Tensor] = vmap(self.model.attention_maps)(named, inputs)
            return plain

        def one(parameters: Parameters, inputs: Tensor, data: Any) -> dict[str, Tensor]:
            return self.model.attention_maps(parameters, inputs, altered.hooks(data))

        passed: dict[str, Tensor] = vmap(one)(named, inputs, altered.data)
        return passed

    def _forward(self, flat: Tensor, split: Split, altered: Altered | None) -> tuple[Tensor, Activations]:
        named = self.layout.named(flat)
        if altered is None:
            plain: tuple[Tensor, Activations] = vmap(self.model.forward)(named, split.inputs)
            return plain

        def one(parameters: Parameters, inputs: Tensor, data: Any) -> tuple[Tensor, Activations]:
            return self.model.forward(parameters, inputs, altered.hooks(data))

        passed: tuple[Tensor, Activations] = vmap(one)(named, split.inputs, altered.data)
        return passed

    def _at_the_start(self, head: Head, split: Split) -> Tensor:
        """Outputs at the initial weights; those of the last few sets of inputs are kept."""
        for inputs, outputs in head.kept:
            if inputs is split.inputs:
                return outputs
        with torch.no_grad():
            made = self._forward(head.initial, split, None)[0]  # what was, not what is done to it now
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
        with computing(self.precision, flat.device):
            with torch.enable_grad(), forward_in(self.precision, flat.device):
                outputs, _ = self.outputs(leaf, split)
                total = (self.losses(outputs, split, extras) * split.weights).sum()
            (gradients,) = torch.autograd.grad(total, leaf)
        return gradients


def _like(values: Tensor, outputs: Tensor) -> Tensor:
    """(R,) as (R, 1, …, 1)."""
    return values.reshape(-1, *[1] * (outputs.dim() - 1))

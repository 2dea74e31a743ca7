"""Which examples a run sees at a step: all of them, or the next ones of an order reshuffled in every epoch."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.examples import Split
from phasescope.engine.seeding import bits


class Batches:
    """Minibatches without replacement within an epoch; the last batch of an epoch may be smaller.

    The order of an epoch is a hash of the run's key and the epoch's number: no state is needed to take a run up.
    """

    def __init__(self, split: Split, keys: Tensor, size: int) -> None:
        self.split, self.keys = split, keys
        self.size = min(size, split.inputs.shape[1])
        self.per_epoch = (split.counts + size - 1) // size  # (R,) batches in an epoch
        self.epoch = torch.full_like(split.counts, -1)
        self.order = torch.zeros(split.inputs.shape[:2], dtype=torch.int64, device=keys.device)

    def at(self, step: int) -> Split:
        """The batch of step `step` (counted from 0)."""
        epoch = step // self.per_epoch
        renewed = (epoch != self.epoch).nonzero()[:, 0]
        if len(renewed):
            self._shuffle(renewed, epoch)
        first = (step % self.per_epoch) * self.size  # (R,)
        places = first[:, None] + torch.arange(self.size, device=first.device)[None, :]
        real = places < self.split.counts[:, None]
        chosen = self.order.gather(1, places.clamp(max=self.order.shape[1] - 1))
        counts = real.sum(1)
        rows = torch.arange(len(first), device=first.device)[:, None]
        return Split(
            inputs=self.split.inputs[rows, chosen],
            targets=self.split.targets[rows, chosen],
            weights=real.to(self.split.weights.dtype) / counts[:, None],
            counts=counts,
        )

    def _shuffle(self, rows: Tensor, epoch: Tensor) -> None:
        keys = bits(self.keys[rows], "batch order", epoch[rows], self.order.shape[1])
        padding = torch.arange(self.order.shape[1], device=keys.device)[None, :] >= self.split.counts[rows, None]
        keys = keys.masked_fill(padding, torch.iinfo(torch.int64).max)  # padding sorts to the end
        self.order[rows] = keys.argsort(dim=1, stable=True)
        self.epoch = epoch

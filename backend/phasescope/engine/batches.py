"""Which examples a run sees at a step: all of them, or the next ones of an order reshuffled in every epoch."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.batch_sizes import ALL, Sizes, SizesAt
from phasescope.engine.examples import Split
from phasescope.engine.seeding import bits

IN_ORDER = -2  # in place of an epoch: all examples, as they lie in the table
EPOCHS = 2**32  # more than a run has


class Batches:
    """Minibatches without replacement within an epoch; the last batch of an epoch may be smaller.

    The order of an epoch is a hash of the run's key and the epoch's number: no state is needed to take a run up. Where
    the size of a run's batches changes, an epoch begins. Batches are padded to the largest of the shard; a run that
    takes all of its examples has them in the order of the table.
    """

    def __init__(self, split: Split, keys: Tensor, sizes: SizesAt) -> None:
        self.split, self.keys, self.sizes = split, keys, sizes
        self.epoch = torch.full_like(split.counts, -1)
        self.order = torch.zeros(split.inputs.shape[:2], dtype=torch.int64, device=keys.device)
        self._rows = torch.arange(len(keys), device=keys.device)[:, None]
        self._now: Sizes | None = None

    def at(self, step: int) -> Split:
        """The batch of step `step` (counted from 0)."""
        sizes = self.sizes(step)
        if sizes is not self._now:
            self._take(sizes)
        since = step - sizes.since  # (R,)
        epoch = torch.where(self._in_order, IN_ORDER, since // self._per_epoch + self._earlier)
        renewed = (epoch != self.epoch).nonzero()[:, 0]
        if len(renewed):
            self._shuffle(renewed, epoch)
        places = ((since % self._per_epoch) * self._size)[:, None] + self._within
        real = (places < self.split.counts[:, None]) & self._own
        chosen = self.order.gather(1, places.clamp(max=self.order.shape[1] - 1))
        counts = real.sum(1)
        return Split(
            inputs=self.split.inputs[self._rows, chosen],
            targets=self.split.targets[self._rows, chosen],
            weights=real.to(self.split.weights.dtype) / counts[:, None],
            counts=counts,
        )

    def _take(self, sizes: Sizes) -> None:
        """What follows from the sizes as long as they hold."""
        longest = self.order.shape[1]
        self._now, self._in_order = sizes, sizes.counts == ALL
        self._size = torch.where(self._in_order, self.split.counts, sizes.counts)
        self._per_epoch = (self.split.counts + self._size - 1) // self._size
        self._earlier = sizes.since * EPOCHS
        width = longest if sizes.most == ALL else min(sizes.most, longest)
        self._within = torch.arange(width, device=self._size.device)
        self._own = self._within < self._size[:, None]

    def _shuffle(self, rows: Tensor, epoch: Tensor) -> None:
        places = torch.arange(self.order.shape[1], device=rows.device)[None, :]
        keys = bits(self.keys[rows], "batch order", epoch[rows], self.order.shape[1])
        keys = torch.where(epoch[rows, None] == IN_ORDER, places, keys)
        keys = keys.masked_fill(places >= self.split.counts[rows, None], torch.iinfo(torch.int64).max)  # to the end
        self.order[rows] = keys.argsort(dim=1, stable=True)
        self.epoch = epoch

"""The examples of many runs, stacked: ragged training sets are index tables with a mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.errors import PhasescopeError
from phasescope.tasks.task import Data


class EmptySet(PhasescopeError):
    """A run has no training or no test example."""


@dataclass(frozen=True)
class Split:
    """One split of the examples of R runs, padded to the longest; `weights` are 1/n for examples, 0 for padding."""

    inputs: Tensor  # (R, n, ...)
    targets: Tensor  # (R, n, ...)
    weights: Tensor  # (R, n), each row sums to 1
    counts: Tensor  # (R,)

    def of(self, rows: Tensor) -> Split:
        """The same split of some of the runs."""
        return Split(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class Examples:
    """All examples of the runs of a shard."""

    train: Split
    test: Split
    probe: Split
    extras: dict[str, Tensor]  # name -> (R, ...)

    def of(self, rows: Tensor) -> Examples:
        """The examples of some of the runs."""
        kept = {name: getattr(self, name).of(rows) for name in ("train", "test", "probe")}
        return replace(self, **kept, extras={name: value[rows] for name, value in self.extras.items()})


def stack(data: Sequence[Data], *, dtype: torch.dtype, device: torch.device) -> Examples:
    """Stack the examples of R runs of one signature; raises EmptySet."""

    def tensor(values: NDArray[Any]) -> Tensor:
        made = torch.from_numpy(np.ascontiguousarray(values)).to(device)
        return made.to(dtype) if made.is_floating_point() else made

    def split(name: str) -> Split:
        tables = [getattr(one, name) for one in data]
        counts = np.array([len(table) for table in tables])
        if counts.min() == 0:
            raise EmptySet(f"A run has no {name} example: change the fraction or the number of training examples.")
        padded = [np.pad(table, (0, counts.max() - len(table))) for table in tables]
        real = np.arange(counts.max())[None, :] < counts[:, None]
        return Split(
            inputs=tensor(np.stack([one.inputs[index] for one, index in zip(data, padded, strict=True)])),
            targets=tensor(np.stack([one.targets[index] for one, index in zip(data, padded, strict=True)])),
            weights=tensor(real / counts[:, None]),
            counts=tensor(counts),
        )

    extras = {name: tensor(np.stack([one.extras[name] for one in data])) for name in data[0].extras}
    return Examples(split("train"), split("test"), split("probe"), extras)

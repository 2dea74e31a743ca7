"""The examples of many runs, stacked: ragged training sets are index tables with a mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.errors import PhasescopeError
from phasescope.tasks.task import Data


class EmptySet(PhasescopeError):
    """Some runs, by their rows, have no example to train on or to be tested on; and why each of them has none."""

    def __init__(self, reasons: Mapping[int, str]) -> None:
        self.reasons = dict(reasons)
        more = f" Runs that lack examples: {len(reasons)}." if len(reasons) > 1 else ""
        super().__init__(next(iter(self.reasons.values())) + more)


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


def empty_set(data: Data) -> str | None:
    """Which set of a run has no example."""
    return next((name for name in ("train", "test", "probe") if not len(getattr(data, name))), None)


def stack(data: Sequence[Data], *, dtype: torch.dtype, device: torch.device) -> Examples:
    """Stack the examples of R runs of one signature, of which none has an empty set."""

    def tensor(values: NDArray[Any]) -> Tensor:
        made = torch.from_numpy(np.ascontiguousarray(values)).to(device)
        return made.to(dtype) if made.is_floating_point() else made

    def split(name: str) -> Split:
        tables = [getattr(one, name) for one in data]
        counts = np.array([len(table) for table in tables])
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

"""Where each named parameter lies in the flat vector of a run: a shard's parameters are one matrix (runs, all)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.errors import PhasescopeError, suggestion


class UnknownWeights(PhasescopeError):
    """An intervention names weights that the model does not have."""


@dataclass(frozen=True)
class Layout:
    """Names and shapes in order; the embedding group comes first, so that each group is one slice."""

    shapes: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, parameters: Mapping[str, NDArray[Any]]) -> Layout:
        """The layout of one run's parameters."""
        ordered = sorted(parameters, key=lambda name: not name.startswith("embedding"))
        return cls({name: parameters[name].shape for name in ordered})

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(prod(shape) for shape in self.shapes.values())

    @property
    def slices(self) -> dict[str, slice]:
        """Columns of each parameter."""
        ends = np.cumsum(self.sizes)
        return {
            name: slice(int(end) - size, int(end))
            for name, end, size in zip(self.shapes, ends, self.sizes, strict=True)
        }

    def columns(self, name: str | None) -> list[int]:
        """Columns of a parameter or of all parameters of a layer (`hidden_1`); None: all. Raises UnknownWeights."""
        chosen = [own for own in self.shapes if name is None or own == name or own.startswith(f"{name}.")]
        if not chosen:
            layers = {own.rpartition(".")[0] for own in self.shapes} - {""}
            raise UnknownWeights(f"This model has no weights {name!r}.{suggestion(str(name), {*self.shapes, *layers})}")
        return [column for own in chosen for column in range(self.slices[own].start, self.slices[own].stop)]

    @property
    def groups(self) -> dict[str, slice]:
        """Columns of each non-empty parameter group."""
        sizes = zip(self.shapes, self.sizes, strict=True)
        embedding = sum(size for name, size in sizes if name.startswith("embedding"))
        both = {"embedding": slice(0, embedding), "rest": slice(embedding, sum(self.sizes))}
        return {name: columns for name, columns in both.items() if columns.stop > columns.start}

    def flat(self, parameters: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """(P,) one run's parameters."""
        return np.concatenate([np.asarray(parameters[name], dtype=np.float64).ravel() for name in self.shapes])

    def named(self, flat: Tensor) -> dict[str, Tensor]:
        """Views (R, *shape) of a matrix (R, P)."""
        parts = torch.split(flat, list(self.sizes), dim=1)
        runs = flat.shape[0]
        return {n: part.reshape(runs, *s) for (n, s), part in zip(self.shapes.items(), parts, strict=True)}

"""Fill in a matrix of low rank from some of its entries (Lyu et al. 2024, arXiv:2311.18817)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs
from phasescope.tasks.task import Data, Task, probe_of, split


class MatrixCompletion(Task):
    """An example is a place (i, j) of a symmetric matrix, its target the entry there; the loss is squared.

    table: M_ij = (i/d)(j/d) for i, j = 1 … d, the multiplication table, of rank 1. gaussian: M = V Vᵀ / rank with
    standard normal V (d, rank), drawn for each run.
    """

    name: ClassVar[str] = "matrix_completion"
    label: ClassVar[str] = "Matrix completion"
    source: ClassVar[str] = "Lyu et al. 2024, arXiv:2311.18817, section 3; Arora et al. 2019, arXiv:1905.13655"
    inputs: ClassVar[Inputs] = "tokens"
    offers: ClassVar[tuple[str, ...]] = ("numbers",)
    dimensions: ClassVar[Expressions] = {"outputs": "1", "positions": "2", "vocabulary": "size"}
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("floor(train_fraction * size * size) >= 1", "train_fraction leaves no training entry; give a larger one."),
        Rule("floor(train_fraction * size * size) < size * size",
             "train_fraction leaves no test entry; give a smaller one."),
    )  # fmt: skip

    size: int = setting(40, "Rows and columns d.", ge=2, le=1024)
    kind: Literal["table", "gaussian"] = setting("table", "Which matrix.")
    rank: int = setting(1, "Rank of the Gaussian matrix.", ge=1, le=1024)
    train_fraction: float = setting(
        0.2, "Share of the entries that is seen.", gt=0, lt=1, per_run=True, changeable=True
    )

    def draw(self, random: np.random.Generator) -> Data:
        row, column = (side.ravel() for side in np.indices((self.size, self.size)))
        matrix = self.matrix(random)
        train, test = split(len(row), int(self.train_fraction * len(row)), random)
        return Data(np.stack([row, column], axis=1), matrix[row, column], train, test, probe_of(len(row)))

    def matrix(self, random: np.random.Generator) -> NDArray[np.float64]:
        """(d, d)."""
        if self.kind == "table":
            line = np.arange(1, self.size + 1) / self.size
            return np.outer(line, line)
        factors = random.standard_normal((self.size, self.rank))
        product: NDArray[np.float64] = factors @ factors.T / self.rank
        return product

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return (outputs[..., 0] - targets).square()

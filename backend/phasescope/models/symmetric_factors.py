"""A symmetric matrix as a difference of two squares, of which one entry at a time is asked."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import Activations, Model, Parameters, Shapes


class SymmetricFactors(Model):
    """f(i, j) = (U Uᵀ − V Vᵀ)_ij. U and V start as the identity (its first columns) times the initial scale.

    Of more than two tokens the first two are read; each output has factors of its own.
    """

    name: ClassVar[str] = "symmetric_factors"
    label: ClassVar[str] = "Symmetric factorisation"
    source: ClassVar[str] = "Lyu et al. 2024, arXiv:2311.18817, section 3"
    accepts: ClassVar[tuple[str, ...]] = ("tokens",)
    shapes: ClassVar[Shapes] = {"output": ("task.outputs",)}

    rank: int | None = setting(None, "Columns of U and of V; nothing means as many as there are tokens.", ge=1, le=4096)

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        columns = shape.vocabulary if self.rank is None else self.rank
        start = np.broadcast_to(np.eye(shape.vocabulary, columns), (shape.outputs, shape.vocabulary, columns))
        return self.scaled({"plus": start.copy(), "minus": start.copy()})

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        first, second = inputs[..., 0], inputs[..., 1]
        # whole matrices, then entries: far cheaper than rows for every example
        matrices = [parameters[name] @ parameters[name].transpose(-1, -2) for name in ("plus", "minus")]
        outputs = (matrices[0] - matrices[1])[..., first, second].transpose(-1, -2)
        outputs = hooks("output", outputs)
        return hooks.dropped("output", outputs), {"output": outputs}

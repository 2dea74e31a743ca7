"""Easy examples first: the training set grows from its easiest part to the whole (Wu, Dyer & Neyshabur 2021)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from phasescope.core.record import setting
from phasescope.interventions.data_change import DataChange

STAGES = 20  # in which the training set grows
ORDER_KEY = 0x6F72646572  # of the order that is random


class Curriculum(DataChange):
    """The share of the training set that is trained on grows linearly from `begin` to 1 during `growth` steps.

    The difficulty of an example is its distance from the mean of its class over that from the nearest mean of another
    class, both without the example's own part in the mean. It is judged by the labels trained on, wrong ones too.
    """

    name: ClassVar[str] = "curriculum"
    label: ClassVar[str] = "Curriculum"
    source: ClassVar[str] = "Wu, Dyer & Neyshabur 2021, arXiv:2012.03107, with a difficulty of our own"
    accepts: ClassVar[tuple[str, ...]] = ("vectors", "images")
    chooses: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("labels",)

    order: Literal["easy_first", "hard_first", "random"] = setting("easy_first", "Which examples come first.")
    begin: float = setting(0.2, "Share of the training set at the beginning.", gt=0, le=1, per_run=True)
    growth: int = setting(..., "Steps until the whole set is trained on.", ge=1, unit="steps", per_run=True)

    def stage(self, since: int) -> int:
        return min(since * STAGES // self.growth, STAGES)

    def next_stage(self, since: int) -> int | None:
        here = self.stage(since)
        return -(-(here + 1) * self.growth // STAGES) if here < STAGES else None

    def stages(self) -> tuple[int, ...]:
        return (0, STAGES)

    def kept(self, inputs: NDArray[Any], targets: NDArray[Any], stage: int) -> NDArray[np.int64] | None:
        share = self.begin + (1 - self.begin) * stage / STAGES
        if self.order == "random":
            order = np.random.Generator(np.random.Philox(key=ORDER_KEY)).permutation(len(inputs))
        else:
            hardness = difficulties(inputs, targets)
            order = np.argsort(hardness if self.order == "easy_first" else -hardness, kind="stable")
        return np.sort(order[: max(1, round(share * len(inputs)))])


def difficulties(inputs: NDArray[Any], labels: NDArray[Any]) -> NDArray[np.float64]:
    """(n,) distance from the own class's mean over that from the nearest other class's mean; 1 where there is none."""
    classes, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    rows = np.arange(len(inputs))
    sums = np.zeros((len(classes), inputs.shape[1]))
    np.add.at(sums, which, inputs)
    means = sums / counts[:, None]
    distances = np.linalg.norm(inputs[:, None] - means, axis=-1)
    others = counts[which, None] - 1  # what is left of the own class's mean without the example
    own = np.linalg.norm(inputs - (sums[which] - inputs) / np.maximum(others, 1), axis=-1)
    distances[rows, which] = np.inf
    nearest = distances.min(1)
    known = (others[:, 0] > 0) & np.isfinite(nearest) & (nearest > 0)
    return np.where(known, own / np.where(known, nearest, 1.0), 1.0)

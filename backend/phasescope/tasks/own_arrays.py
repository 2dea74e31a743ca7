"""Classes of vectors from an npz file that the user made."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from phasescope.core.record import setting
from phasescope.core.shape import Inputs, Shape
from phasescope.tasks import data_files
from phasescope.tasks.class_task import ClassTask
from phasescope.tasks.data_files import UnusableData
from phasescope.tasks.task import Data, probe_of, split

LARGEST_CLASS = 65_535
LARGEST_NUMBER = float(np.finfo(np.float32).max)


class OwnArrays(ClassTask):
    """`inputs` (n, features), numbers, and `targets` (n,), whole numbers from 0 on, of a file in the data folder."""

    name: ClassVar[str] = "own_arrays"
    label: ClassVar[str] = "Your own arrays"
    source: ClassVar[str] = "the file"
    inputs: ClassVar[Inputs] = "vectors"
    offers: ClassVar[tuple[str, ...]] = ("classes", "labels")

    file: str = setting("own.npz", "Name of the npz file; letters, digits, dots, dashes and underscores.",
                        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*\.npz$")  # fmt: skip
    train_fraction: float = setting(
        0.8, "Share of the examples that is trained on; the rest is tested on.", gt=0, lt=1, per_run=True,
        changeable=True,
    )  # fmt: skip

    def shape(self) -> Shape:
        inputs, targets = self._tables()
        return Shape(inputs="vectors", outputs=int(targets.max()) + 1, features=inputs.shape[1])

    def draw(self, random: np.random.Generator) -> Data:
        inputs, targets = self._tables()
        count = len(inputs)
        return Data(inputs, targets, *split(count, round(self.train_fraction * count), random), probe_of(count))

    def _tables(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        path = data_files.found([self.file])
        if path is None:
            raise data_files.missing(self.name, [f"{self.file} with inputs and targets"])
        inputs, targets = data_files.taken(path, ("inputs", "targets"))
        if inputs.ndim != 2 or targets.shape != inputs.shape[:1] or inputs.size == 0:
            told = f"inputs of shape {inputs.shape} and targets of shape {targets.shape}"
            raise UnusableData(f"{path} has {told}; (n, features) and (n,) are needed, n at least 2.")
        if inputs.dtype.kind not in "fiub" or targets.dtype.kind not in "iu":
            raise UnusableData(f"{path}: inputs must be numbers and targets whole numbers.")
        bad = np.flatnonzero(~np.isfinite(inputs).all(axis=1))
        if len(bad):
            raise UnusableData(f"{path}: inputs has NaN or infinity in {len(bad)} rows, the first is row {bad[0]}.")
        large = np.flatnonzero((np.abs(inputs.astype(np.float64)) > LARGEST_NUMBER).any(axis=1))
        if len(large):
            told = (
                f"inputs has numbers beyond {LARGEST_NUMBER:.3g}, the largest in single precision, in {len(large)} rows"
            )
            raise UnusableData(f"{path}: {told}, the first is row {large[0]}; divide them by a constant.")
        if targets.min() < 0 or targets.max() > LARGEST_CLASS:
            raise UnusableData(f"{path}: targets must be classes from 0 to {LARGEST_CLASS}.")
        return inputs.astype(np.float64), targets.astype(np.int64)

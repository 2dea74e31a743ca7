"""What tasks share that classify images from files: some of the training part is trained on, some of the test part."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from phasescope.core.record import setting
from phasescope.core.shape import Inputs
from phasescope.tasks.class_task import ClassTask
from phasescope.tasks.data_files import UnusableData
from phasescope.tasks.task import Data, in_turn, probe_of

Images = tuple[NDArray[np.uint8], NDArray[np.uint8]]  # pixels (n, side²) and classes (n,)
CLASSES = 10


class ImageTask(ClassTask):
    """Base of tasks with ten classes of square images, each pixel a number between 0 and 1."""

    inputs: ClassVar[Inputs] = "images"
    offers: ClassVar[tuple[str, ...]] = ("classes", "labels")
    side: ClassVar[int]

    train_examples: int = setting(
        1000, "Images of the training part that are trained on.", ge=1, le=1_000_000, per_run=True, changeable=True
    )
    test_examples: int = setting(1000, "Images of the test part that are tested on.", ge=1, le=1_000_000)

    def images(self) -> tuple[Images, Images]:
        """Training part and test part; raises MissingData and UnusableData."""
        raise NotImplementedError

    def draw(self, random: np.random.Generator) -> Data:
        train, test = (self._checked(part) for part in self.images())
        chosen = [
            _some(test, self.test_examples, random, "test"),
            _some(train, self.train_examples, random, "train"),
            probe_of(len(test[0])),
        ]
        parts = [
            (pixels[rows], classes[rows]) for (pixels, classes), rows in zip((test, train, test), chosen, strict=True)
        ]
        inputs, targets = (np.concatenate(tables) for tables in zip(*parts, strict=True))
        return Data(inputs / 255, targets.astype(np.int64), *in_turn(*(len(rows) for rows in chosen)))

    def _checked(self, images: Images) -> Images:
        pixels, classes = images
        if pixels.ndim != 2 or pixels.shape[1] != self.side**2 or len(pixels) != len(classes):
            told = f"{pixels.shape} pixels and {classes.shape} classes"
            raise UnusableData(
                f"task {self.name}: the files have {told}; images of {self.side} × {self.side} are needed."
            )
        if len(classes) and int(classes.max()) >= CLASSES:
            raise UnusableData(f"task {self.name}: class {int(classes.max())} was found; there are classes 0 to 9.")
        return images


def _some(images: Images, count: int, random: np.random.Generator, part: str) -> NDArray[np.int64]:
    there = len(images[0])
    if count > there:
        raise UnusableData(f"task.{part}_examples: {count} was given, but the files have {there}; give at most that.")
    return random.permutation(there)[:count]

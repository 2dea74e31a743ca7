"""What sequences of tasks on the handwritten digits share: one part is trained on, all parts are tested on."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs
from phasescope.tasks.class_task import ClassTask
from phasescope.tasks.digits import IMAGES, table
from phasescope.tasks.task import Data, in_turn, probe_of

Ints = NDArray[np.int64]
Examples = tuple[NDArray[np.float64], Ints]  # inputs and classes


class PartedDigits(ClassTask):
    """Base of tasks of several parts. Images are split once, so that no part trains on another's test images.

    However images are split, all parts together have the same number of test examples.

    `part` says of each test example which part it belongs to: the measure part_accuracy has a series for each.
    """

    inputs: ClassVar[Inputs] = "images"
    offers: ClassVar[tuple[str, ...]] = ("classes", "labels", "parts")
    rules: ClassVar[tuple[Rule, ...]] = (
        *ClassTask.rules,
        Rule(f"train_examples + test_examples <= {IMAGES}", f"There are {IMAGES} images to train and test on."),
    )

    train_examples: int = setting(
        1300, "Images that parts are trained on.", ge=1, le=IMAGES - 1, per_run=True, changeable=True
    )
    test_examples: int = setting(497, "Images that every part is tested on.", ge=1, le=IMAGES - 1)

    def parts(self) -> int:
        """How many parts are tested on."""
        raise NotImplementedError

    def trained(self) -> int:
        """The part that is trained on."""
        raise NotImplementedError

    def of_part(self, part: int | None, pixels: NDArray[np.float64], digits: Ints) -> Examples:
        """The examples of a part among these images; nothing means every image once, as probe examples."""
        raise NotImplementedError

    def arrange(self, order: Ints, trained: slice, digits: Ints) -> None:
        """Exchange images, in place, where some part would have none among those that are trained on."""

    def draw(self, random: np.random.Generator) -> Data:
        pixels, digits = table()
        pixels, order = pixels / 16, random.permutation(IMAGES)
        self.arrange(order, slice(self.test_examples, self.test_examples + self.train_examples), digits)
        tested, trained = order[: self.test_examples], order[self.test_examples :][: self.train_examples]
        made = [self.of_part(part, pixels[tested], digits[tested]) for part in range(self.parts())]
        made += [self.of_part(self.trained(), pixels[trained], digits[trained])]
        looked_at = probe_of(IMAGES)
        made += [self.of_part(None, pixels[looked_at], digits[looked_at])]
        *tests, train, probe = [len(classes) for _, classes in made]
        inputs, targets = (np.concatenate(tables) for tables in zip(*made, strict=True))
        which = np.repeat(np.arange(self.parts()), tests)
        return Data(inputs, targets, *in_turn(sum(tests), train, probe), {"part": which})

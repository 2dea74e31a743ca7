"""Handwritten digits two at a time: 0 and 1, 2 and 3, … (van de Ven & Tolias 2019; Zenke et al. 2017)."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from phasescope.core.dimensions import Expressions
from phasescope.core.record import Rule, setting
from phasescope.tasks.parted_digits import Examples, Ints, PartedDigits

PAIRS = 5


class SplitDigits(PartedDigits):
    """Part k has the digits 2k and 2k + 1. One part is trained on, and all five are tested on.

    The class is the digit (class-incremental learning), or which of the two it is (domain-incremental). With the
    intervention task_sequence on `pair` the parts follow each other. However few images are trained on, every part has
    one among them.
    """

    name: ClassVar[str] = "split_digits"
    label: ClassVar[str] = "Split digits"
    source: ClassVar[str] = "van de Ven & Tolias 2019, arXiv:1904.07734; Zenke et al. 2017, arXiv:1703.04200"
    dimensions: ClassVar[Expressions] = {"outputs": "2 + 8 * (answer == 'digit')", "features": "64"}

    rules: ClassVar[tuple[Rule, ...]] = (
        *PartedDigits.rules,
        Rule(f"train_examples >= {PAIRS}", f"train_examples must be at least {PAIRS}: one image of each pair."),
    )

    pair: int = setting(0, "The part that is trained on.", ge=0, le=PAIRS - 1, per_run=True, changeable=True)
    answer: Literal["digit", "which_of_two"] = setting("digit", "The digit, or 0 for the even and 1 for the odd one.")

    def parts(self) -> int:
        return PAIRS

    def trained(self) -> int:
        return self.pair

    def arrange(self, order: Ints, trained: slice, digits: Ints) -> None:
        """A pair without an image gets one, the next in the order that is not trained on, for the last of another."""
        for pair in range(PAIRS):
            own = digits[order] // 2
            here = own[trained]
            if pair not in here:
                spare = max(place for place, other in enumerate(here) if (here == other).sum() > 1) + trained.start
                outside = np.r_[trained.stop : len(order), : trained.start]
                taken = outside[own[outside] == pair][0]
                order[[spare, taken]] = order[[taken, spare]]

    def of_part(self, part: int | None, pixels: NDArray[np.float64], digits: Ints) -> Examples:
        ours = digits // 2 == (digits // 2 if part is None else part)
        return pixels[ours], digits[ours] if self.answer == "digit" else digits[ours] % 2

"""The trail: where the parameters were at the last two steps, kept only where a measure of updates asks for it."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

BACK = 2  # steps before a checkpoint that are kept: two places make two updates with the checkpoint's own


class Trail:
    """Parameters (R, P) by step. Keeping it copies parameters and changes nothing else."""

    def __init__(self, places: Mapping[int, Tensor] | None = None) -> None:
        self.places = dict(places or {})

    def mark(self, step: int, target: int, parameters: Tensor) -> None:
        """Before the step that follows `step` others, on the way to a checkpoint at `target`."""
        if step >= target - BACK:
            self.places = {at: place for at, place in self.places.items() if at > step - BACK}
            self.places[step] = parameters.clone()

    def of(self, rows: Tensor) -> Trail:
        """That of some of the runs."""
        return Trail({step: place[rows] for step, place in self.places.items()})

"""What interventions on an activation share: which activation, which of its entries, and that measures see them too.

An activation is altered in every forward pass from `at` to `until`, in training and where measures look. A
checkpoint at step s shows the network as the training step before it was: at `at` it is still untouched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Tensor

from phasescope.core.altering import HEADS, MAP, Misfit, misfit
from phasescope.core.record import Rule, setting
from phasescope.interventions.intervention import Intervention, Lasting

From1 = Annotated[int, Field(ge=1)]


class Alteration(Lasting):
    """Base of interventions on a named activation.

    Heads, units and positions are counted from 1. An attention map has a row for every position that looks and a
    column for every position looked at; entries of the future are never altered.
    """

    rules: ClassVar[tuple[Rule, ...]] = (
        *Intervention.rules,
        Rule("distances == None or entries == None", "give at most one of distances and entries."),
    )

    activation: str = setting(
        ..., "Name of an activation, such as hidden_1, block_1.heads or block_1.attention_weights.",
        refers="activation",
    )  # fmt: skip
    head: int | None = setting(
        None, "Only this head, of attention maps or heads; nothing means all.", ge=1, per_run=True
    )
    units: tuple[From1, ...] | None = setting(
        None, "Only these units, or channels of an image; nothing means all. Not of an attention map.", min_length=1
    )
    first_position: int = setting(1, "Only from this position on, where there are positions.", ge=1)
    distances: tuple[Annotated[int, Field(ge=0)], ...] | None = setting(
        None,
        "Of an attention map: only the entries that look back so many positions; 0 is the position itself.",
        min_length=1,
    )
    entries: tuple[tuple[From1, From1], ...] | None = setting(
        None,
        "Of an attention map: only these entries, each as [position that looks, position looked at].",
        min_length=1,
    )

    def alters(self) -> str:
        return self.activation

    def altered(self, values: Tensor, numbers: Mapping[str, Tensor]) -> Tensor:
        """The activation of one run with every entry altered; `numbers` are its settings over the run axis."""
        raise NotImplementedError

    def chosen(self, values: Tensor, head: Tensor) -> Tensor:
        """Which entries of an activation (examples, …) of one run: a mask that broadcasts; `head` 0 means all."""
        mask = torch.ones((), dtype=torch.bool, device=values.device)
        if self.activation.endswith((MAP, HEADS)):
            heads = torch.arange(1, values.shape[1] + 1, device=values.device)[:, None, None]
            mask = (head == 0) | (heads == head)
        if self.activation.endswith(MAP):
            return mask & self._looking_back(values.shape[-1], values.device)
        if self.first_position > 1:
            mask = mask & (torch.arange(1, values.shape[-2] + 1, device=values.device) >= self.first_position)[:, None]
        if self.units is not None:
            axis = 1 if self._is_image(values) else -1
            wanted = torch.tensor(self.units, device=values.device)
            of_units = torch.isin(torch.arange(1, values.shape[axis] + 1, device=values.device), wanted)
            mask = mask & (of_units[:, None, None] if self._is_image(values) else of_units)
        return mask

    def misfit(self, shape: tuple[int, ...]) -> Misfit | None:
        """What in the settings does not go with an activation of this shape (examples, …); nothing where all does."""
        return misfit(self.activation, self.model_dump(), shape[1:])

    def _is_image(self, values: Tensor) -> bool:
        return values.dim() == 4 and not self.activation.endswith(HEADS)

    def _looking_back(self, positions: int, device: torch.device) -> Tensor:
        """(positions, positions) bool: the entries of an attention map that are meant."""
        numbers = torch.arange(1, positions + 1, device=device)
        distance = numbers[:, None] - numbers
        mask = (distance >= 0) & (numbers >= self.first_position)[:, None]
        if self.distances is not None:
            mask &= torch.isin(distance, torch.tensor(self.distances, device=device))
        if self.entries is not None:
            meant = torch.zeros_like(mask)
            for row, column in self.entries:
                meant[row - 1, column - 1] = True
            mask &= meant
        return mask

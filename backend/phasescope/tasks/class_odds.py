"""Classes by their odds, for many runs at once: any class, or one of a given label."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Odds:
    """Odds of the classes of each run, added up label by label: class k stands at place (k mod L) M + k // L."""

    added: Tensor  # (R, L M): the odds of all places up to this one
    labels: int

    @classmethod
    def of(cls, classes: Tensor, zipf: Tensor, labels: int) -> Odds:
        """(k + 1)^−α for the classes that a run has; runs with fewer classes than others have odds 0 for the rest."""
        number = torch.arange(int(classes.max()), device=classes.device)
        odds = torch.where(number < classes[:, None], (number + 1.0).double() ** -zipf[:, None], 0.0)
        by_label = odds.reshape(len(classes), -1, labels).transpose(1, 2)
        return cls(by_label.flatten(1).cumsum(1), labels)

    @property
    def per_label(self) -> int:
        """Places of one label, M."""
        return self.added.shape[1] // self.labels

    def ends(self) -> Tensor:
        """(R, L + 1): the odds of all labels before each, and of all."""
        ends = self.added[:, self.per_label - 1 :: self.per_label]
        return torch.cat([torch.zeros_like(ends[:, :1]), ends], dim=1)

    def place(self, at: Tensor) -> Tensor:
        """(R, …) the place that a number (R, …) from 0 to all odds falls on."""
        found = torch.searchsorted(self.added, at.flatten(1), right=True)
        last = (self.added < self.added[:, -1:]).sum(1, keepdim=True)  # further places have odds 0
        return found.minimum(last).reshape(at.shape)

    def around(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Where the odds of places (R, …) begin and end."""
        flat = places.flatten(1)
        ends = self.added.gather(1, flat)
        begins = torch.where(flat > 0, self.added.gather(1, (flat - 1).clamp(min=0)), 0.0)
        return begins.reshape(places.shape), ends.reshape(places.shape)

    def numbers(self, places: Tensor) -> Tensor:
        """The classes at these places."""
        return places % self.per_label * self.labels + places // self.per_label

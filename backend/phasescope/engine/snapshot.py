"""Snapshots: everything that is needed to take a shard up at a checkpoint, as one safetensors file (never pickle)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from phasescope.core.errors import PhasescopeError


class UnreadableSnapshot(PhasescopeError):
    """The bytes are not a snapshot of this shard; train it from the start."""


@dataclass(frozen=True)
class Snapshot:
    """State of a shard after `step` steps. Randomness needs no state: it is a hash of key and step."""

    step: int
    runs: tuple[int, ...]
    parameters: Tensor  # (R, P)
    moments: dict[str, Tensor]  # name -> (R, P)
    carried: dict[str, Tensor] = field(default_factory=dict)  # name -> (R, ...) of the gradient filter
    previous: Tensor | None = None  # (R, P) at the last checkpoint of the schedule
    trail: dict[int, Tensor] = field(default_factory=dict)  # step -> (R, P), where measures of updates ask for it

    def to_bytes(self) -> bytes:
        """One safetensors file."""
        moments = {f"moment.{name}": value.contiguous().cpu() for name, value in self.moments.items()}
        carried = {f"carried.{name}": value.contiguous().cpu() for name, value in self.carried.items()}
        where = {"step": torch.tensor(self.step), "runs": torch.tensor(self.runs, dtype=torch.int64)}
        previous = {} if self.previous is None else {"previous": self.previous.contiguous().cpu().clone()}
        trail = {f"trail.{step}": place.contiguous().cpu() for step, place in self.trail.items()}
        return save(
            {"parameters": self.parameters.contiguous().cpu(), **previous, **where, **moments, **carried, **trail}
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Snapshot:
        """Raises UnreadableSnapshot."""
        try:
            tensors = load(data)
            return cls(
                step=int(tensors.pop("step")),
                runs=tuple(int(run) for run in tensors.pop("runs")),
                parameters=tensors.pop("parameters"),
                moments=_named("moment.", tensors),
                carried=_named("carried.", tensors),
                previous=tensors.get("previous"),
                trail={int(step): place for step, place in _named("trail.", tensors).items()},
            )
        except (SafetensorError, KeyError, ValueError) as error:
            raise UnreadableSnapshot(f"This is not a snapshot: {error}.") from error

    def of(self, runs: tuple[int, ...]) -> Snapshot:
        """The state of some of the runs, in the order asked for; raises UnreadableSnapshot when one is not here."""
        missing = set(runs) - set(self.runs)
        if missing:
            raise UnreadableSnapshot(f"The snapshot does not have runs {sorted(missing)}.")
        rows = [self.runs.index(run) for run in runs]
        moments = {name: value[rows] for name, value in self.moments.items()}
        carried = {name: value[rows] for name, value in self.carried.items()}
        previous = None if self.previous is None else self.previous[rows]
        trail = {step: place[rows] for step, place in self.trail.items()}
        return Snapshot(self.step, runs, self.parameters[rows], moments, carried, previous, trail)


def _named(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}

"""Snapshots: everything that is needed to take a shard up at a checkpoint, as one safetensors file (never pickle)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from phasescope.core.errors import PhasescopeError

OPTIONAL = ("previous", "previous_step", "began", "marks", "in_a_row")


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
    previous_step: int | None = None  # which that was
    began: Tensor | None = None  # (R, interventions) steps at which conditions were met, -1 where they were not yet
    marks: Tensor | None = None  # (R, interventions) of what interventions these are
    in_a_row: Tensor | None = (
        None  # (R,) for how many checkpoints a stop rule's bound has been kept, by who counts them
    )
    trail: dict[int, Tensor] = field(default_factory=dict)  # step -> (R, P), where measures of updates ask for it

    def to_bytes(self) -> bytes:
        """One safetensors file."""
        moments = {f"moment.{name}": value.contiguous().cpu() for name, value in self.moments.items()}
        carried = {f"carried.{name}": value.contiguous().cpu() for name, value in self.carried.items()}
        where = {"step": torch.tensor(self.step), "runs": torch.tensor(self.runs, dtype=torch.int64)}
        more = {name: value for name in OPTIONAL if (value := getattr(self, name)) is not None}
        kept = {name: torch.as_tensor(value).contiguous().cpu().clone() for name, value in more.items()}
        trail = {f"trail.{step}": place.contiguous().cpu() for step, place in self.trail.items()}
        parameters = self.parameters.contiguous().cpu()
        return save({"parameters": parameters, **kept, **where, **moments, **carried, **trail})

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
                trail={int(step): place for step, place in _named("trail.", tensors).items()},
                previous_step=int(tensors.pop("previous_step")) if "previous_step" in tensors else None,
                **{name: tensors.get(name) for name in ("previous", "began", "marks", "in_a_row")},
            )
        except (SafetensorError, KeyError, ValueError) as error:
            raise UnreadableSnapshot(f"This is not a snapshot: {error}.") from error

    def of(self, runs: tuple[int, ...]) -> Snapshot:
        """The state of some of the runs, in the order asked for; raises UnreadableSnapshot when one is not here."""
        missing = set(runs) - set(self.runs)
        if missing:
            raise UnreadableSnapshot(f"The snapshot does not have runs {sorted(missing)}.")
        rows = [self.runs.index(run) for run in runs]
        return replace(
            self,
            runs=runs,
            parameters=self.parameters[rows],
            moments={name: value[rows] for name, value in self.moments.items()},
            carried={name: value[rows] for name, value in self.carried.items()},
            trail={step: place[rows] for step, place in self.trail.items()},
            previous=None if self.previous is None else self.previous[rows],
            began=None if self.began is None else self.began[rows],
            marks=None if self.marks is None else self.marks[rows],
            in_a_row=None if self.in_a_row is None else self.in_a_row[rows],
        )


def _named(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}

"""What every intervention is: settings, the steps at which it is due, and what it does to the runs it is due for.

Step s of an intervention lies between the checkpoint at step s and the training step that follows: the checkpoint
still shows the runs untouched, and a run resumed from it is intervened on as if it had never stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from phasescope.core.record import Record, Rule, setting

NEVER = 2**62  # a step that no run reaches


@dataclass(frozen=True)
class Subject:
    """The runs of a shard and which of them an intervention is due for. Tensors are changed in place."""

    rows: Tensor  # (D,) the runs that it is due for
    columns: Tensor  # (C,) the named weights
    parameters: Tensor  # (R, P)
    moments: Mapping[str, Tensor]  # each (R, P)
    initial: Tensor  # (R, P)
    numbers: Mapping[str, Tensor]  # settings over the run axis that are numbers, (D, 1) each
    normal: Callable[[], Tensor]  # (D, P) standard normal numbers that belong to the runs and this step
    fresh: Callable[[], Tensor]  # (D, P) weights drawn anew, each time others

    def of(self, values: Tensor) -> Tensor:
        """(D, C) a copy of the named weights of the runs it is due for."""
        return values[self.rows[:, None], self.columns[None, :]]

    def put(self, into: Tensor, values: Tensor) -> None:
        """Write (D, C) values back."""
        into[self.rows[:, None], self.columns[None, :]] = values


class Intervention(Record):
    """Base of all interventions: something done at one step, or again and again."""

    name: ClassVar[str]
    label: ClassVar[str]
    source: ClassVar[str]
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("until == None or until > at", "until must come after at; else the intervention never happens."),
    )

    at: int = setting(0, "After this many steps.", ge=0, unit="steps", per_run=True, refers="step")
    until: int | None = setting(
        None, "Over before the step that follows this many; nothing means never.", ge=1, unit="steps", per_run=True
    )

    def period(self) -> int | None:
        """Steps between two times that it is due; nothing means that it happens once."""
        raise NotImplementedError

    def timing(self) -> tuple[int, int, int]:
        """First step, steps between, and the step from which it is over."""
        period = self.period()
        end = NEVER if self.until is None else self.until
        return (self.at, 1, min(self.at + 1, end)) if period is None else (self.at, period, end)

    def weights_named(self) -> str | None:
        """The group of weights that it is about; nothing means all."""
        return None

    def changed(self) -> dict[str, float]:
        """Settings of the optimizer that have other values while it lasts."""
        return {}

    def before(self, subject: Subject) -> tuple[Tensor, ...]:
        """What is done before the training step; what is returned comes back afterwards."""
        return ()

    def after(self, subject: Subject, kept: tuple[Tensor, ...]) -> None:
        """What is done after the training step."""


class Lasting(Intervention):
    """Base of interventions that hold during every step from `at` to `until`."""

    def period(self) -> int | None:
        return 1

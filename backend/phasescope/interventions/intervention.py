"""What every intervention is: settings, the steps at which it is due, and what it does to the runs it is due for.

Step s of an intervention lies between the checkpoint at step s and the training step that follows: the checkpoint
still shows the runs untouched, and a run resumed from it is intervened on as if it had never stopped.

With `when`, an intervention begins at the first step, `at` or every `look_every` steps after it, at which a quantity
of the run's own is on the right side of a bound. The engine looks, whatever the checkpoints are and whoever trains
beside it, and when the run began is kept in its snapshots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor

from phasescope.core.record import Record, Rule, setting

NEVER = 2**62  # a step that no run reaches
Quantity = Literal["train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm"]


@dataclass(frozen=True)
class Subject:
    """The runs of a shard and which of them an intervention is due for. Tensors are changed in place."""

    rows: Tensor  # (D,) the runs that it is due for
    columns: Tensor  # (C,) the named weights
    parameters: Tensor  # (R, P)
    moments: Mapping[str, Tensor]  # each (R, P)
    initial: Tensor  # (R, P)
    numbers: Mapping[str, Tensor]  # settings over the run axis that are numbers, (D, 1) each
    gradients: Callable[[], Tensor]  # (D, P) of the mean loss over the whole training set, at the weights as they are
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
    accepts: ClassVar[tuple[str, ...]] = ("tokens", "vectors", "images", "token_sequences", "sequences")
    """Kinds of inputs that a task may have."""
    needs: ClassVar[tuple[str, ...]] = ()
    """What a task must offer."""
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("until == None or until > at", "until must come after at; else the intervention never happens."),
        Rule(
            "when == None or (at_least != None) + (at_most != None) == 1",
            "a condition has exactly one of at_least and at_most.",
        ),
        Rule(
            "when != None or (at_least == None and at_most == None and lasts == None)",
            "at_least, at_most and lasts belong to a condition: say of what quantity with when.",
        ),
    )

    at: int = setting(0, "After this many steps.", ge=0, unit="steps", per_run=True, refers="step")
    until: int | None = setting(
        None, "Over before the step that follows this many; nothing means never.", ge=1, unit="steps", per_run=True
    )

    when: Quantity | None = setting(
        None,
        "Begin on a condition: once this quantity is at least, or at most, the bound; over the whole training or "
        "test set, or all weights.",
        neutral=True,
        refers="quantity",
    )
    at_least: float | None = setting(None, "Begin when the quantity is at least this.", per_run=True, neutral=True)
    at_most: float | None = setting(None, "Begin when the quantity is at most this.", per_run=True, neutral=True)
    look_every: int = setting(
        100, "The quantity is looked at every so many steps.", ge=1, unit="steps", per_run=True, neutral=True
    )
    lasts: int | None = setting(
        None, "Over so many steps after it began on its condition.", ge=1, unit="steps", per_run=True, neutral=True
    )

    def period(self) -> int | None:
        """Steps between two times that it is due; nothing means that it happens once."""
        raise NotImplementedError

    def timing(self, began: int | None = None) -> tuple[int, int, int]:
        """First step, steps between, and the step from which it is over; `began`: when its condition was met."""
        if self.when is not None and began is None:
            return NEVER, 1, NEVER
        first = self.at if self.when is None or began is None else began
        end = NEVER if self.until is None else self.until
        if self.lasts is not None:
            end = min(end, first + self.lasts)
        period = self.period()
        return (first, 1, min(first + 1, end)) if period is None else (first, period, end)

    def is_met(self, value: float) -> bool:
        """Is the quantity on the right side of the bound? Never where it is not a number."""
        if self.at_least is not None:
            return value >= self.at_least
        return self.at_most is not None and value <= self.at_most

    def weights_named(self) -> str | None:
        """The group of weights that it is about; nothing means all."""
        return None

    def changed(self) -> dict[str, float | str]:
        """Settings that have other values while it lasts: of the optimizer by name, others as `model.dropout`."""
        return {}

    def alters(self) -> str | None:
        """The name of the activation that it changes while it lasts."""
        return None

    def before(self, subject: Subject) -> tuple[Tensor, ...]:
        """What is done before the training step; what is returned comes back afterwards."""
        return ()

    def after(self, subject: Subject, kept: tuple[Tensor, ...]) -> None:
        """What is done after the training step."""


class Lasting(Intervention):
    """Base of interventions that hold during every step from `at` to `until`."""

    def period(self) -> int | None:
        return 1

"""Records: frozen, typed, bounded settings that make their own JSON schema.

Everything a user can set is a field of a record. The schema made from it is what the page's forms, the docs'
catalogue and the check at the door are built from, so a bound is written once.
"""

from __future__ import annotations

import inspect
from dataclasses import asdict, dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from phasescope.core.expressions import evaluate

LARGEST_NUMBER = 2**31 - 1  # of anything that is numbered or counted: what every database keeps as an integer
Number = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
"""The number of an experiment, a run, a worker, …"""
Count = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
"""A number of steps, or of anything else."""


@dataclass(frozen=True)
class Rule:
    """A condition over several fields of one record, and the sentence for when it does not hold."""

    holds: str
    otherwise: str


def setting(
    default: Any = ...,
    help: str = "",
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    pattern: str | None = None,
    min_length: int | None = None,
    unit: str | None = None,
    per_run: bool = False,
    neutral: bool = False,
    changeable: bool = False,
    in_loss: bool = False,
    needs: tuple[str, ...] = (),
    refers: Literal["step", "weights", "setting", "activation", "quantity", "task", "classes"] | None = None,
) -> Any:
    """A field of a record. `per_run`: a number over the run axis; runs that differ only in those share a shard.

    `neutral`: at its default the setting does nothing, and a completed spec leaves it out, so that a setting which
    came later changes no older digest. `changeable`: of a model or a task, that it may change while a run trains;
    `in_loss`: of a task, that it may, and changes the loss and not the examples.
    `needs`: what the task must offer where the setting of a model is not zero, no or nothing.
    `refers`: the value names something elsewhere in the spec, and the door looks whether it is there.
    """
    marks = {"x-neutral": neutral, "x-changeable": changeable, "x-in-loss": in_loss}
    extra: dict[str, Any] = {"x-per-run": per_run, **{name: True for name, on in marks.items() if on}}
    if needs:
        extra["x-needs"] = list(needs)
    if refers is not None:
        extra["x-refers"] = refers
    if unit is not None:
        extra["x-unit"] = unit
    return Field(
        default, description=help, ge=ge, gt=gt, le=le, lt=lt, pattern=pattern, min_length=min_length,
        json_schema_extra=extra,
    )  # fmt: skip


class Record(BaseModel):
    """Base of all settings: frozen, no unknown fields, no NaN or infinity, and rules over several fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)
    rules: ClassVar[tuple[Rule, ...]] = ()

    @model_validator(mode="after")
    def _obey_rules(self) -> Record:
        if not self.rules:
            return self
        values = {name: getattr(self, name) for name in type(self).model_fields}
        for rule in self.rules:
            if not evaluate(rule.holds, values):
                raise ValueError(rule.otherwise)
        return self

    @classmethod
    def schema_with_rules(cls) -> dict[str, Any]:
        """JSON schema, with `x-rules` for the conditions that a schema cannot state."""
        schema = cls.model_json_schema()
        if cls.rules:
            schema["x-rules"] = [asdict(rule) for rule in cls.rules]
        return schema

    @classmethod
    def per_run_fields(cls) -> tuple[str, ...]:
        """Names of the fields that may differ between the runs of one shard."""
        extras = {name: field.json_schema_extra for name, field in cls.model_fields.items()}
        return tuple(name for name, extra in extras.items() if isinstance(extra, dict) and extra.get("x-per-run"))

    @classmethod
    def states_itself(cls, name: str, *, below: type[Record]) -> bool:
        """Is the field stated anew below a base class? Then the thing itself, not the engine, does what it says."""
        kinds = (kind for kind in cls.__mro__ if issubclass(kind, below) and kind is not below)
        return any(name in inspect.get_annotations(kind) for kind in kinds)

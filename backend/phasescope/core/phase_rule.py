"""The rule by which runs are given phases: thresholds on accuracies, conditions on any series, or phases of one's own.

A rule can be written as text, as the address of a page holds it: parts parted by semicolons or lines, each
`name: value`. `fitted`, `generalised`, `train_at_least`, `test_at_least`, `delay` and `held_for` are the fields of the
rule, anything else is a phase and the condition under which a run is in it, the first that holds:

    fitted: train_loss <= 0.01; generalised: test_loss <= 0.01; delay: 500
    lazy: weight_rotation < 0.1; rich: generalised <= step; otherwise: step >= 0
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import StringConstraints, ValidationError, field_validator

from phasescope.core.array_expressions import ALONG, is_condition, parse_arrays, series_in
from phasescope.core.expressions import names_in
from phasescope.core.record import Record, setting

TRAIN, TEST = "train_accuracy", "test_accuracy"
FITTED, GENERALISED = "fitted", "generalised"
MOST_LABELS = 12
MAXIMUM_TEXT = 2_000
PLACE = re.compile(r"[;\n]")


class PhaseLabel(Record):
    """A phase of one's own, and the condition under which a run is in it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    when: str = setting(..., "Condition over series, `step`, and the steps `fitted` and `generalised`.")

    @field_validator("when")
    @classmethod
    def _condition(cls, text: str) -> str:
        if not names_in(text, also=ALONG):
            raise ValueError(f"{text!r} names no series and no `step`: it holds for all runs alike, or for none")
        return condition(text)


class PhaseRule(Record):
    """The rule of Liu et al. 2022 (arXiv:2205.10343, appendix A) with its thresholds; or conditions on any series."""

    train_at_least: float = setting(0.9, "Training accuracy that counts as fitted.", ge=0, le=1)
    test_at_least: float = setting(0.9, "Test accuracy that counts as generalised.", ge=0, le=1)
    delay: int = setting(1000, "From this delay between the two on it is grokking.", ge=1, unit="steps")
    fitted: str = setting("", "Condition that counts as fitted instead, such as `train_loss <= 0.01`.")
    generalised: str = setting("", "Condition that counts as generalised instead, such as `test_loss <= 0.01`.")
    held_for: int = setting(1, "For how many checkpoints in a row a condition has to hold.", ge=1)
    labels: tuple[PhaseLabel, ...] = setting((), "Phases of one's own; the first whose condition holds names a run.")

    @field_validator("fitted", "generalised")
    @classmethod
    def _conditions(cls, text: str) -> str:
        if not text.strip():
            return ""
        if not series_in(text):
            raise ValueError(f"{text!r} names no series: compare one, such as `train_loss <= 0.01`")
        return condition(text)

    @field_validator("labels")
    @classmethod
    def _apart(cls, labels: tuple[PhaseLabel, ...]) -> tuple[PhaseLabel, ...]:
        names = [label.name for label in labels]
        if len(set(names)) < len(names):
            raise ValueError("phases.labels: two phases have the same name; give each its own.")
        if len(names) > MOST_LABELS:
            raise ValueError(f"phases.labels: at most {MOST_LABELS} phases can be told apart; {len(names)} were given.")
        return labels

    def series(self) -> tuple[str, ...]:
        """The series that it reads."""
        asked = [self.fitted or TRAIN, self.generalised or TEST]
        own = [label.when for label in self.labels]
        used = {name for text in own for name in series_in(text)}
        texts = [text for text, name in zip(asked, (FITTED, GENERALISED), strict=True) if not own or name in used]
        names = [name for text in [*texts, *own] for name in series_in(text)]
        return tuple(name for name in dict.fromkeys(names) if name not in (FITTED, GENERALISED))


def condition(text: str) -> str:
    """The text of a condition; raises ValueError when it is not one."""
    if not is_condition(parse_arrays(text)):
        raise ValueError(f"{text!r} is a number, not a condition: compare it, such as `{text.strip()} >= 0.5`")
    return text.strip()


def rule_from_text(text: str | None, base: PhaseRule) -> PhaseRule:
    """The rule written in a text, on the ground of another; nothing means the other. Raises ValueError."""
    if not (text or "").strip():
        return base
    assert text is not None
    if len(text) > MAXIMUM_TEXT:
        raise ValueError(f"a rule may have at most {MAXIMUM_TEXT} characters, {len(text)} were given")
    fields: dict[str, Any] = {}
    labels: list[dict[str, str]] = []
    for part in PLACE.split(text):
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        if not part.strip():
            continue
        if not colon or not name or not value:
            raise ValueError(f"{part.strip()!r} is not a part of a rule; write `name: condition`")
        if name in PhaseRule.model_fields and name != "labels":
            fields[name] = value
        else:
            labels.append({"name": name, "when": value})
    own = {"labels": labels} if labels else {}
    try:
        return PhaseRule.model_validate({**base.model_dump(), **fields, **own})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{place}: {first['msg'].removeprefix('Value error, ')}") from error

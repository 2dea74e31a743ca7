"""Phase rules as records and as text."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from phasescope.core.phase_rule import PhaseRule, rule_from_text

BASE = PhaseRule(delay=500)


def test_nothing_means_the_rule_of_the_experiment() -> None:
    assert rule_from_text(None, BASE) is BASE
    assert rule_from_text("  ", BASE) is BASE


def test_fields_and_phases_of_ones_own() -> None:
    rule = rule_from_text("fitted: train_loss <= 0.1; held_for: 3\nlow: test_loss < 1; high: test_loss >= 1", BASE)
    assert (rule.fitted, rule.held_for, rule.delay) == ("train_loss <= 0.1", 3, 500)
    assert [(label.name, label.when) for label in rule.labels] == [("low", "test_loss < 1"), ("high", "test_loss >= 1")]


def test_a_field_alone_keeps_the_phases_of_the_experiment() -> None:
    base = PhaseRule.model_validate({"labels": [{"name": "low", "when": "loss < 1"}]})
    assert rule_from_text("delay: 7", base).labels == base.labels


def test_series_that_are_read() -> None:
    assert PhaseRule().series() == ("train_accuracy", "test_accuracy")
    assert rule_from_text("fitted: train_loss < 1", BASE).series() == ("train_loss", "test_accuracy")
    assert rule_from_text("rich: weight_norm < 1", BASE).series() == ("weight_norm",)
    assert rule_from_text("rich: generalised < step", BASE).series() == ("test_accuracy",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("low", "write `name: condition`"),
        ("low:", "write `name: condition`"),
        ("delay: 0", "greater than or equal to 1"),
        ("train_at_least: 2", "less than or equal to 1"),
        ("low: test_loss", "compare it"),
        ("fitted: 1 > 0", "names no series"),
        ("generalised: step > 100", "names no series"),
        ("fitted: 9**9**9**9 > 1", "names no series"),
        ("low: 1/0 > 3", "names no series and no `step`"),
        (f"fitted: train_loss < 1{'0' * 400}", "at most 1e"),
        ("low: x < 1; low: x > 1", "the same name"),
        ("; ".join(f"p{number}: x > {number}" for number in range(13)), "at most 12 phases"),
        ("a: x > 1" + " " * 2000, "at most 2000 characters"),
        (f"{'a' * 41}: x > 1", "at most 40 characters"),
    ],
)
def test_refused_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rule_from_text(text, BASE)


def test_a_record_is_as_strict() -> None:
    with pytest.raises(ValidationError, match="compare it"):
        PhaseRule(fitted="train_loss")

"""Bounded expressions: what they can say, and that they can do nothing else."""

from __future__ import annotations

import pytest

from phasescope.core.expressions import evaluate, names_in, parse

NAMES = {"width": 12, "heads": 4, "optimizer.weight_decay": 0.1, "kind": "add", "nothing": None}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("width % heads == 0", True),
        ("width / heads", 3),
        ("optimizer.weight_decay < 0.2 and not kind == 'multiply'", True),
        ("1 < heads <= 4", True),
        ("kind in ['add', 'subtract']", True),
        ("max(width, heads) - min(width, heads)", 8),
        ("(nothing == None) + (width != None) == 2", True),
        ("floor(0.3 * 10) ** 2", 9),
        ("-width + abs(-2)", -10),
    ],
)
def test_values(text: str, value: object) -> None:
    assert evaluate(text, NAMES) == value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')", "width.__class__()", "[x for x in [1]]", "lambda: 1", "open('f')", "width[0]", "f'{width}'",
        "max(1, key=2)", "width := 3", "1 if width else 2", "{1: 2}", "a; b", "import os", "",
    ],
)  # fmt: skip
def test_anything_else_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


def test_it_cannot_eat_the_machine() -> None:
    with pytest.raises(ValueError, match="at most"):
        parse("1+" * 400 + "1")
    with pytest.raises(ValueError, match="exponent"):
        evaluate("9 ** 9999999", {})


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(ValueError, match="depth"):
        evaluate("depth > 1", NAMES)
    assert names_in("width % heads == 0 and optimizer.weight_decay < max(1, width)") == {
        "width", "heads", "optimizer.weight_decay",
    }  # fmt: skip

"""Experiments as text: what is written is read back the same, and a hostile text is refused, quickly."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from phasescope.core.errors import InvalidSpec
from phasescope.core.spec_text import LARGEST_TEXT, read_text, written
from phasescope.recipes import RECIPES

SIZES = [(name, size.name, size.experiment) for name, recipe in RECIPES.items() for size in recipe.sizes]


@pytest.mark.parametrize(("recipe", "size", "experiment"), SIZES)
def test_every_recipe_is_read_back_as_it_was_written(recipe: str, size: str, experiment: dict[str, Any]) -> None:
    assert read_text(written(experiment)) == json.loads(json.dumps(experiment))


@pytest.mark.parametrize(
    "value",
    ["", "yes", "1e-3", "null", "a: b", "- a", "é ✓", "two\nlines", "#", 1e-5, 1.0, 7, True, None, [], {}, [[1, 2]]],
    ids=repr,
)
def test_every_value_is_read_back_as_it_was_written(value: Any) -> None:
    data = {"name": value, "a b": [{"x": value}], "long": {"value": value, "more": "x" * 120}}
    read = read_text(written(data))
    assert read == data
    assert type(read["name"]) is type(value)


def test_a_field_is_a_line_until_it_would_be_too_long() -> None:
    data = {"name": "n", "task": {"name": "t", "size": 1}, "model": {"name": "m", "note": "x" * 90}, "axes": [{"a": 1}]}
    assert written(data).splitlines() == [
        "name: n", "task: {name: t, size: 1}", "model:", "  name: m", f"  note: {'x' * 90}", "axes:", "  - {a: 1}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1", "is not YAML"),
        ("- a", "an experiment is a mapping"),
        ("", "an experiment is a mapping"),
        ("a: .inf", "a: inf was given; allowed: a finite number."),
        ("a: {b: [.nan]}", "a.b.0: nan was given"),
        ("a: 2020-01-31", "put it in quotes"),
        ("a: 2020-19-31", "is not YAML"),
        ("1: 2", "1 was given as a name"),
        ("!!python/object/apply:os.system [ls]", "is not YAML"),
        ("[" * 5000, "nested too deeply"),
        ("x" * (LARGEST_TEXT + 1), "too long"),
    ],
    ids=lambda text: text[:30],
)
def test_what_cannot_be_an_experiment_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(InvalidSpec, match=re.escape(sentence)):
        read_text(text)


@pytest.mark.timeout(60)  # written out it would be 10^12 words
def test_a_text_that_means_more_than_it_says_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(InvalidSpec, match="too much"):
        read_text("\n".join(lines))


def test_an_alias_used_as_a_person_would_is_read() -> None:
    assert read_text("a: &one {b: 1}\nc: *one")["c"] == {"b": 1}

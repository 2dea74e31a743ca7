"""Expressions over arrays: the small grammar, along checkpoints, with undefined values."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasescope.core.array_expressions import is_condition, margin, over_arrays, parse_arrays, series_in
from phasescope.core.expressions import evaluate

STEPS = np.array([0, 10, 20, 30], dtype=np.int64)
LOSS = np.array([[4.0, 2.0, 1.0, 0.5], [4.0, np.nan, 3.0, 3.5]])


def value(text: str) -> list[list[float]]:
    return np.broadcast_to(over_arrays(text, {"loss": LOSS, "layer.a.b": 2 * LOSS}, STEPS), LOSS.shape).tolist()


def test_arithmetic_and_conditions() -> None:
    assert value("loss * 2 - layer.a.b")[0] == [0.0, 0.0, 0.0, 0.0]
    assert value("loss < 2 and step >= 20") == [[False, False, True, True], [False] * 4]
    assert value("1 <= loss <= 2")[0] == [False, True, True, False]
    assert value("max(loss, 1, step / 10)")[0] == [4.0, 2.0, 2.0, 3.0]


def test_along_the_checkpoints() -> None:
    assert value("first(loss <= 1)") == [[np.inf, np.inf, 20.0, 20.0], [np.inf] * 4]
    assert value("lowest(loss)") == [[4.0, 2.0, 1.0, 0.5], [4.0, 4.0, 3.0, 3.0]]
    assert value("highest(loss)")[1] == [4.0, 4.0, 4.0, 4.0]


def test_an_undefined_value_neither_fulfils_a_condition_nor_its_opposite() -> None:
    assert value("loss > 1")[1][1] is False
    assert value("not (loss > 1)")[1] == [False, False, False, False]
    assert value("not (loss > 10)")[1] == [True, False, True, True]


def test_reached_up_to_rounding() -> None:
    nine = np.array([[np.float32(0.9)]], dtype=np.float64)
    assert nine[0, 0] < 0.9
    assert over_arrays("a >= 0.9", {"a": nine}, STEPS[:1]).all()
    assert not over_arrays("a > 0.9", {"a": nine}, STEPS[:1]).any()


def test_division_by_zero_is_no_error() -> None:
    assert over_arrays("1 / a", {"a": np.zeros((1, 1))}, STEPS[:1]).tolist() == [[np.inf]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("open('x')", "not a function"),
        ("loss in [1, 2]", "lists"),
        ("loss == 'a'", "not a number"),
        ("first(loss)", "takes a condition"),
        ("min(loss)", "two values or more"),
        ("abs(loss, 2)", "takes one value"),
        ("(lambda: 1)()", "not allowed"),
        ("loss.__class__ > 1", "not there"),
        ("nothing > 1", "'nothing', which is not there"),
        ("1 +", "not an expression"),
    ],
)
def test_refused_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        over_arrays(text, {"loss": LOSS}, STEPS)


def test_names_and_kinds() -> None:
    assert series_in("first(test_loss < 1) - step > layer.a") == ("layer.a", "test_loss")
    assert is_condition(parse_arrays("not (a < 1)"))
    assert not is_condition(parse_arrays("a - 1"))


def test_the_margin_is_positive_exactly_where_a_condition_holds() -> None:
    assert margin("loss < 2", {"loss": LOSS}, STEPS)[0].tolist() == [-2.0, 0.0, 1.0, 1.5]
    assert margin("loss < 2 and loss > 0.8", {"loss": LOSS}, STEPS)[0].tolist() == pytest.approx([-2, 0, 0.2, -0.3])


numbers = st.sampled_from([-2.0, -0.5, 0.25, 1.0, 3.0])
terms = st.one_of(numbers.map(lambda number: f"({number})"), st.sampled_from(["a", "b"]))
sums = st.tuples(terms, st.sampled_from("+-*"), terms).map(" ".join)
comparisons = st.tuples(sums, st.sampled_from(["<", ">"]), sums).map(" ".join)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda text: f"not ({text})"),
    ),
    max_leaves=5,
)


@given(conditions, numbers, numbers)
def test_as_with_single_numbers(text: str, a: float, b: float) -> None:
    """The evaluator of single numbers is another program; and a margin has the sign of its condition."""
    arrays = {"a": np.array([[a]]), "b": np.array([[b]])}
    single = bool(evaluate(text, {"a": a, "b": b}))
    assert bool(over_arrays(text, arrays, STEPS[:1])) is single
    assert ast.parse(text)
    by = float(margin(text, arrays, STEPS[:1]).squeeze())
    assert by == 0 or (by > 0) is single

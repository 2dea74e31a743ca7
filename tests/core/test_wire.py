"""Blocks travel whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from phasescope.core.errors import Conflict, InvalidSpec, Missing, Refused, StaleAttempt, Unreachable
from phasescope.core.refusals import refusal
from phasescope.core.wire import Block


def block() -> Block:
    values = np.array([[[1.0, np.nan], [3.0, 4.0]], [[5.0, 6.0], [np.nan, np.nan]]])
    return Block(np.array([7, 9]), np.array([0, 10]), np.array([2, 1]), values, ("a", "b"), {"m": 2}, {"b": "flat"})


def test_what_comes_out_is_what_went_in() -> None:
    again = Block.from_bytes(block().to_bytes())
    np.testing.assert_array_equal(again.values, block().values)
    np.testing.assert_array_equal(again.runs, [7, 9])
    assert (again.series, again.versions, again.undefined) == (("a", "b"), {"m": 2}, {"b": "flat"})


def test_what_was_measured_when_travels_along() -> None:
    assert Block.from_bytes(block().to_bytes()).taken is None
    taken = np.array([[True, True], [True, False]])
    np.testing.assert_array_equal(Block.from_bytes(replace(block(), taken=taken).to_bytes()).taken, taken)
    wrongs: list[Any] = [taken[:1], taken.astype(np.int64)]
    for wrong in wrongs:
        with pytest.raises(InvalidSpec, match="taken"):
            Block.from_bytes(replace(block(), taken=wrong).to_bytes())


@pytest.mark.parametrize("data", [b"", b"garbage", b"\x00" * 64, block().to_bytes()[:-8], b"\xff" * 8 + b"{}"])
def test_anything_else_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(InvalidSpec, match="not a block"):
        Block.from_bytes(data)


def test_shapes_must_agree() -> None:
    wrong = Block(np.array([7]), np.array([0, 10]), np.array([2]), np.zeros((2, 2, 2)), ("a", "b"))
    with pytest.raises(InvalidSpec, match="shape"):
        Block.from_bytes(wrong.to_bytes())


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [(422, "invalid", InvalidSpec), (404, "not_found", Missing), (409, "stale", StaleAttempt),
     (409, "conflict", Conflict), (403, "refused", Refused), (503, "x", Unreachable), (429, "x", Unreachable)],
)  # fmt: skip
def test_an_answer_stands_for_its_error(status: int, kind: str, expected: type[Exception]) -> None:
    body = f'{{"error": {{"kind": "{kind}", "message": "why", "problems": []}}}}'.encode()
    assert type(refusal(status, body)) is expected
    assert isinstance(refusal(status, b"<html>"), (Refused, Unreachable))

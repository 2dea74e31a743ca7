"""Arrays come back as they were kept, up to the stated rounding, or are refused in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from phasescope.core.arrays import ArrayKind, Part, from_bytes, part_of, rounded, to_bytes, unpacked
from phasescope.core.errors import InvalidSpec

KINDS: dict[str, tuple[Any, NDArray[Any]]] = {
    "float16": ((3, 2), np.array([[1.0, -2.5], [0.0, 1e-3], [3.0, np.inf]])),
    "bool": ((11,), np.arange(11) % 3 == 0),
    "uint64": ((2,), np.array([2**64 - 1, 7], dtype=np.uint64)),
}


def kind(dtype: str, shape: tuple[int, ...], name: str = "measure.layer") -> ArrayKind:
    return ArrayKind.model_validate(
        {"name": name, "measure": "measure", "version": 2, "dtype": dtype, "shape": shape, "examples": "e" * 32}
    )


def part(dtype: str = "float16") -> Part:
    shape, values = KINDS[dtype]
    return part_of(kind(dtype, shape), [4, 9], np.stack([values, values[::-1]]))


def of_run(data: bytes, number: int, row: int) -> NDArray[Any]:
    """As the store reads it: bytes from their place in the file."""
    placed = from_bytes(data)[1][number]
    start = placed.start + row * placed.part.kind.size
    return unpacked(placed.part.kind, data[start : start + placed.part.kind.size], placed.part.scales[row])


def test_arrays_are_found_at_their_places_in_the_file() -> None:
    data = to_bytes(30, [part(dtype) for dtype in KINDS])
    step, parts = from_bytes(data)
    assert step == 30
    assert [placed.part.runs.tolist() for placed in parts] == [[4, 9]] * 3
    for number, (_, values) in enumerate(KINDS.values()):
        for row, expected in enumerate([values, values[::-1]]):
            found = of_run(data, number, row)
            np.testing.assert_allclose(found.astype(float), expected.astype(float), rtol=2**-11)
            assert found.shape == expected.shape


@given(st.lists(st.floats(-1, 1, width=64), min_size=1, max_size=30), st.integers(-300, 300))
def test_rounding_is_as_stated_whatever_the_size_of_the_numbers(numbers: list[float], exponent: int) -> None:
    exact = np.array([numbers]) * 10.0**exponent
    data, scales = rounded(exact)
    found = data.astype(np.float64) * scales[:, None]
    largest = np.abs(exact).max()
    error = np.abs(found - exact)
    large = np.abs(exact) >= 2.0**-28 * largest
    assert np.all(error[large] <= 2.0**-11 * np.abs(exact)[large])
    assert np.all(error <= 2.0**-39 * largest + 2.0**-11 * np.abs(exact))
    assert np.isfinite(found).all()


def test_what_is_not_finite_stays_and_does_not_harm_the_rest() -> None:
    data, scales = rounded(np.array([[np.nan, np.inf, -np.inf, 1e-20], [0.0, 0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(data[0].astype(np.float64) * scales[0], [np.nan, np.inf, -np.inf, 1e-20], rtol=2**-11)
    assert scales[1] == 1.0


def test_large_parts_are_cut_by_runs() -> None:
    whole = part_of(kind("float16", (10,)), list(range(7)), np.arange(70.0).reshape(7, 10))
    pieces = list(whole.chunks(most_bytes=45))
    assert [piece.runs.tolist() for piece in pieces] == [[0, 1], [2, 3], [4, 5], [6]]
    np.testing.assert_array_equal(np.concatenate([piece.data for piece in pieces]), whole.data)
    assert [len(piece.runs) for piece in whole.chunks(most_bytes=1)] == [1] * 7


def wrong() -> dict[str, bytes]:
    good = part()
    data = to_bytes(3, [good])
    return {
        "empty": b"",
        "noise": b"\x80\x04\x95" * 40,
        "cut": data[: len(data) // 2],
        "step": to_bytes(-1, [good]),
        "a run twice": to_bytes(3, [replace(good, runs=np.array([4, 4]))]),
        "runs as floats": to_bytes(3, [replace(good, runs=good.runs.astype(np.float64))]),
        "too few scales": to_bytes(3, [replace(good, scales=good.scales[:1])]),
        "no scale": to_bytes(3, [replace(good, scales=np.full(2, np.nan))]),
        "other type": to_bytes(3, [replace(good, data=good.data.astype(np.float32))]),
        "other shape": to_bytes(3, [replace(good, kind=kind("float16", (3, 3)))]),
        "negative": to_bytes(3, [replace(good, kind=kind("float16", (-3, -2)))]),
        "deep": to_bytes(3, [replace(good, kind=kind("float16", (3, 2, 1, 1, 1)))]),
    }


@pytest.mark.parametrize("name", wrong())
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        from_bytes(wrong()[name])
    assert [problem.field for problem in caught.value.problems] == ["arrays"]


@pytest.mark.parametrize("name", ["", "a b", "../up", "a\0b", "x" * 300])
def test_a_name_is_letters_digits_and_dots(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        kind("bool", (3,), name)

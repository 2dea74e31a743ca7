"""Arrays: what a measure keeps of a run that is no number, such as the activations of a layer on the probe examples.

Numbers are rounded to float16 after a division by a power of two, one per run, that brings the largest to between 2¹⁴
and 2¹⁵: whatever their size, those down to 2⁻²⁸ of the largest keep 11 binary digits. Weights, which are computed with,
stay float32. Truth values are packed, eight to a byte. Arrays of many runs travel as one safetensors file, and this
file is what is kept.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue, StringConstraints, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from phasescope.core.errors import InvalidSpec, Problem
from phasescope.core.record import Record, setting

Kept = Literal["float16", "float32", "bool", "uint64"]
STORED: dict[str, type[np.generic]] = {
    "float16": np.float16, "float32": np.float32, "bool": np.uint8, "uint64": np.uint64,
}  # fmt: skip
LARGEST_EXPONENT = 14  # of the largest number of a run, once divided by its scale
MOST_DIMENSIONS = 4


class ArrayKind(Record):
    """What the arrays of many runs have in common. `about` says what they were taken on and what was left out."""

    name: Annotated[str, StringConstraints(pattern=r"^[\w.\-]+$", max_length=200)] = setting(
        ..., "Name of the measure, and of the layer or the split after a dot."
    )
    measure: str
    version: int = setting(..., "Version of the measure.", ge=1)
    dtype: Kept
    shape: tuple[int, ...] = setting(..., "Of one run.")
    examples: str = setting(..., "Digest of the examples; arrays with the same are on the same examples, in order.")
    about: dict[str, JsonValue] = setting({}, "What was kept of what, and how.")

    @property
    def size(self) -> int:
        """Bytes of one run's array as they are stored."""
        numbers = math.prod(self.shape)
        return -(-numbers // 8) if self.dtype == "bool" else numbers * np.dtype(STORED[self.dtype]).itemsize


@dataclass(frozen=True)
class Part:
    """Arrays of one kind: `data` (R, …) as it is stored, and `scales` (R,) by which numbers are to be multiplied."""

    kind: ArrayKind
    runs: NDArray[np.int64]  # (R,)
    data: NDArray[Any]  # (R, numbers of one run, or bytes of packed truth values)
    scales: NDArray[np.float64]  # (R,)

    def chunks(self, most_bytes: int) -> Iterator[Part]:
        """The same runs in parts of at most so many bytes, or of one run."""
        count = max(1, most_bytes // max(1, self.kind.size))
        for start in range(0, len(self.runs), count):
            some = slice(start, start + count)
            yield Part(self.kind, self.runs[some], self.data[some], self.scales[some])


@dataclass(frozen=True)
class Placed:
    """A part that came in a file, and where its first byte lies in it."""

    part: Part
    start: int


@dataclass(frozen=True)
class KeptArray:
    """One array of one run, as it was measured up to the stated rounding."""

    run: int
    step: int
    kind: ArrayKind
    values: NDArray[Any]


def part_of(kind: ArrayKind, runs: Sequence[int], values: NDArray[Any]) -> Part:
    """Pack values (R, *shape) of R runs for storage."""
    flat = values.reshape(len(runs), -1)
    scales = np.ones(len(runs))
    data: NDArray[Any]
    if kind.dtype == "bool":
        data = np.packbits(flat.astype(np.bool_), axis=1)
    elif kind.dtype == "float16":
        data, scales = rounded(flat)
    else:
        data = np.ascontiguousarray(flat, STORED[kind.dtype])
    return Part(kind, np.array(runs, dtype=np.int64), data, scales)


def rounded(values: NDArray[Any]) -> tuple[NDArray[np.float16], NDArray[np.float64]]:
    """(R, k) numbers as float16, and (R,) the powers of two to multiply them by; what is not finite stays so."""
    exact = values.astype(np.float64)
    largest = np.where(np.isfinite(exact), np.abs(exact), 0.0).max(axis=1, initial=0.0)
    exponents = np.where(largest > 0, np.frexp(largest)[1] - 1 - LARGEST_EXPONENT, 0)
    return np.ldexp(exact, -exponents[:, None]).astype(np.float16), np.ldexp(1.0, exponents)


def unpacked(kind: ArrayKind, data: bytes, scale: float) -> NDArray[Any]:
    """The array of one run from its stored bytes: float32, bool or uint64."""
    stored = np.frombuffer(data, STORED[kind.dtype])
    if kind.dtype == "bool":
        return np.unpackbits(stored, count=math.prod(kind.shape)).astype(np.bool_).reshape(kind.shape)
    if kind.dtype == "float16":
        stored = (stored.astype(np.float64) * scale).astype(np.float32)
    return stored.reshape(kind.shape)


def to_bytes(step: int, parts: Sequence[Part]) -> bytes:
    """One safetensors file with the arrays of some runs at one checkpoint."""
    tensors: dict[str, NDArray[Any]] = {}
    for number, part in enumerate(parts):
        for name in ("runs", "scales", "data"):
            tensors[f"{number}.{name}"] = np.ascontiguousarray(getattr(part, name))
    about = {"step": step, "kinds": [part.kind.model_dump(mode="json") for part in parts]}
    return save(tensors, metadata={"arrays": json.dumps(about)})


def from_bytes(data: bytes) -> tuple[int, tuple[Placed, ...]]:
    """The step and the parts of such a file, with their places; raises InvalidSpec when it is not one."""
    try:
        tensors = load(data)
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length])
        about = json.loads(header["__metadata__"]["arrays"])
        step = int(about["step"])
        kinds = [ArrayKind.model_validate(kind) for kind in about["kinds"]]
        parts = [
            Part(kind, *(tensors[f"{number}.{name}"] for name in ("runs", "data", "scales")))
            for number, kind in enumerate(kinds)
        ]
        starts = [8 + length + int(header[f"{number}.data"]["data_offsets"][0]) for number in range(len(parts))]
    except (SafetensorError, KeyError, TypeError, ValueError, ValidationError) as error:
        raise InvalidSpec([Problem("arrays", f"These are not arrays: {error}.")]) from error
    for part in parts:
        _check(part, step)
    return step, tuple(Placed(part, start) for part, start in zip(parts, starts, strict=True))


def _check(part: Part, step: int) -> None:
    kind, rows = part.kind, part.runs.shape
    sentence = None
    if step < 0 or part.runs.dtype != np.int64 or part.runs.ndim != 1 or len(set(part.runs.tolist())) != rows[0]:
        sentence = "the step must be 0 or more and the runs different whole numbers"
    elif part.scales.dtype != np.float64 or part.scales.shape != rows or not np.isfinite(part.scales).all():
        sentence = "there must be one finite scale for each run"
    elif part.data.dtype != STORED[kind.dtype]:
        sentence = f"the data are {part.data.dtype}; {kind.dtype} is stored as {np.dtype(STORED[kind.dtype])}"
    elif len(kind.shape) > MOST_DIMENSIONS or min(kind.shape, default=0) < 0:
        sentence = f"the shape is {kind.shape}; allowed: at most {MOST_DIMENSIONS} axes"
    elif part.data.shape != (*rows, kind.size // part.data.itemsize):
        sentence = f"the data have shape {part.data.shape}; {rows[0]} runs of shape {kind.shape} were announced"
    if sentence is not None:
        raise InvalidSpec([Problem("arrays", f"Arrays {kind.name}: {sentence}.")])

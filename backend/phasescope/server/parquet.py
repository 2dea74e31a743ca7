"""Tables as Parquet, written with the standard library and NumPy: typed columns that may be empty, in row groups.

The part of the format that a table of numbers and short texts needs (parquet.apache.org/docs/file-format): one data
page (version 1) per column and row group, plain values, definition levels, gzip; the footer in Thrift's compact
protocol.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["integer", "number", "text"]
Cells = Sequence[Any]  # None where there is no value
MAGIC = b"PAR1"
TYPES: dict[Kind, int] = {"integer": 2, "number": 5, "text": 6}  # INT64, DOUBLE, BYTE_ARRAY
DTYPES: dict[Kind, str] = {"integer": "<i8", "number": "<f8"}
OPTIONAL, UTF8, DATA_PAGE, PLAIN, RLE, GZIP = 1, 0, 0, 0, 3, 2
INT32, INT64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12  # of Thrift


def kind_of(values: Iterable[Any]) -> Kind:
    """The type of a column that holds these; whatever is no number makes it text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        return "integer"
    return "number" if kinds <= {int, float} and kinds else "text"


def written(columns: Mapping[str, Kind], groups: Iterable[Sequence[Cells]]) -> Iterator[bytes]:
    """A file in pieces, one for each group of rows: for each column its cells."""
    yield MAGIC
    place, rows, told = len(MAGIC), 0, []
    for group in groups:
        chunks = [_chunk(kind, cells) for kind, cells in zip(columns.values(), group, strict=True)]
        count = len(group[0]) if group else 0
        metadata = []
        for (name, kind), chunk in zip(columns.items(), chunks, strict=True):
            metadata.append(_column_chunk(name, kind, chunk, place, count))
            place += len(chunk.data)
        told.append(_group(metadata, chunks, count))
        rows += count
        yield b"".join(chunk.data for chunk in chunks)
    footer = _footer(columns, told, rows)
    yield footer + struct.pack("<I", len(footer)) + MAGIC


@dataclass(frozen=True)
class Chunk:
    """One column of one group of rows: its page with the header, and how large it is unpacked."""

    data: bytes
    plain_size: int


def _chunk(kind: Kind, cells: Cells) -> Chunk:
    there = np.array([cell is not None for cell in cells], dtype=np.bool_)
    known = [cell for cell in cells if cell is not None]
    page = _levels(there) + _plain(kind, known)
    packed = _gzip(page)
    counted = _struct((1, INT32, len(cells)), (2, INT32, PLAIN), (3, INT32, RLE), (4, INT32, RLE))
    header = _struct((1, INT32, DATA_PAGE), (2, INT32, len(page)), (3, INT32, len(packed)), (5, STRUCT, counted))
    return Chunk(header + packed, len(header) + len(page))


def _levels(there: NDArray[np.bool_]) -> bytes:
    """Which cells hold a value: bits, eight cells to a byte."""
    bits = np.packbits(there, bitorder="little").tobytes()
    run = _varint(len(bits) << 1 | 1) + bits
    return struct.pack("<I", len(run)) + run


def _plain(kind: Kind, values: Sequence[Any]) -> bytes:
    if kind != "text":
        return np.array(values, dtype=DTYPES[kind]).tobytes()
    texts = [str(value).encode() for value in values]
    return b"".join(struct.pack("<I", len(text)) + text for text in texts)


def _gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(level=4, wbits=31)
    return packer.compress(data) + packer.flush()


def _column_chunk(name: str, kind: Kind, chunk: Chunk, place: int, count: int) -> bytes:
    metadata = _struct(
        (1, INT32, TYPES[kind]), (2, LIST, (INT32, [PLAIN, RLE])), (3, LIST, (BINARY, [name.encode()])),
        (4, INT32, GZIP), (5, INT64, count), (6, INT64, chunk.plain_size), (7, INT64, len(chunk.data)),
        (9, INT64, place),
    )  # fmt: skip
    return _struct((2, INT64, place), (3, STRUCT, metadata))


def _group(columns: Sequence[bytes], chunks: Sequence[Chunk], count: int) -> bytes:
    size = sum(chunk.plain_size for chunk in chunks)
    return _struct((1, LIST, (STRUCT, columns)), (2, INT64, size), (3, INT64, count))


def _footer(columns: Mapping[str, Kind], groups: Sequence[bytes], rows: int) -> bytes:
    root = _struct((4, BINARY, b"table"), (5, INT32, len(columns)))
    schema = [root, *(_element(name, kind) for name, kind in columns.items())]
    return _struct(
        (1, INT32, 1), (2, LIST, (STRUCT, schema)), (3, INT64, rows), (4, LIST, (STRUCT, groups)),
        (6, BINARY, b"Phasescope"),
    )  # fmt: skip


def _element(name: str, kind: Kind) -> bytes:
    text = [(6, INT32, UTF8)] if kind == "text" else []
    return _struct((1, INT32, TYPES[kind]), (3, INT32, OPTIONAL), (4, BINARY, name.encode()), *text)


# ── Thrift's compact protocol, as far as it is needed ────────────────────────────────────────────────────────────────


def _struct(*fields: tuple[int, int, Any]) -> bytes:
    """Fields (number, type, value) in the order of their numbers."""
    found, before = [], 0
    for number, kind, value in fields:
        found.append(bytes([(number - before) << 4 | kind]) + _value(kind, value))
        before = number
    return b"".join(found) + b"\0"


def _value(kind: int, value: Any) -> bytes:
    if kind in (INT32, INT64):
        return _varint(value << 1 if value >= 0 else (-value << 1) - 1)
    if kind == BINARY:
        return _varint(len(value)) + bytes(value)
    if kind == LIST:
        inner, members = value
        count = len(members)
        head = bytes([count << 4 | inner]) if count < 15 else bytes([0xF0 | inner]) + _varint(count)
        return head + b"".join(_value(inner, member) for member in members)
    return bytes(value)  # a struct is written already


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])

"""Data that the user has: files in one folder, read without running anything that is in them (never pickle)."""

from __future__ import annotations

import gzip
import os
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phasescope.core.errors import PhasescopeError

VARIABLE = "PHASESCOPE_DATA"
LARGEST_FILES = 8  # tables that are kept in memory
Table = NDArray[Any]


class MissingData(PhasescopeError):
    """Files that a task reads are not in the data folder."""


class UnusableData(PhasescopeError):
    """A file is there, but what is in it cannot be trained on."""


def folder() -> Path:
    """Where users keep their data: $PHASESCOPE_DATA of the worker, or `data` in its home folder."""
    home = os.environ.get("PHASESCOPE_HOME", str(Path.home() / ".phasescope"))
    return Path(os.environ.get(VARIABLE) or Path(home) / "data")


def found(names: Sequence[str]) -> Path | None:
    """The first of these files that is there, also compressed (.gz)."""
    for name in names:
        for candidate in (folder() / name, folder() / f"{name}.gz"):
            if candidate.is_file():
                return candidate
    return None


def missing(task: str, expected: Sequence[str]) -> MissingData:
    """The error that says which files would do."""
    return MissingData(
        f"Task {task} reads files from {folder()}, and they are not there. Put there {', or '.join(expected)}; "
        f"or set {VARIABLE} to the folder that has them before the worker starts."
    )


def idx(path: Path) -> Table:
    """The array of an IDX file of bytes (LeCun's format); raises UnusableData."""
    return _kept(path, path.stat().st_mtime_ns, "idx")["values"]


def records(path: Path, length: int) -> Table:
    """(n, length) bytes of a file of records of one length; raises UnusableData."""
    values = _kept(path, path.stat().st_mtime_ns, "bytes")["values"]
    if len(values) == 0 or len(values) % length:
        raise UnusableData(f"{path}: {len(values)} bytes are not a whole number of records of {length}.")
    return values.reshape(-1, length)


def arrays(path: Path) -> dict[str, Table]:
    """The arrays of an npz file; raises UnusableData where it is none, or has objects in it."""
    return _kept(path, path.stat().st_mtime_ns, "npz")


def taken(path: Path, names: Sequence[str]) -> list[Table]:
    """Arrays of an npz file by name; raises UnusableData where one is not in it."""
    there = arrays(path)
    lacking = [name for name in names if name not in there]
    if lacking:
        raise UnusableData(f"{path} has {', '.join(there) or 'nothing'}; {', '.join(lacking)} is missing.")
    return [there[name] for name in names]


@lru_cache(LARGEST_FILES)
def _kept(path: Path, _changed: int, kind: str) -> dict[str, Table]:
    """The contents of a file, until it changes."""
    try:
        if kind == "npz":
            with np.load(path, allow_pickle=False) as file:
                return {name: file[name] for name in file.files}
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data = file.read()
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise UnusableData(f"{path} cannot be read: {error}.") from error
    values = np.frombuffer(data, dtype=np.uint8)
    return {"values": values if kind == "bytes" else _unpacked(path, values)}


def _unpacked(path: Path, data: Table) -> Table:
    """Two zero bytes, the type (8 is bytes), the number of axes, their lengths as big-endian int32, the values."""
    axes = int(data[3]) if len(data) >= 4 else 0
    begin = 4 + 4 * axes
    if len(data) < begin or data[:3].tolist() != [0, 0, 8]:
        raise UnusableData(f"{path} is not an IDX file of bytes.")
    shape = [int(length) for length in data[4:begin].view(">i4")]
    if int(np.prod(shape)) != len(data) - begin:
        raise UnusableData(f"{path} says it has shape {tuple(shape)}, but has {len(data) - begin} values.")
    return data[begin:].reshape(shape)

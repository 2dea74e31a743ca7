"""Tables of values as files: CSV for every reader, Parquet with types; both are written while they are sent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from phasescope.core.curves import Curves
from phasescope.core.records import Run
from phasescope.server import parquet
from phasescope.server.parquet import Kind

Cell = str | int | float | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet would begin to calculate
ROWS_AT_ONCE = 2000  # of CSV
ROWS_OF_A_GROUP = 50_000  # of Parquet


@dataclass(frozen=True)
class Values:
    """Runs of one experiment, and their series."""

    side: str
    runs: tuple[Run, ...]
    curves: Curves


@dataclass(frozen=True)
class Table:
    """Named columns of one kind each, and their rows."""

    columns: Mapping[str, Kind]
    rows: Iterator[Sequence[Any]]


def table_of_values(found: Sequence[Values]) -> Table:
    """A row for each checkpoint of each run that has any of the values."""
    paths = list(dict.fromkeys(path for values in found for run in values.runs for path in run.point))
    series = list(dict.fromkeys(each for values in found for each in values.curves.values))
    members = [run for values in found for run in values.runs]
    sides = any(values.side for values in found)
    columns: dict[str, Kind] = {"side": "text"} if sides else {}
    columns |= {"run": "integer", **_settings(paths, members), "seed": "integer", "step": "integer"}
    return Table(columns | dict.fromkeys(series, "number"), _rows(found, paths, series, sides))


def table_of_runs(paths: Sequence[str], members: Sequence[Run]) -> Table:
    """A row for each run: its point, its state and the newest value of each series."""
    series = list(dict.fromkeys(name for run in members for name in run.summary))
    columns: dict[str, Kind] = {"run": "integer", **_settings(paths, members), "seed": "integer"}
    columns |= {"state": "text", "step": "integer", **dict.fromkeys(series, "number")}
    rows = (
        [run.id, *(run.point.get(path) for path in paths), run.seed, run.state, run.step]
        + [run.summary.get(name) for name in series]
        for run in members
    )
    return Table(columns, rows)


def _settings(paths: Sequence[str], members: Sequence[Run]) -> dict[str, Kind]:
    return {path: parquet.kind_of(run.point.get(path) for run in members) for path in paths}


def _rows(found: Sequence[Values], paths: Sequence[str], series: Sequence[str], sides: bool) -> Iterator[Sequence[Any]]:
    for values in found:
        own = {run.id: run for run in values.runs}
        for row, number in enumerate(values.curves.runs):
            run = own[number]
            start: list[Any] = [values.side] if sides else []
            start += [number, *(run.point.get(path) for path in paths), run.seed]
            missing = np.full(len(values.curves.steps), np.nan)
            columns = [values.curves.values[name][row] if name in values.curves.values else missing for name in series]
            table = np.stack(columns, axis=1) if columns else np.zeros((0, 0))
            for at in np.flatnonzero(np.isfinite(table).any(axis=1)).tolist():
                cells = [value if np.isfinite(value) else None for value in table[at].tolist()]
                yield [*start, int(values.curves.steps[at]), *cells]


def as_text(value: Any) -> Cell:
    """A value of a setting as one cell: a number, a text, or what it is in JSON."""
    return value if value is None or isinstance(value, (int, float, str)) else json.dumps(value)


def as_cell(value: Any) -> Cell:
    """A value as one cell of CSV. A text that a spreadsheet would take for a formula is made a text."""
    text = as_text(value)
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text


def as_csv(table: Table) -> Iterator[bytes]:
    """The lines, some thousand at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(table.columns)
    texts = [place for place, kind in enumerate(table.columns.values()) if kind == "text"]
    for number, row in enumerate(table.rows, start=1):
        cells = list(row)
        for place in texts:
            cells[place] = as_cell(cells[place])
        writer.writerow(cells)
        if number % ROWS_AT_ONCE == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def as_parquet(table: Table) -> Iterator[bytes]:
    """The file, a group of rows at a time."""
    return parquet.written(table.columns, _groups(table))


def _groups(table: Table) -> Iterator[list[list[Any]]]:
    texts = [place for place, kind in enumerate(table.columns.values()) if kind == "text"]
    while some := list(islice(table.rows, ROWS_OF_A_GROUP)):
        columns = [list(column) for column in zip(*some, strict=True)]
        for place in texts:
            columns[place] = [as_text(value) for value in columns[place]]
        yield columns

"""What is shown, as files: the values behind a figure as CSV or numpy arrays, and the figure as a page of its own."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from plotly.offline import get_plotlyjs
from starlette.responses import Response, StreamingResponse

from phasescope.core.comparison import Comparison
from phasescope.core.curves import Curves
from phasescope.core.records import Run
from phasescope.core.view import View
from phasescope.figures import FIGURES
from phasescope.figures.comparisons import COMPARISONS
from phasescope.server.admission import whole_catalogue
from phasescope.server.comparing import gather_sides, render_comparison
from phasescope.server.context import Context
from phasescope.server.drawing import gather, render
from phasescope.store import experiments, runs

Form = Literal["csv", "npz", "html"]
Cell = str | int | float | None
TYPES: dict[str, str] = {"csv": "text/csv; charset=utf-8", "npz": "application/octet-stream", "html": "text/html"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet would begin to calculate
ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Values:
    """Runs of one experiment, and their series."""

    side: str
    runs: tuple[Run, ...]
    curves: Curves


def figure_file(context: Context, name: str, view: View, form: Form) -> Response:
    """What a figure of one experiment shows. Raises NotFound."""
    figure = FIGURES[name]
    if form == "html":
        text = render(context, figure, view).decode()
        return _attached(standalone(figure.title, text), f"{name}-{view.experiment}", form)
    with context.store.read() as session:
        material = gather(session, figure, view, whole_catalogue(context, session))
    return _values_file([Values("", material.runs, material.curves)], f"{name}-{view.experiment}", form)


def comparison_file(context: Context, name: str, comparison: Comparison, form: Form) -> Response:
    """What a figure over all sides shows. Raises NotFound."""
    figure = COMPARISONS[name]
    if form == "html":
        return _attached(standalone(figure.title, render_comparison(context, figure, comparison).decode()), name, form)
    with context.store.read() as session:
        sides = gather_sides(session, figure, comparison, whole_catalogue(context, session))
    return _values_file([Values(side.letter, side.runs, side.material.curves) for side in sides], name, form)


def runs_file(context: Context, experiment: int) -> Response:
    """The table of runs. Raises NotFound."""
    with context.store.read() as session:
        spec = experiments.get(session, experiment).spec
        members = runs.of_experiment(session, experiment)
    paths = list(dict.fromkeys([axis.path for axis in spec.axes] + [path for run in members for path in run.point]))
    series = list(dict.fromkeys(name for run in members for name in run.summary))
    head = ["run", *paths, "seed", "state", "step", *series]
    rows = (
        [run.id, *(as_cell(run.point.get(p)) for p in paths), run.seed, run.state, run.step]
        + [run.summary.get(name) for name in series]
        for run in members
    )
    return _streamed(head, rows, f"runs-{experiment}")


def _values_file(found: Sequence[Values], name: str, form: Form) -> Response:
    if form == "npz":
        return _attached(_npz(found), name, form)
    paths = list(dict.fromkeys(path for values in found for run in values.runs for path in run.point))
    series = list(dict.fromkeys(each for values in found for each in values.curves.values))
    sides = ["side"] if any(values.side for values in found) else []
    return _streamed([*sides, "run", *paths, "seed", "step", *series], _rows(found, paths, series, bool(sides)), name)


def _rows(
    found: Sequence[Values], paths: Sequence[str], series: Sequence[str], sides: bool
) -> Iterator[Sequence[Cell]]:
    """A row for each checkpoint of each run that has any of the values."""
    for values in found:
        own = {run.id: run for run in values.runs}
        for row, number in enumerate(values.curves.runs):
            run = own[number]
            start: list[Cell] = [values.side] if sides else []
            start += [number, *(as_cell(run.point.get(path)) for path in paths), run.seed]
            missing = np.full(len(values.curves.steps), np.nan)
            columns = [values.curves.values[name][row] if name in values.curves.values else missing for name in series]
            table = np.stack(columns, axis=1) if columns else np.zeros((0, 0))
            for at in np.flatnonzero(np.isfinite(table).any(axis=1)).tolist():
                cells = [value if np.isfinite(value) else None for value in table[at].tolist()]
                yield [*start, int(values.curves.steps[at]), *cells]


def as_cell(value: Any) -> Cell:
    """A value as one cell. A text that a spreadsheet would take for a formula is made a text."""
    if value is None or isinstance(value, (int, float)):
        return value
    text = value if isinstance(value, str) else json.dumps(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _streamed(head: Sequence[str], rows: Iterator[Sequence[Cell]], name: str) -> Response:
    """CSV, written while it is sent."""

    def pieces() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(head)
        for number, row in enumerate(rows, start=1):
            writer.writerow(row)
            if number % ROWS_AT_ONCE == 0:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    return StreamingResponse(pieces(), media_type=TYPES["csv"], headers=_headers(name, "csv"))


def _npz(found: Sequence[Values]) -> bytes:
    """Plain numpy arrays, without pickles: runs, steps, and one (runs, steps) array for each series."""
    arrays: dict[str, Any] = {}
    for values in found:
        before = f"{values.side}." if values.side else ""
        arrays[f"{before}runs"] = np.asarray(values.curves.runs, dtype=np.int64)
        arrays[f"{before}steps"] = values.curves.steps
        arrays |= {f"{before}values.{name}": array for name, array in values.curves.values.items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def standalone(title: str, figure: str) -> bytes:
    """A page that holds the figure and all that draws it: it opens anywhere, also without a network."""
    safe = figure.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    page = STANDALONE.replace("{title}", html.escape(title)).replace("{library}", _library())
    return page.replace("{figure}", safe.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")).encode()


@cache
def _library() -> str:
    """Plotly's own program, as its Python package brings it."""
    library: str = get_plotlyjs()
    return library.replace("</script", "<\\/script")


STANDALONE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} · Phasescope</title>
<style>html, body {height: 100%; margin: 0; font-family: system-ui, sans-serif} #figure {height: 100%}</style>
</head>
<body><div id="figure"></div>
<script>{library}</script>
<script type="application/json" id="drawn">{figure}</script>
<script>
const drawn = JSON.parse(document.getElementById("drawn").textContent);
const look = {font: {family: "system-ui, sans-serif"}, plot_bgcolor: "#fff", paper_bgcolor: "#fff"};
const config = {responsive: true, displaylogo: false, modeBarButtonsToRemove: ["sendChartToCloud"]};
Plotly.newPlot("figure", drawn.data, {...look, ...drawn.layout, title: {text: document.title}}, config);
</script></body></html>
"""


def _attached(data: bytes, name: str, form: str) -> Response:
    return Response(data, media_type=TYPES[form], headers=_headers(name, form))


def _headers(name: str, form: str) -> dict[str, str]:
    """It is saved and never opened as a page of ours. Names are those of figures and numbers: nothing to escape."""
    return {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"}

"""What is shown, as files: the values behind a figure as tables or arrays, and the figure as a page of its own."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

import numpy as np
from plotly.offline import get_plotlyjs
from starlette.responses import Response, StreamingResponse

from phasescope.core.comparison import Comparison
from phasescope.core.records import Run
from phasescope.core.view import View
from phasescope.figures import FIGURES
from phasescope.figures.comparisons import COMPARISONS
from phasescope.server.admission import whole_catalogue
from phasescope.server.comparing import gather_sides, render_comparison, side_figure
from phasescope.server.context import Context
from phasescope.server.drawing import gather, render
from phasescope.server.looking import looked_at
from phasescope.server.value_tables import Table, Values, as_csv, as_parquet, table_of_runs, table_of_values
from phasescope.store import experiments

TableForm = Literal["csv", "parquet"]
Form = Literal["csv", "parquet", "npz", "html"]
TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "npz": "application/octet-stream",
    "html": "text/html",
}


def figure_file(context: Context, name: str, view: View, form: Form, only: Sequence[Run] | None = None) -> Response:
    """What a figure of one experiment shows; `only` are the runs there are, where they are given. Raises NotFound."""
    figure = FIGURES[name]
    if form == "html":
        text = render(context, figure, view, only).decode()
        return _attached(standalone(figure.title, text, view.step), f"{name}-{view.experiment}", form)
    with context.store.read() as session:
        material = gather(session, figure, view, whole_catalogue(context, session), only=only)
    return _values_file([Values("", material.runs, material.curves)], f"{name}-{view.experiment}", form)


def comparison_file(context: Context, name: str, comparison: Comparison, form: Form) -> Response:
    """What a figure over all sides shows. Raises NotFound."""
    figure = COMPARISONS[name]
    if form == "html":
        text = render_comparison(context, figure, comparison).decode()
        return _attached(standalone(figure.title, text, comparison.step), name, form)
    with context.store.read() as session:
        sides = gather_sides(session, figure, comparison, whole_catalogue(context, session))
    return _values_file([Values(side.letter, side.runs, side.material.curves) for side in sides], name, form)


def side_file(context: Context, name: str, comparison: Comparison, side: int, form: Form) -> Response:
    """What a figure of one side shows, numbered from 1. Raises NotFound."""
    shown = side_figure(context, name, comparison, side)
    return figure_file(context, shown.figure, shown.view, form, shown.runs)


def runs_file(context: Context, view: View, form: TableForm) -> Response:
    """The table of the runs that the view looks at. Raises NotFound."""
    with context.store.read() as session:
        experiment = experiments.get(session, view.experiment)
        members = looked_at(session, experiment, view)
    axes = [axis.path for axis in experiment.spec.axes]
    paths = list(dict.fromkeys(axes + [path for run in members for path in run.point]))
    return _streamed(table_of_runs(paths, members), f"runs-{view.experiment}", form)


def _values_file(found: Sequence[Values], name: str, form: Form) -> Response:
    if form == "npz":
        return _attached(_npz(found), name, form)
    return _streamed(table_of_values(found), name, "parquet" if form == "parquet" else "csv")


def _streamed(table: Table, name: str, form: TableForm) -> Response:
    """Written while it is sent."""
    pieces = as_csv(table) if form == "csv" else as_parquet(table)
    return StreamingResponse(pieces, media_type=TYPES[form], headers=_headers(name, form))


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


def standalone(title: str, figure: str, step: int | None = None) -> bytes:
    """A page that holds the figure and all that draws it: it opens anywhere, also without a network.

    A figure that is filmed has a slider for its steps, which begins at `step`.
    """
    safe = figure.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    page = STANDALONE.replace("{title}", html.escape(title)).replace("{step}", "null" if step is None else str(step))
    page = page.replace("{library}", _library())
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
<style>
html, body {height: 100%; margin: 0; font-family: system-ui, sans-serif}
body {display: flex; flex-direction: column}
#figure {flex: 1; min-height: 0; overflow: hidden}
h1 {margin: 0; padding: 16px 24px 0; color: #24292f; font-size: 17px}
label {display: flex; gap: 12px; padding: 8px 24px 16px; color: #24292f}
label[hidden] {display: none}
input {flex: 1}
output {min-width: 9ch}
</style>
</head>
<body><h1>{title}</h1><div id="figure"></div>
<label id="clock" hidden>step <input type="range" min="0" value="0"><output></output></label>
<script>{library}</script>
<script type="application/json" id="drawn">{figure}</script>
<script>
const drawn = JSON.parse(document.getElementById("drawn").textContent);
const look = {font: {family: "system-ui, sans-serif"}, plot_bgcolor: "#fff", paper_bgcolor: "#fff"};
const config = {responsive: true, displaylogo: false, modeBarButtonsToRemove: ["sendChartToCloud"]};
const frames = drawn.frames ?? [], clock = document.getElementById("clock"), slider = clock.querySelector("input");
clock.hidden = frames.length < 2;  // its place is taken before the figure takes all there is
Plotly.newPlot("figure", drawn.data, {...look, ...drawn.layout}, config);
const show = () => {
  const {name, data, traces, layout} = frames[slider.valueAsNumber];
  clock.querySelector("output").textContent = Number(name).toLocaleString("en");
  data.forEach(({type, ...part}, place) => {
    const change = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, [value]]));
    Plotly.update("figure", change, place ? {} : layout, [traces[place]]);
  });
};
if (frames.length > 1) {
  const step = {step}, later = frames.findIndex(({name}) => step !== null && Number(name) > step);
  slider.max = frames.length - 1;
  slider.value = later < 0 ? frames.length - 1 : Math.max(0, later - 1);
  slider.oninput = show;
  show();
}
</script></body></html>
"""


def _attached(data: bytes, name: str, form: str) -> Response:
    return Response(data, media_type=TYPES[form], headers=_headers(name, form))


def _headers(name: str, form: str) -> dict[str, str]:
    """It is saved and never opened as a page of ours. Names are those of figures and numbers: nothing to escape."""
    return {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"}
